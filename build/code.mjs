// `npm run code [-- FOLDER]`: a real VS Code with the extension: the installed one in a window of its
// own, else the one from npm in the browser.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.resolve(process.env.OPENEMR_WORKBENCH_CWD ?? root, process.argv[2] ?? '.');

await bundle();
const code = process.env.VSCODE_EXECUTABLE ?? findOnPath('code');
if (code) openWindow(code);
else await openInBrowser();

function openWindow(executable) {
  console.log(`Opening ${executable} with the extension ...`);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder];
  const { status } = spawnSync(executable, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

async function openInBrowser() {
  const { installHost } = await import('../test/vscode/host/install.ts');
  const { startServer, workbenchUrl } = await import('../test/vscode/host/server.ts');
  const { packageExtension } = await import('../test/ui/package-vsix.ts');
  console.log(
    'No "code" on this machine: the VS Code of the npm package code-server, in the browser.',
  );
  console.log('The first time it is installed under .vscode-test/, which takes about a minute.');
  const [host, vsix] = await Promise.all([
    installHost(root),
    packageExtension(root, path.join(root, '.vscode-test')),
  ]);
  const server = await startServer(host, { vsix: [vsix] });
  try {
    const url = workbenchUrl(server.port, { folder });
    console.log(`\nVS Code with the extension: ${url}\nCtrl+C ends it.`);
    openBrowser(url);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  } finally {
    await server.stop();
  }
}

function openBrowser(url) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? findOnPath('xdg-open');
  if (!opener) return;
  // Whoever sits at a machine without a desktop opens the address by hand.
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.once('error', () => console.log('Open the address in a browser.'));
  child.unref();
}

function findOnPath(name) {
  const probe = process.platform === 'win32' ? 'where' : 'which';
  const { status, stdout } = spawnSync(probe, [name], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0]?.trim() : undefined;
}
