// Orthanc's own configuration keys, obeyed alike by the mock and the real server.
import assert from 'node:assert/strict';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { everyOrthanc, type OrthancUnderTest, skipLoudly } from './servers.ts';

const files = [...seedDicomFiles()];
const [first = new Uint8Array()] = files;

for (const { name, version, missing, start } of everyOrthanc) {
  describe(`Configuration of the ${name}`, function () {
    this.timeout(30_000);
    let server: OrthancUnderTest | undefined;
    before(function () {
      const reason = missing();
      if (reason !== undefined) skipLoudly(this, reason);
    });
    afterEach(async () => {
      await server?.close();
      server = undefined;
    });

    it('keeps the first file of an instance, or the last with OverwriteInstances', async () => {
      for (const overwrites of [false, true]) {
        server = await start({ OverwriteInstances: overwrites });
        const changed = Buffer.from(first);
        changed[changed.length - 1] = 0x5a;

        const { ID } = await upload(server.url, first);
        const { Status } = await upload(server.url, changed);

        const file = await fetch(`${server.url}/instances/${ID}/file`);
        const kept = Buffer.from(await file.arrayBuffer());
        assert.equal(Status, overwrites ? 'Success' : 'AlreadyStored');
        assert.ok(kept.equals(overwrites ? changed : Buffer.from(first)), `${overwrites}`);
        await server.close();
      }
    });

    it('calls a study stable after StableAge, and says so in its changes', async () => {
      server = await start({ StableAge: 1 });
      const { ParentStudy } = await upload(server.url, first);
      const read = async (path: string) => (await fetch(`${server?.url}${path}`)).json();

      const before = (await read(`/studies/${ParentStudy}`)) as { IsStable: boolean };
      let after = before;
      for (const endAt = Date.now() + 8_000; !after.IsStable && Date.now() < endAt; ) {
        after = (await read(`/studies/${ParentStudy}`)) as { IsStable: boolean };
      }

      const { Changes } = (await read('/changes')) as { Changes: { ChangeType: string }[] };
      assert.deepEqual([before.IsStable, after.IsStable], [false, true]);
      assert.ok(Changes.some(({ ChangeType }) => ChangeType === 'StableStudy'));
    });

    it('gives by /tools/find no more than LimitFindResults and LimitFindInstances', async () => {
      server = await start({ LimitFindResults: 1, LimitFindInstances: 2 });
      for (const file of files) await upload(server.url, file);
      const count = async (Level: string) => {
        const body = JSON.stringify({ Level, Query: {} });
        const answer = await fetch(`${server?.url}/tools/find`, { method: 'POST', body });
        return ((await answer.json()) as string[]).length;
      };

      const counts = [await count('Study'), await count('Instance')];

      // 1.10.1 gives the one by which it sees that there are more, too.
      assert.deepEqual(counts, version === '1.10.1' ? [2, 3] : [1, 2]);
    });
  });
}

async function upload(url: string, bytes: Uint8Array): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/instances`, { method: 'POST', body: Buffer.from(bytes) });
  return (await answer.json()) as Record<string, string>;
}
