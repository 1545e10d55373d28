// Damaged uploads: whatever arrives, the answer is one of Orthanc's, soon and within little memory.
import assert from 'node:assert/strict';
import { Agent, request } from 'undici';
import { damagedFile, samplesToDamage, seededNext } from '#test/support/damaged-dicom.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const COUNT = 10_000;
const SEED = 20_250_101;
const CONNECTIONS = 4;
const SLOWEST_MS = 3_000;
/** Bodies are 60 kB at most, so this is what is never reached unless a length in a file is believed. */
const MOST_BYTES = 128 * 1024 * 1024;

describe('POST /instances with damaged files', () => {
  let orthanc: RunningMock;
  let dispatcher: Agent;
  before(async () => {
    orthanc = await runMock();
    dispatcher = new Agent({ connections: CONNECTIONS, keepAliveTimeoutThreshold: 0 });
  });
  after(async () => {
    await dispatcher.close();
    await orthanc.close();
  });

  const ask = async (path: string, body?: Buffer) => {
    const method = body ? 'POST' : 'GET';
    const answer = await request(orthanc.url + path, {
      dispatcher,
      method,
      body: body ?? null,
      bodyTimeout: SLOWEST_MS,
      headersTimeout: SLOWEST_MS,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };

  it(`stores or refuses ${COUNT} of them and reads what it stored (seed ${SEED})`, async function () {
    this.timeout(120_000);
    const samples = samplesToDamage();
    const next = seededNext(SEED);
    const held = () => process.memoryUsage().arrayBuffers;
    const before = held();
    const stored = new Set<string>();
    let refused = 0;
    let most = 0;
    let sent = 0;
    const upload = async () => {
      for (let run = sent++; run < COUNT; run = sent++) {
        const { status, text } = await ask('/instances', damagedFile(samples, next));
        most = Math.max(most, held() - before);
        // 404: an identifier is missing (Orthanc's "Inexistent tag")
        assert.ok([200, 400, 404].includes(status), `run ${run}: ${status} ${text}`);
        const { ID, Message } = JSON.parse(text) as { ID?: string; Message?: string };
        assert.ok(status === 200 ? ID : Message, `run ${run}: ${text}`);
        if (ID === undefined) refused += 1;
        else stored.add(ID);
      }
    };

    await Promise.all(Array.from({ length: CONNECTIONS }, upload));

    assert.ok(refused > COUNT / 20, `only ${refused} were refused`);
    assert.ok(stored.size > 50, `only ${stored.size} were stored`);
    assert.ok(most < MOST_BYTES, `${most} bytes were held`);
    for (const id of stored) {
      for (const what of ['simplified-tags', 'preview']) {
        const { status } = await ask(`/instances/${id}/${what}`);
        assert.ok([200, 400, 415].includes(status), `${id} ${what}: ${status}`);
      }
    }
    assert.equal((await ask('/system')).status, 200);
  });
});
