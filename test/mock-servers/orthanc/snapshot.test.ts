import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';
import { runMock } from './running-mock.ts';

const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

for (const kept of [false, true]) {
  describe(`a snapshot of all three servers, Orthanc ${kept ? 'in a folder' : 'in memory'}`, () => {
    let servers: MockServers;
    let folder: string;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'snapshot-test-'));
      servers = await startMockServers({ ports: freePorts, ...(kept && { dataDir: folder }) });
    });

    after(async () => {
      await servers.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function ask(route: string, method = 'GET', body?: unknown): Promise<unknown> {
      const response = await fetch(`${servers.urls.orthanc}${route}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json' },
      });
      assert.ok(response.ok, `${method} ${route}: ${response.status}`);
      return response.json();
    }

    async function state(): Promise<unknown> {
      const instances = (await ask('/instances?expand')) as { ID: string }[];
      const files = await Promise.all(
        instances.map(async ({ ID }) => {
          const response = await fetch(`${servers.urls.orthanc}/instances/${ID}/file`);
          return createHash('sha256')
            .update(new Uint8Array(await response.arrayBuffer()))
            .digest('hex');
        }),
      );
      const [studies, changes, modalities, statistics] = await Promise.all([
        ask('/studies?expand'),
        ask('/changes?limit=1000'),
        ask('/modalities?expand'),
        ask('/statistics'),
      ]);
      return { instances, files, studies, changes, modalities, statistics };
    }

    it('brings back index, files, changes and settings, as often as asked', async () => {
      const before = await state();
      const saved = await ask('/__admin/snapshots', 'POST', { name: 'first' });
      for (const round of [1, 2]) {
        for (const id of (await ask('/patients')) as string[])
          await ask(`/patients/${id}`, 'DELETE');
        await fetch(`${servers.urls.orthanc}/modalities/round${round}`, {
          method: 'PUT',
          body: JSON.stringify(['AET', '127.0.0.1', 104]),
        });
        assert.notDeepEqual(await state(), before);

        await ask('/__admin/snapshots/first/load', 'POST');

        assert.deepEqual(await state(), before);
      }
      assert.deepEqual(saved, { name: 'first', servers: ['openemr', 'fhir', 'orthanc'] });
    });
  });
}

describe('a snapshot of Orthanc', () => {
  it('gives its disk back as soon as it is discarded', async () => {
    const [file = new Uint8Array()] = seedDicomFiles();
    const { mock, post, json, close } = await runMock();
    const folder = path.join(mock.orthanc.archive.files.directory, 'snapshots');
    try {
      await post('/instances', file);
      const [first, second] = [await mock.snapshot?.(), await mock.snapshot?.()];
      const held = await readdir(folder);

      await mock.discard?.(first);

      assert.equal(held.length, 2);
      assert.equal((await readdir(folder)).length, 1);
      await mock.restore?.(second);
      assert.equal(((await json('/instances')) as string[]).length, 1);
    } finally {
      await close();
    }
  });
});
