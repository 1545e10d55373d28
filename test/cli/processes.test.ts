import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord, parseJson } from '#core/guards.ts';
import { startMockServers } from '#mock-servers/start.ts';
import { anyPorts, type CliResult, type CliRun, runCli } from '#test/support/cli-process.ts';

const ports = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };
const demoFile = '../../fixtures/demo/hong-brain-ct-1.dcm';

const run = (...args: string[]): Promise<CliResult> => runCli(args).ended;

function urlsOf(line: string): Record<string, string> {
  assert.match(line, /^READY \{/);
  const urls = parseJson(line.slice('READY '.length));
  assert.ok(isRecord(urls));
  return urls as Record<string, string>;
}

describe('openemr-workbench start', () => {
  let server: CliRun;
  let urls: Record<string, string>;
  before(async () => {
    server = runCli(['start', ...anyPorts]);
    urls = urlsOf(await server.firstLine());
  });
  after(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
  });

  it('says the addresses of all three servers and of DIMSE in the READY line', () => {
    assert.deepEqual(Object.keys(urls), ['openemr', 'fhir', 'orthanc', 'dimse']);
  });

  it('is seeded when it says READY', async () => {
    const response = await fetch(`${urls['openemr']}/__admin/health`);

    const health = await response.json();
    assert.ok(isRecord(health) && isRecord(health['servers']));
    assert.equal(health['status'], 'ready');
    for (const [name, stats] of Object.entries(health['servers'])) {
      const counts = Object.values(stats as Record<string, number>);
      assert.ok(Math.max(...counts) > 0, `${name} is empty`);
    }
  });

  it('answers wait and status', async () => {
    const [waited, status] = await Promise.all([
      run('wait', '--url', String(urls['fhir'])),
      run('status', '--json', '--url', String(urls['orthanc'])),
    ]);

    assert.equal(waited.code, 0);
    const health = parseJson(status.stdout);
    assert.ok(isRecord(health));
    assert.deepEqual(health['urls'], urls);
  });

  it('refuses a second start on its ports and says who is there', async () => {
    const port = new URL(String(urls['openemr'])).port;

    const second = await run('start', ...anyPorts.slice(1), '--port-openemr', port);

    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`^ALREADY_RUNNING: .*${server.child.pid}`));
    assert.equal(second.stdout, '');
  });

  it('resets, and stops it by name of its address', async () => {
    const reset = await run('reset', '--url', String(urls['openemr']));
    const stopped = await run('stop', '--url', String(urls['openemr']));

    assert.deepEqual([reset.code, stopped.code], [0, 0]);
    assert.deepEqual((await server.ended).code, 0);
  });
});

describe('openemr-workbench stop', () => {
  it('ends the servers and not the process that runs them beside other work', async () => {
    const servers = await startMockServers({ ports, empty: true });

    const { code, stdout } = await run('stop', '--json', '--url', String(servers.urls.fhir));

    assert.equal(code, 0);
    assert.deepEqual(parseJson(stdout), { stopped: process.pid });
    await assert.rejects(fetch(`${servers.urls.fhir}/metadata`));
  });

  it('leaves the data folder free for the next start', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'stop-test-'));
    const next = ['start', ...anyPorts, '--empty', '--data', folder];

    for (let round = 0; round < 2; round += 1) {
      const server = runCli(next);
      const { openemr } = urlsOf(await server.firstLine());
      assert.equal((await run('stop', '--url', String(openemr))).code, 0);
      assert.deepEqual((await server.ended).stderr, '');
    }

    await rm(folder, { recursive: true });
  });
});

describe('openemr-workbench', () => {
  it('ends cleanly on SIGTERM', async () => {
    const server = runCli(['start', ...anyPorts]);
    await server.firstLine();

    server.child.kill('SIGTERM');

    const { code, signal, stderr } = await server.ended;
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' });
  });

  it('ends when nobody renews its lease', async () => {
    const { code, stderr } = await run('start', ...anyPorts, '--lease', '0.2');

    assert.equal(code, 0);
    assert.match(stderr, /lease/);
  });

  it('gives up waiting for nobody and says what to do', async () => {
    const { code, stderr } = await run('wait', '--timeout', '0.3', '--url', 'http://127.0.0.1:9');

    assert.equal(code, 3);
    assert.match(stderr, /^NOT_READY: .*--timeout/);
  });

  it('speaks Korean when asked to', async () => {
    const { stderr } = await run(
      'wait',
      '--timeout',
      '0.1',
      '--url',
      'http://127.0.0.1:9',
      '--lang',
      'ko',
    );

    assert.match(stderr, /^NOT_READY: .*준비되지 않았습니다/);
  });

  it('tells a wrong command line from a failure', async () => {
    const results = await Promise.all([
      run('start', '--port-fhir', '70000'),
      run('start', '--unknown'),
      run('nothing'),
    ]);

    assert.deepEqual(
      results.map(({ code }) => code),
      [2, 2, 2],
    );
    assert.match(String(results[0]?.stderr), /^USAGE: .*70000/);
  });
});

describe('openemr-workbench demo', () => {
  it('does the main job against the mock servers and ends with exit code 0', async () => {
    const folder = fileURLToPath(new URL('../../fixtures/demo', import.meta.url));

    const { code, stdout } = await run('demo', '--once', '--folder', folder, ...anyPorts);

    assert.equal(code, 0, stdout);
    assert.equal(stdout.match(/^ok /gm)?.length, 6);
    assert.match(stdout, /6 files stored, of 2 known patients/);
  });

  it('stays for use until it is told to stop', async () => {
    const folder = fileURLToPath(new URL('../../fixtures/demo', import.meta.url));
    const demo = runCli(['demo', '--folder', folder, ...anyPorts]);
    let shown = '';
    await new Promise<void>((resolve) => {
      demo.child.stdout?.on('data', (chunk: string) => {
        shown += chunk;
        if (shown.includes('Ctrl+C')) resolve();
      });
    });

    const { code } = await run('stop', '--url', String(/http:\/\/127\S+/.exec(shown)?.[0]));

    assert.deepEqual([code, (await demo.ended).code], [0, 0]);
  });

  it('ends with exit code 1 at the first step that fails', async () => {
    const { code, stdout } = await run('demo', '--once', '--folder', '/nonexistent', ...anyPorts);

    assert.equal(code, 1);
    assert.match(stdout, /^FAIL .*FILE_UNREADABLE|^FAIL .*nonexistent/m);
  });
});

describe('openemr-workbench exec', () => {
  const script = (code: string): string[] => ['exec', '--', process.execPath, '-e', code];

  it('gives the exit code of the command', async () => {
    assert.equal((await run(...script('process.exit(7)'))).code, 7);
  });

  it('puts the addresses and the client into the environment of the command', async () => {
    const names = [
      'OPENEMR_URL',
      'OPENEMR_FHIR_URL',
      'OPENEMR_CLIENT_ID',
      'OPENEMR_CLIENT_SECRET',
      'FHIR_SERVER_URL',
      'ORTHANC_URL',
    ];
    const code = `console.log(JSON.stringify(${JSON.stringify(names)}.map((name) => process.env[name])))`;

    const { stdout } = await run(...script(code));

    const values = parseJson(stdout);
    assert.ok(Array.isArray(values));
    assert.deepEqual(
      values.map((value) => typeof value),
      names.map(() => 'string'),
    );
    assert.match(String(values[1]), /^http:\/\/127\.0\.0\.1:\d+\/apis\/default\/fhir$/);
  });

  it('keeps client, patients and images in the data folder of --data', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'workbench-data-'));
    const file = JSON.stringify(fileURLToPath(new URL(demoFile, import.meta.url)));
    const upload = `fetch(process.env.ORTHANC_URL + '/instances', { method: 'POST', body: require('fs').readFileSync(${file}) }).then((r) => r.json()).then((r) => console.log(process.env.OPENEMR_CLIENT_SECRET, r.Status))`;
    const twice = ['exec', '--data', folder, '--', process.execPath, '-e', upload];

    const [first, second] = [await run(...twice), await run(...twice)];
    await rm(folder, { recursive: true });

    const secret = first.stdout.split(' ')[0];
    assert.match(String(secret), /^\S{16,}$/);
    assert.equal(first.stdout, `${secret} Success\n`);
    assert.equal(second.stdout, `${secret} AlreadyStored\n`);
  });

  it('reaches the running servers from the command', async () => {
    const code = `fetch(process.env.ORTHANC_URL + '/system').then((r) => console.log(r.status))`;

    assert.equal((await run(...script(code))).stdout, '200\n');
  });

  it('hands SIGTERM on and gives the code of the command', async () => {
    const code = `process.on('SIGTERM', () => process.exit(5)); console.log('up'); setInterval(() => {}, 1000)`;
    const server = runCli(script(code));
    await server.firstLine();

    server.child.kill('SIGTERM');

    assert.equal((await server.ended).code, 5);
  });

  it('says 128 + n when a signal ends the command', async () => {
    assert.equal((await run(...script(`process.kill(process.pid, 'SIGKILL')`))).code, 137);
  });

  it('says so when the command does not exist', async () => {
    const { code, stderr } = await run('exec', '--', 'no-such-command-here');

    assert.equal(code, 2);
    assert.match(stderr, /^USAGE: .*no-such-command-here/);
  });
});
