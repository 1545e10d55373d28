// `npm start [-- --once]`: builds what is older than its sources, starts the three mock servers and does
// the main job once.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { freshCli } from './fresh-cli.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = await freshCli((ms) => console.log(`Built in ${ms} ms.`));
if (hasVscode()) {
  console.log('VS Code is here: "npm run code" opens it with the extension.');
}

const cwd = process.env.OPENEMR_WORKBENCH_CWD;
const own = process.argv.slice(2);
const hasFolder = own.some((word) => word === '--folder' || word.startsWith('--folder='));
const folder = hasFolder ? [] : ['--folder', path.join(root, 'fixtures/demo')];
const child = spawn(process.execPath, [file, 'demo', ...folder, ...own], {
  stdio: 'inherit',
  ...(cwd !== undefined && { cwd }),
});
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});

function hasVscode() {
  const probe = process.platform === 'win32' ? 'where' : 'which';
  return spawnSync(probe, ['code'], { stdio: 'ignore' }).status === 0;
}
