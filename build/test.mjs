// `npm test`: every level of tests, those that wait for a window beside those that compute. A level that
// fails does not keep the next from running; the last line sums up all of them: `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newerOrthanc, unpackNewerOrthanc } from './newer-orthanc.mjs';
import { endMarked, markOf } from './process-mark.mjs';
import { installParts } from './system-parts.mjs';
import { chooseLevels, lanesOf, levelNames } from './test-levels.mjs';
import { readOutput } from './test-output.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const mocha = ['node', 'node_modules/mocha/bin/mocha.js', '--reporter', 'build/mocha-reporter.mjs'];
const capMs = Number(process.env.TEST_LEVEL_CAP_MS ?? 8 * 60_000);

const levels = chooseLevels(process.argv.slice(2));
if (!levels) {
  console.error(`There is no such level of tests. The levels are: ${levelNames.join(', ')}.`);
  process.exit(2);
}

/** Process of a level to its mark. */
const running = new Map();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const [child, mark] of running) {
      endGroup(child, signal);
      endMarked(mark);
    }
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

const missing = installParts();
for (const name of missing) {
  console.log(`MISSING ${name}: not installed on this machine, its tests are skipped`);
}
const reason = unpackNewerOrthanc();
if (reason !== undefined) {
  console.log(`MISSING Orthanc ${newerOrthanc.version}: its tests are skipped (${reason})`);
}

const isBuilt = await runBuild();
const lanes = lanesOf(levels);
const results = new Map();
await Promise.all(
  lanes.map(async (lane) => {
    for (const level of lane) results.set(level, await runLevel(level.name, commandOf(level)));
  }),
);
report([
  { name: 'bundle', passed: isBuilt ? 1 : 0, failed: isBuilt ? 0 : 1, skipped: 0 },
  ...levels.map((level) => results.get(level)),
]);

function commandOf({ command, files, script }) {
  if (command) return command;
  // A level whose script is gone, or whose folder is empty, ends without counts: that is a failure.
  return script ? ['node', script] : [...mocha, files];
}

async function runBuild() {
  const { code } = await runChild(['node', 'build/bundle.mjs']);
  return code === 0;
}

async function runLevel(name, command) {
  const lines = [];
  const print = lanes.length === 1 ? console.log : (line) => lines.push(line);
  if (lanes.length > 1) console.log(`running ${name} ...`);
  print(`\n=== ${name}`);
  const startedAt = performance.now();
  const { code, counts, failures, isCapped } = await runChild(command, {
    print,
    env: isBuilt ? { OPENEMR_WORKBENCH_IS_BUILT: 'true' } : {},
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const result = { name, seconds, failures, passed: 0, failed: 0, skipped: 0, ...counts };
  // A level that dies without counting, or fails outside a test, must not look green.
  if (!counts || (code !== 0 && result.failed === 0)) {
    const why = isCapped
      ? `stopped after ${capMs / 1000} s`
      : `ended with code ${code}${counts ? '' : ' and without counts'}`;
    print(`${name}: ${why}`);
    failures.push(why);
    result.failed += 1;
  }
  if (lines.length > 0) console.log(lines.join('\n'));
  return result;
}

function runChild([file, ...args], { print = console.log, env = {} } = {}) {
  return new Promise((resolve) => {
    const mark = randomUUID();
    const child = spawn(file === 'node' ? process.execPath : file, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, ...markOf(mark) },
      // A group of its own, so that it can be ended together with its children.
      detached: process.platform !== 'win32',
    });
    running.set(child, mark);
    let isCapped = false;
    const timer = setTimeout(() => {
      isCapped = true;
      endGroup(child, 'SIGKILL');
      endMarked(mark);
    }, capMs);
    const output = readOutput(print);
    createInterface({ input: child.stdout }).on('line', output.line);
    createInterface({ input: child.stderr }).on('line', print);
    const finish = (code) => {
      clearTimeout(timer);
      running.delete(child);
      // What a level leaves behind would disturb the next one.
      const left = isCapped ? 0 : endMarked(mark);
      if (left > 0) print(`left running and ended: ${left} processes`);
      resolve({ code, isCapped, counts: output.counts(), failures: output.failures });
    };
    child.once('error', () => finish(1));
    child.once('close', finish);
  });
}

function endGroup({ pid, exitCode }, signal) {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    // It has ended in the meantime.
    if (error.code !== 'ESRCH') throw error;
  }
}

function report(results) {
  console.log('\n=== summary');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, seconds = 0, passed, failed, skipped } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    const counts = [passed, failed, skipped].map((count) => String(count).padStart(6)).join('');
    console.log(
      `${failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(14)}${counts}  ${seconds.toFixed(1)} s`,
    );
  }
  for (const { name, failed, failures = [] } of results) {
    if (failed > 0 && failures.length === 0) console.log(`FAILED ${name}: see its output above`);
    for (const title of failures) console.log(`FAILED ${name}: ${title}`);
  }
  console.log(`all in ${(performance.now() / 1000).toFixed(1)} s`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
