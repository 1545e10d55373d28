// kill -9 in the midst of uploads: what was acknowledged is there afterwards, bit for bit.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { textElement, writePart10 } from '#core/dicom/write.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { anyPorts, type CliRun, runCli } from '#test/support/cli-process.ts';
import { runMock } from './running-mock.ts';

const ROUNDS = 4;
const LANES = 4;
const SOP_CLASS = '1.2.840.10008.5.1.4.1.1.7';
const ROOT = '1.2.826.0.1.3680043.10.1511.9';

describe('the Orthanc mock after kill -9', function () {
  this.timeout(60_000);
  let folder: string;
  let server: CliRun | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orthanc-crash-'));
  });
  afterEach(async () => {
    server?.child.kill('SIGKILL');
    await server?.ended;
    await rm(folder, { recursive: true, force: true });
  });

  it(`has every acknowledged instance, ${ROUNDS} times over`, async () => {
    const acknowledged = new Map<string, Buffer>();
    for (let round = 0; round < ROUNDS; round += 1) {
      server = runCli(['start', '--empty', '--data', folder, ...anyPorts]);
      const url = orthancOf(await server.firstLine());
      // Another moment each time: after so many answers, with the other lanes still sending.
      const before = acknowledged.size;
      await uploadUntilKilled(url, server, before + 5 + round * 7, acknowledged, round);
      assert.ok(acknowledged.size > before, `round ${round} stored nothing`);
    }

    const orthanc = await runMock({ dataDir: folder });
    try {
      const listed = new Set((await orthanc.json('/instances')) as string[]);
      for (const [id, sent] of acknowledged) {
        assert.ok(listed.has(id), `${id} was acknowledged and is gone`);
        const kept = await orthanc.get(`/instances/${id}/file`);
        assert.ok(Buffer.from(await kept.arrayBuffer()).equals(sent), `${id} is not what was sent`);
      }
      // What nobody heard of may be there or not, but never in part.
      for (const id of listed) {
        assert.equal((await orthanc.get(`/instances/${id}/simplified-tags`)).status, 200, id);
        const kept = await (await orthanc.get(`/instances/${id}/file`)).arrayBuffer();
        const size = await (await orthanc.get(`/instances/${id}/attachments/dicom/size`)).text();
        assert.equal(kept.byteLength, Number(size), id);
      }
    } finally {
      await orthanc.close();
    }
  });
});

/** Sends from several lanes at once; kills the server as soon as `total` uploads were acknowledged. */
async function uploadUntilKilled(
  url: string,
  server: CliRun,
  total: number,
  acknowledged: Map<string, Buffer>,
  round: number,
): Promise<void> {
  const dispatcher = new Agent({ connections: LANES });
  let isKilled = false;
  const lane = async (number: number) => {
    for (let index = 0; !isKilled; index += 1) {
      const bytes = file(`${round}.${number}.${index}`, 1_000 + 90_000 * number);
      const id = await upload(url, bytes, dispatcher).catch(() => undefined);
      if (id !== undefined) acknowledged.set(id, bytes);
      if (id === undefined || acknowledged.size < total) continue;
      isKilled = true;
      server.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  await server.ended;
  await dispatcher.destroy();
}

async function upload(url: string, body: Buffer, dispatcher: Agent): Promise<string> {
  const answer = await request(`${url}/instances`, { method: 'POST', body, dispatcher });
  const said = parseJson(await answer.body.text());
  assert.ok(isRecord(said) && typeof said['ID'] === 'string');
  return said['ID'];
}

/** Of a size and content of its own. */
function file(suffix: string, size: number): Buffer {
  const sopInstanceUid = `${ROOT}.3.${suffix}`;
  const elements = [
    textElement('SOPClassUID', SOP_CLASS),
    textElement('SOPInstanceUID', sopInstanceUid),
    textElement('PatientID', 'CRASH'),
    textElement('StudyInstanceUID', `${ROOT}.1`),
    textElement('SeriesInstanceUID', `${ROOT}.2.${suffix.split('.')[0]}`),
    { tag: '7FE00010', vr: 'OW', raw: Buffer.alloc(size, suffix) },
  ].filter((element) => element !== undefined);
  const transferSyntax = '1.2.840.10008.1.2.1';
  return Buffer.from(
    writePart10(elements, { transferSyntax, sopClassUid: SOP_CLASS, sopInstanceUid }),
  );
}

function orthancOf(ready: string): string {
  const urls = parseJson(ready.slice('READY '.length));
  assert.ok(isRecord(urls));
  return String(urls['orthanc']);
}
