// What a script sees when things do not go as planned: pipes that close, files in the way, no server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from '#core/guards.ts';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';
import { anyPorts, type CliResult, runCli } from '#test/support/cli-process.ts';
import { type Listening, listen } from '#test/support/listen.ts';

const demo = fileURLToPath(new URL('../../fixtures/demo', import.meta.url));
const nobody = 'http://127.0.0.1:9';
const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

const run = (args: readonly string[], environment = {}): Promise<CliResult> =>
  runCli(args, environment).ended;

describe('openemr-workbench against running servers', () => {
  let servers: MockServers;
  let folder: string;
  let orthanc: string[];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sending-test-'));
    servers = await startMockServers({ ports: freePorts, empty: true });
    orthanc = ['--orthanc', String(servers.urls.orthanc)];
  });

  after(async () => {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes on sending when nobody reads its lines any more', async () => {
    const journal = path.join(folder, 'batch.jsonl');
    const sending = runCli(['dicom', 'send', demo, '--journal', journal, ...orthanc]);
    sending.child.stdout?.once('data', () => sending.child.stdout?.destroy());

    const [code] = await once(sending.child, 'exit');

    const sent = (await readFile(journal, 'utf8')).match(/"status":"Success"/g);
    assert.equal(code, 0);
    assert.equal(sent?.length, 6);
    assert.doesNotMatch((await sending.ended).stderr, /EPIPE|\n {4}at /);
  });

  it('says where it sends to', async () => {
    const { stderr } = await run(['dicom', 'send', demo, ...orthanc]);

    assert.match(stderr, /^To the mock Orthanc at http:/);
  });

  it('refuses a file that is no journal and leaves it as it is', async () => {
    const file = path.join(folder, 'letter.txt');
    await writeFile(file, 'dear reader\n');

    const { code, stderr } = await run(['dicom', 'send', demo, '--journal', file, ...orthanc]);

    assert.equal(code, 2);
    assert.match(stderr, /SETTINGS_INVALID/);
    assert.equal(await readFile(file, 'utf8'), 'dear reader\n');
  });

  it('saves into a folder, overwrites only when told to, and leaves nothing half', async () => {
    const target = await mkdtemp(path.join(folder, 'get-'));
    const found = await run(['dicom', 'find', '--level', 'instances', '--json', ...orthanc]);
    const id = (parseJson(found.stdout) as { ID: string }[])[0]?.ID ?? '';
    const get = (...more: string[]) => run(['dicom', 'get', id, target, ...orthanc, ...more]);

    const codes = [(await get()).code, (await get()).code, (await get('--force')).code];

    assert.deepEqual(codes, [0, 2, 0]);
    assert.deepEqual(await readdir(target), [`${id}.dcm`]);
  });

  it('says when a search found more than it shows', async () => {
    await run(['dicom', 'send', demo, ...orthanc]);
    const find = (limit: string) =>
      run(['dicom', 'find', '--level', 'instances', '--json', '--limit', limit, ...orthanc]);

    const [cut, whole, wrong] = [await find('2'), await find('6'), await find('0')];

    assert.equal((parseJson(cut.stdout) as unknown[]).length, 2);
    assert.match(cut.stderr, /more than these 2.*--limit/);
    assert.equal((parseJson(whole.stdout) as unknown[]).length, 6);
    assert.equal(whole.stderr, '');
    assert.deepEqual([cut.code, whole.code, wrong.code], [0, 0, 2]);
  });

  it('says that nothing was found and how to ask', async () => {
    const { code, stderr } = await run(['dicom', 'find', 'PatientID=none', ...orthanc]);

    assert.equal(code, 1);
    assert.match(stderr, /Nothing found.*PatientName=Hong\*/);
  });

  for (const by of ['stow', 'cstore']) {
    it(`sends by ${by} to what the address of Orthanc leads to, and ends`, async () => {
      const { code, stdout, stderr } = await run(['dicom', 'send', demo, '--by', by, ...orthanc]);

      assert.equal(code, 0, stderr);
      assert.match(stdout, /^(stored|already there) /);
      assert.match(
        stderr,
        by === 'stow' ? /^To the mock Orthanc/ : /^To the DICOM node ORTHANC at/,
      );
    });
  }

  it('refuses an address that the chosen way would not use', async () => {
    const results = await Promise.all([
      run(['dicom', 'send', demo, '--dimse', 'PACS@10.0.0.1:104', ...orthanc]),
      run(['dicom', 'send', demo, '--by', 'cstore', '--dicom-web', nobody, ...orthanc]),
    ]);

    for (const { code, stdout, stderr } of results) {
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^USAGE: .*only/);
    }
  });

  it('deletes nothing without --yes where nobody can be asked', async () => {
    const found = await run(['dicom', 'find', '--json', ...orthanc]);
    const id = (parseJson(found.stdout) as { ID: string }[])[0]?.ID ?? '';
    const remove = (...more: string[]) => run(['dicom', 'delete', id, ...orthanc, ...more]);

    const [refused, deleted, gone] = [await remove(), await remove('--yes'), await remove('--yes')];

    assert.deepEqual([refused.code, deleted.code, gone.code], [2, 0, 1]);
    assert.match(refused.stderr, /^USAGE: Nothing was deleted.*--yes/);
    assert.match(deleted.stderr, /^Deleted the study .*Instances: \d/);
    assert.match(gone.stderr, /^ORTHANC_NOT_FOUND/);
  });

  it('asks for credentials before it sends anything', async () => {
    const result = await run(['dicom', 'send', demo, '--match', ...orthanc]);

    assert.equal(result.code, 2);
    assert.match(result.stderr, /^SETTINGS_INVALID: .*OPENEMR_CLIENT_ID/);
    assert.equal(result.stdout, '');
  });
});

describe('openemr-workbench against another server', () => {
  let server: Listening;
  before(async () => {
    server = await listen((_request, response) => response.writeHead(404).end());
  });
  after(() => server.close());

  it('says once that there is no DICOMweb', async () => {
    const { code, stdout, stderr } = await run([
      'dicom',
      'send',
      demo,
      '--by',
      'stow',
      '--orthanc',
      server.url,
    ]);

    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
    assert.match(stderr, /^ORTHANC_NOT_FOUND: There is no DICOMweb at .*\/dicom-web\./);
  });
});

describe('openemr-workbench without a server', () => {
  it('says so once for a folder of files', async () => {
    const { code, stdout, stderr } = await run(['dicom', 'send', demo, '--orthanc', nobody]);

    assert.equal(code, 3);
    assert.equal(stdout, '');
    assert.equal(stderr.match(/HTTP_REFUSED/g)?.length, 1);
  });

  it('gives errors as JSON when asked for JSON', async () => {
    const results = await Promise.all([
      run(['dicom', 'find', '--json', '--orthanc', nobody]),
      run(['status', '--json', '--url', nobody]),
      run(['dicom', 'echo', '--json', '--dimse', '127.0.0.1:9']),
      run(['dicom', 'echo', '--json', '--dimse', 'nonsense']),
    ]);

    const codes = results.map(({ stdout }) => {
      const { error } = parseJson(stdout) as { error: { code: string; message: string } };
      assert.notEqual(error.message, '');
      return error.code;
    });
    assert.deepEqual(codes, [
      'HTTP_REFUSED',
      'HTTP_REFUSED',
      'DIMSE_UNREACHABLE',
      'SETTINGS_INVALID',
    ]);
    assert.deepEqual(
      results.map(({ code }) => code),
      [3, 3, 3, 2],
    );
  });

  it('says its version', async () => {
    const { stdout } = await run(['--version']);

    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

describe('openemr-workbench demo', () => {
  it('refuses options that its job cannot live with, before it starts anything', async () => {
    const results = await Promise.all(
      [['--strict'], ['--empty'], ['--auth'], ['--https', 'expired']].map((flags) =>
        run(['demo', '--once', ...anyPorts, ...flags]),
      ),
    );

    for (const { code, stdout, stderr } of results) {
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^SETTINGS_INVALID: The job /);
    }
  });

  it('sends its own files over HTTPS', async () => {
    const { code, stdout } = await run(['demo', '--once', '--https', ...anyPorts]);

    assert.equal(code, 0, stdout);
    assert.doesNotMatch(stdout, /127\.0\.0\.1:\d/, 'they have ended');
  });
});

describe('openemr-workbench exec --https', () => {
  it('gives the command the certificate to trust', async () => {
    const script = `
      fetch(process.env.OPENEMR_URL + '/__admin/certificate').then(async (answer) => {
        console.log(answer.status, (await answer.text()).slice(0, 27));
      });`;

    const { stdout, stderr } = await run(['exec', '--https', '--', process.execPath, '-e', script]);

    assert.equal(stdout, '200 -----BEGIN CERTIFICATE-----\n', stderr);
  });
});
