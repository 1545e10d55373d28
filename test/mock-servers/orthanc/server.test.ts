import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { english } from '#core/text.ts';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const files = [...seedDicomFiles()];
const ORPHAN = 'aaaaaaa-0000-4000-8000-000000000000';
const first = files[0] ?? Buffer.alloc(0);

describe('the Orthanc mock as a server', () => {
  let orthanc: RunningMock | undefined;
  afterEach(async () => {
    await orthanc?.close();
    orthanc = undefined;
  });

  describe('with users', () => {
    const config = { AuthenticationEnabled: true, RegisteredUsers: { alice: 'pässword' } };
    const basic = (scheme: string, text: string) => ({
      authorization: `${scheme} ${Buffer.from(text).toString('base64')}`,
    });

    it('asks for a name and a password', async () => {
      orthanc = await runMock({ config });

      const answer = await orthanc.get('/system');

      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="Orthanc Secure Area"');
    });

    it('lets a user in and remembers the name', async () => {
      orthanc = await runMock({ config });
      const headers = basic('Basic', 'alice:pässword');

      const created = await orthanc.post('/instances', first, headers);
      const { ID } = (await created.json()) as { ID: string };
      const name = await orthanc.get(`/instances/${ID}/metadata/HttpUsername`, headers);

      assert.equal(await name.text(), 'alice');
    });

    for (const [what, headers] of [
      ['a wrong password', basic('Basic', 'alice:other')],
      ['an unknown user', basic('Basic', 'bob:pässword')],
      ['the scheme in small letters, as Orthanc does', basic('basic', 'alice:pässword')],
    ] as const) {
      it(`refuses ${what}`, async () => {
        orthanc = await runMock({ config });

        assert.equal((await orthanc.get('/system', headers)).status, 401);
      });
    }
  });

  describe('with a configuration', () => {
    it('names the keys that it does not obey', async () => {
      const warnings: string[] = [];
      orthanc = await runMock({
        config: { Name: 'RADIOLOGY', StorageCompression: true, NoSuchKey: 1 },
        onWarning: (warning) => warnings.push(english(warning)),
      });

      const system = (await orthanc.json('/system')) as { Name: string };

      assert.equal(system.Name, 'RADIOLOGY');
      assert.ok(warnings.some((warning) => warning.includes('NoSuchKey')));
    });

    it('reads a file with comments, as Orthanc does', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'orthanc-config-'));
      const configFile = join(folder, 'orthanc.json');
      await writeFile(configFile, '{ // the name\n  "Name" : "FROM FILE" /* ok */ }');

      orthanc = await runMock({ configFile });
      const system = (await orthanc.json('/system')) as { Name: string };
      await rm(folder, { recursive: true });

      assert.equal(system.Name, 'FROM FILE');
    });

    it('refuses a file that is not JSON and an unknown version', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'orthanc-config-'));
      const configFile = join(folder, 'orthanc.json');
      await writeFile(configFile, '{ "Name" : ');

      await assert.rejects(runMock({ configFile }), { code: 'SETTINGS_INVALID' });
      await assert.rejects(runMock({ version: '1.9.0' }), { code: 'SETTINGS_INVALID' });
      await rm(folder, { recursive: true });
    });
  });

  describe('arguments of the URL', () => {
    it('keeps their escapes, as Orthanc does', async () => {
      orthanc = await runMock();
      const created = (await (await orthanc.post('/instances', first)).json()) as { ID: string };
      const named = await orthanc.get(`/instances/${created.ID}/file?filename=a+%EC%98%81.dcm`);
      await named.arrayBuffer();

      assert.equal((await orthanc.get('/instances?limit=%31&since=0')).status, 400);
      assert.deepEqual(await orthanc.json('/dicom-web/studies?PatientID=%2A'), []);
      assert.equal(named.headers.get('content-disposition'), 'filename="a+%EC%98%81.dcm"');
    });

    it('writes a Korean name of an archive in UTF-8', async () => {
      orthanc = await runMock();
      const created = (await (await orthanc.post('/instances', first)).json()) as { ID: string };
      const request = { Resources: [created.ID], Synchronous: true, Filename: '영상.zip' };

      const answer = await orthanc.post('/tools/create-archive', JSON.stringify(request));
      await answer.arrayBuffer();

      const header = answer.headers.get('content-disposition') ?? '';
      assert.equal(Buffer.from(header, 'latin1').toString(), 'filename="영상.zip"');
    });
  });

  describe('routes', () => {
    it('names a route of Orthanc that it does not have', async () => {
      orthanc = await runMock();

      const answer = await orthanc.get('/tools/dicom-conformance');

      assert.equal(answer.status, 501);
      assert.match(await answer.text(), /\/tools\/dicom-conformance/);
    });

    it('answers 404 to what Orthanc does not know either', async () => {
      orthanc = await runMock();

      assert.equal((await orthanc.get('/no/such/route')).status, 404);
    });

    it('answers 405 with the methods that would do', async () => {
      orthanc = await runMock();

      const answer = await orthanc.send('DELETE', '/system');

      assert.equal(answer.status, 405);
      assert.equal(answer.headers.get('allow'), 'GET');
    });

    it('sends no date and keeps connections for a second', async () => {
      orthanc = await runMock();

      const answer = await orthanc.get('/system');

      assert.equal(answer.headers.get('date'), null);
      assert.equal(answer.headers.get('keep-alive'), 'timeout=1');
    });
  });

  describe('with a folder of its own', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'orthanc-data-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('has everything again after it was closed', async () => {
      const before = await runMock({ dataDir: folder });
      const { ID } = (await (await before.post('/instances', first)).json()) as { ID: string };
      const tags = await (await before.get(`/instances/${ID}/tags`)).text();
      await before.close();

      orthanc = await runMock({ dataDir: folder });
      const file = await orthanc.get(`/instances/${ID}/file`);

      assert.equal(await (await orthanc.get(`/instances/${ID}/tags`)).text(), tags);
      assert.deepEqual(Buffer.from(await file.arrayBuffer()), Buffer.from(first));
    });

    it('has what it acknowledged although it was not closed', async () => {
      const crashed = await runMock({ dataDir: folder });
      await crashed.post('/instances', first);

      orthanc = await runMock({ dataDir: folder });
      const instances = await orthanc.json('/instances');
      await crashed.close();

      assert.equal((instances as unknown[]).length, 1);
    });

    it('removes files that no instance points to', async () => {
      const before = await runMock({ dataDir: folder });
      await before.post('/instances', first);
      await before.close();
      const storage = join(folder, 'orthanc');
      const stored = (await readdir(join(storage, 'packs'))).map((name) => join('packs', name));
      await mkdir(join(storage, '0'), { recursive: true });
      const orphans = ['packs/77', `0/0${ORPHAN}`, `incoming/0${ORPHAN}`];
      for (const name of orphans) await writeFile(join(storage, name), 'left by a crash');

      orthanc = await runMock({ dataDir: folder });

      const left = await readdir(storage, { recursive: true });
      assert.deepEqual(
        orphans.filter((name) => left.includes(name)),
        [],
      );
      assert.equal(stored.length, 1);
      assert.ok(left.includes(stored[0] ?? ''));
    });
  });
});
