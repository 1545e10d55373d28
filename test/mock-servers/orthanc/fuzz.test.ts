// Damaged uploads: whatever arrives, the answer is one of Orthanc's and the server goes on.
import assert from 'node:assert/strict';
import { Agent, request } from 'undici';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const COUNT = 2_000;
const SEED = 20_250_101;

describe('POST /instances with damaged files', () => {
  let orthanc: RunningMock;
  before(async () => {
    orthanc = await runMock();
  });
  after(() => orthanc.close());

  it(`stores or refuses ${COUNT} of them and reads what it stored (seed ${SEED})`, async function () {
    this.timeout(120_000);
    const dispatcher = new Agent({ connections: 1, keepAliveTimeoutThreshold: 0 });
    const ask = async (path: string, body?: Buffer) => {
      const method = body ? 'POST' : 'GET';
      const answer = await request(orthanc.url + path, { dispatcher, method, body: body ?? null });
      return { status: answer.statusCode, text: await answer.body.text() };
    };
    const next = generator(SEED);
    const originals = [...seedDicomFiles()];
    const stored = new Set<string>();
    for (let run = 0; run < COUNT; run++) {
      const body = damaged(originals[next(originals.length)] ?? new Uint8Array(), next);
      const { status, text } = await ask('/instances', body);
      // 404: an identifier is missing (Orthanc's "Inexistent tag")
      assert.ok([200, 400, 404].includes(status), `run ${run}: ${status} ${text}`);
      const { ID } = JSON.parse(text) as { ID?: string };
      if (ID !== undefined) stored.add(ID);
    }
    assert.ok(stored.size > 0);
    for (const id of stored) {
      for (const what of ['simplified-tags', 'preview']) {
        const { status } = await ask(`/instances/${id}/${what}`);
        assert.ok([200, 400, 415].includes(status), `${id} ${what}: ${status}`);
      }
    }
    assert.equal((await ask('/system')).status, 200);
    await dispatcher.close();
  });
});

type Next = (below: number) => number;

function damaged(original: Uint8Array, next: Next): Buffer {
  const bytes = Buffer.from(original);
  switch (next(4)) {
    case 0:
      return bytes.subarray(0, next(bytes.length));
    case 1: {
      const at = next(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(16))]);
    }
    case 2: {
      const at = next(bytes.length);
      const noise = Buffer.from(Array.from({ length: 1 + next(16) }, () => next(256)));
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
    }
    default: {
      // Headers lie in front: there damage does most.
      const end = next(2) === 0 ? bytes.length : Math.min(600, bytes.length);
      for (let flips = 1 + next(8); flips > 0; flips--) bytes[next(end)] = next(256);
      return bytes;
    }
  }
}

// Numerical Recipes' linear congruential generator
function generator(seed: number): Next {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
