// `npm run check`: types, layers and style, dead code. Every check runs, even when one before it fails.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Browser code has other globals than the rest, so it has a configuration of its own. */
const configurations = ['tsconfig.json', 'extension/webview/browser/tsconfig.json'];

const checks = [
  ...configurations
    .filter((file) => existsSync(new URL(`../${file}`, import.meta.url)))
    .map((file) => ({ name: `types (${file})`, command: ['tsc', '-p', file] })),
  { name: 'layers and style', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'dead code', command: ['knip', '--config', 'build/knip.json'] },
];

let failed = 0;
for (const { name, command } of checks) {
  const [file, ...args] = command;
  const startedAt = performance.now();
  const { status } = spawnSync(file, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`check: ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) {
    failed += 1;
    console.log(`failed: ${name}`);
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
