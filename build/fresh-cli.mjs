// The bundled command line of a checkout, bundled anew when a source is newer.
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = path.join(root, 'dist/cli.mjs');

/**
 * Gives the path of the program.
 *
 * @param onBuilt - called with the milliseconds that it took, when it had to be made
 */
export async function freshCli(onBuilt = () => undefined) {
  if (await isStale()) {
    const startedAt = performance.now();
    const { bundle } = await import('./bundle.mjs');
    await bundle('cli');
    await bundle('l10n');
    onBuilt(Math.round(performance.now() - startedAt));
  }
  return cli;
}

async function isStale() {
  if (!existsSync(cli)) return true;
  const { mtimeMs } = await stat(cli);
  const folders = ['build', 'core', 'cli', 'mock-servers', 'l10n'];
  const newest = await Promise.all(folders.map((folder) => newestIn(path.join(root, folder))));
  return Math.max(...newest) > mtimeMs;
}

async function newestIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const times = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}
