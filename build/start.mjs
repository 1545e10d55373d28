// `npm start [-- --once]`: builds, starts the three mock servers and does the main job once.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const startedAt = performance.now();
await bundle();
console.log(`Built in ${Math.round(performance.now() - startedAt)} ms.`);
if (hasVscode()) {
  console.log('VS Code is here: "npm run code" opens it with the extension.');
}

const command = [path.join(root, 'dist/cli.mjs'), 'demo'];
const folder = ['--folder', path.join(root, 'fixtures/demo')];
const child = spawn(process.execPath, [...command, ...folder, ...process.argv.slice(2)], {
  stdio: 'inherit',
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
