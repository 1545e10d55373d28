import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

function run(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 60_000 });
}

describe('npm test', () => {
  it('refuses a level that does not exist and lists those that do', () => {
    const { status, stderr } = run('build/test.mjs', 'nosuch');

    assert.equal(status, 2);
    assert.match(stderr, /check, core, extension, mock-servers, .*, ui\./);
  });

  it('keeps failures and counts of a level, and drops the noise of tools', () => {
    const script = `
      import { readOutput } from './build/test-output.mjs';
      const shown = [];
      const output = readOutput((line) => shown.push(line));
      for (const line of [
        ' INFO  Files included in the VSIX:', 'openemr-workbench-0.1.0.vsix', '├─ extension/',
        '│  └─ dist/ [2 MB]', 'Exit code:   1', '\\u001b[31mred\\u001b[39m', 'failed: a b',
        '3 passed, 1 failed, 0 skipped',
      ]) output.line(line);
      console.log(JSON.stringify({ shown, failures: output.failures, counts: output.counts() }));`;

    const { stdout } = run('--input-type=module', '--eval', script);

    assert.deepEqual(JSON.parse(stdout), {
      shown: ['red', 'failed: a b'],
      failures: ['a b'],
      counts: { passed: 3, failed: 1, skipped: 0 },
    });
  });

  it('ends what a level started in a process group of its own', () => {
    const script = `
      import { spawn } from 'node:child_process';
      import { once } from 'node:events';
      import { endMarked, markOf } from './build/process-mark.mjs';
      const mark = 'test-' + process.pid;
      const child = spawn('sh', ['-c', 'sleep 60'], {
        detached: true, stdio: 'ignore', env: { ...process.env, ...markOf(mark) },
      });
      const ended = once(child, 'exit');
      const found = endMarked(mark);
      console.log(JSON.stringify({ found, ended: await ended }));`;

    const { stdout } = run('--input-type=module', '--eval', script);

    const { found, ended } = JSON.parse(stdout);
    assert.ok(found >= 1);
    assert.deepEqual(ended, [null, 'SIGKILL']);
  }).timeout(60_000);
});

describe('npm run bench', () => {
  it('refuses a word that fits no benchmark and lists them', () => {
    const { status, stderr } = run('bench/main.ts', 'zzz');

    assert.equal(status, 2);
    assert.match(stderr, /start to READY/);
  }).timeout(60_000);
});
