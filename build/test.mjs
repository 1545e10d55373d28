// `npm test`: every level of tests. A level that fails does not keep the next from running; the last
// line sums up all of them: `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installParts } from './system-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const mocha = ['node', 'node_modules/mocha/bin/mocha.js', '--reporter', 'build/mocha-reporter.mjs'];
const minute = 60_000;

/** In the order of their price. Each ends with the line of counts. */
const levels = [
  { name: 'check', command: ['node', 'build/check.mjs'] },
  { name: 'core', files: 'test/core/**/*.test.ts' },
  { name: 'extension', files: 'test/extension/**/*.test.ts' },
  { name: 'mock servers', files: 'test/mock-servers/**/*.test.ts' },
  { name: 'build and command line', files: 'test/{build,cli,support,bench}/**/*.test.ts' },
  { name: 'conformance', files: 'test/conformance/**/*.test.ts' },
  { name: 'inside VS Code', script: 'test/vscode/run.mjs' },
  { name: 'user interface', script: 'test/ui/run.mjs' },
];

let running;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    endGroup(signal);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

const only = process.argv.slice(2);
const missing = installParts();
for (const name of missing) {
  console.log(`MISSING ${name}: not installed on this machine, its tests are skipped`);
}

const results = [];
const isBuilt = await runBuild();
results.push({ name: 'build', passed: isBuilt ? 1 : 0, failed: isBuilt ? 0 : 1, skipped: 0 });
for (const level of levels) {
  if (only.length > 0 && !only.some((word) => level.name.includes(word))) continue;
  const command = commandOf(level);
  if (command) results.push(await runLevel(level.name, command));
}
report();

function commandOf({ command, files, script }) {
  if (command) return command;
  if (script) return existsSync(path.join(root, script)) ? ['node', script] : undefined;
  return globSync(files, { cwd: root }).length > 0 ? [...mocha, files] : undefined;
}

async function runBuild() {
  const { code } = await runChild(['node', 'build/bundle.mjs']);
  return code === 0;
}

async function runLevel(name, command) {
  console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  const { code, counts } = await runChild(command);
  const seconds = (performance.now() - startedAt) / 1000;
  const result = { name, seconds, passed: 0, failed: 0, skipped: 0, ...counts };
  // A level that dies without counting, or fails outside a test, must not look green.
  if (!counts || (code !== 0 && result.failed === 0)) {
    console.log(`${name}: ended with code ${code}${counts ? '' : ' and without counts'}`);
    result.failed += 1;
  }
  return result;
}

function runChild([file, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(file === 'node' ? process.execPath : file, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, so that servers and browsers of a level end with it.
      detached: process.platform !== 'win32',
    });
    running = child;
    const timer = setTimeout(() => endGroup('SIGKILL'), 8 * minute);
    let counts;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line);
      if (match) {
        const [passed, failed, skipped] = match.slice(1).map(Number);
        counts = { passed, failed, skipped };
      } else console.log(line);
    });
    child.once('error', () => resolve({ code: 1, counts }));
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, counts });
    });
  });
}

function endGroup(signal) {
  const { pid, exitCode } = running ?? {};
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    // It has ended in the meantime.
    if (error.code !== 'ESRCH') throw error;
  }
}

function report() {
  console.log('\n=== summary');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, seconds = 0, passed, failed, skipped } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    const counts = [passed, failed, skipped].map((count) => String(count).padStart(6)).join('');
    console.log(
      `${failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(24)}${counts}  ${seconds.toFixed(1)} s`,
    );
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
