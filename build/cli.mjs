// `npm run -s cli -- ARGS`: the command line from a checkout, bundled anew when a source is newer.
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = path.join(root, 'dist/cli.mjs');

if (await isStale()) {
  const { bundle } = await import('./bundle.mjs');
  await bundle('cli');
  await bundle('l10n');
}
const cwd = process.env.OPENEMR_WORKBENCH_CWD;
if (cwd !== undefined) process.chdir(cwd);
process.argv[1] = cli;
await import(pathToFileURL(cli).href);

async function isStale() {
  if (!existsSync(cli)) return true;
  const { mtimeMs } = await stat(cli);
  const folders = ['core', 'cli', 'mock-servers', 'fixtures', 'l10n'];
  const newest = await Promise.all(folders.map((folder) => newestIn(path.join(root, folder))));
  return Math.max(...newest) > mtimeMs;
}

async function newestIn(folder) {
  if (!existsSync(folder)) return 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const times = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}
