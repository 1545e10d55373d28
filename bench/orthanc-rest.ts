// The mock's REST interface against Debian's Orthanc: uploads, tags, searches. Both keep their files where TMPDIR
// says: on the same disk, with the same client.
import { existsSync } from 'node:fs';
import autocannon from 'autocannon';
import { Agent, request } from 'undici';
import { startRealOrthanc } from '#test/support/real-orthanc.ts';
import { ctImage } from './ct-image.ts';
import { type Benchmark, SkipBenchmark } from './harness.ts';
import { startBundledMocks } from './processes.ts';

const ROOT = '1.2.826.0.1.3680043.10.1511.';
const PLACE = '1000000000000000';

export const benchmarks: readonly Benchmark[] = [
  uploads(1),
  uploads(4),
  uploads(8),
  uploads(4, { SyncStorageArea: false }),
  tags(),
  finds(),
];

/** Of the real Orthanc; the goals are against it as it is installed. */
type Settings = Readonly<Record<string, unknown>>;

interface Sides {
  readonly mock: string;
  readonly real: string;
  close(): Promise<void>;
}

async function bothSides(settings: Settings = {}): Promise<Sides> {
  if (!existsSync('/usr/sbin/Orthanc')) throw new SkipBenchmark('orthanc is not installed');
  const [mocks, real] = await Promise.all([
    startBundledMocks('--empty'),
    startRealOrthanc({ config: settings }),
  ]);
  return {
    mock: String(mocks.urls.orthanc),
    real: real.url,
    async close() {
      await Promise.all([mocks.stop(), real.close()]);
    },
  };
}

/** As installed, the real one waits for the disk after each file (`SyncStorageArea`); the mock never does. */
function uploads(concurrency: number, settings: Settings = {}): Benchmark {
  const isAsInstalled = Object.keys(settings).length === 0;
  return {
    name: `POST /instances of 0.5 MB, ${concurrency} at a time`,
    unit: 'req/s',
    baseline: isAsInstalled ? 'real Orthanc' : 'real Orthanc, not waiting for the disk either',
    // The others are for comparison.
    goal: concurrency === 4 && isAsInstalled ? { atLeast: 2 } : {},
    rounds: 5,
    async prepare() {
      const { mock, real, close } = await bothSides(settings);
      const to = (url: string) => () => perSecond(400, concurrency, upload(url, fileMaker(512)));
      return { subject: to(mock), baseline: to(real), close };
    },
  };
}

function tags(): Benchmark {
  return {
    name: 'GET /instances/{id}/simplified-tags, 4 at a time',
    unit: 'req/s',
    baseline: 'real Orthanc',
    goal: { atLeast: 2 },
    rounds: 5,
    async prepare() {
      const { mock, real, close } = await bothSides();
      const file = fileMaker(512)();
      const reader = async (url: string) => {
        const { ID } = (await post(`${url}/instances`, file)) as { ID: string };
        return () => answersPerSecond(`${url}/instances/${ID}/simplified-tags`);
      };
      return { subject: await reader(mock), baseline: await reader(real), close };
    },
  };
}

function finds(): Benchmark {
  return {
    name: 'POST /tools/find over 10,000 instances',
    unit: 'req/s',
    baseline: 'real Orthanc',
    goal: { atLeast: 5 },
    rounds: 4,
    async prepare() {
      const { mock, real, close } = await bothSides();
      const query = { Level: 'Instance', Query: { PatientID: 'BENCH', InstanceNumber: '777' } };
      const finder = async (url: string) => {
        await perSecond(10_000, 8, upload(url, fileMaker(2)));
        return () =>
          perSecond(20, 1, (dispatcher) =>
            post(`${url}/tools/find`, JSON.stringify(query), dispatcher),
          );
      };
      return { subject: await finder(mock), baseline: await finder(real), close };
    },
  };
}

type Work = (dispatcher: Agent) => Promise<unknown>;

async function perSecond(count: number, concurrency: number, work: Work): Promise<number> {
  // Orthanc offers to keep connections for a second, which undici by itself takes for too short.
  const dispatcher = new Agent({ connections: concurrency, keepAliveTimeoutThreshold: 0 });
  let left = count;
  const startedAt = performance.now();
  const lane = async () => {
    while (left-- > 0) await work(dispatcher);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const seconds = (performance.now() - startedAt) / 1000;
  await dispatcher.close();
  return count / seconds;
}

function upload(url: string, nextFile: () => Uint8Array): Work {
  return (dispatcher) => post(`${url}/instances`, nextFile(), dispatcher);
}

async function post(url: string, body: Uint8Array | string, dispatcher?: Agent): Promise<unknown> {
  const answer = await request(url, { method: 'POST', body, ...(dispatcher && { dispatcher }) });
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  return answer.body.json();
}

/**
 * By autocannon, as the other servers' answers: a request by undici costs the client more than its answer costs
 * the mock, so that the client would be measured on one side only. Two seconds, because 1,000 answers are over
 * before V8 has optimised anything.
 */
async function answersPerSecond(url: string): Promise<number> {
  const result = await autocannon({ url, connections: 4, duration: 2 });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed under load.`);
  return result.requests.average;
}

let made = 0;

/** CT images of one series; each has another UID and number in the same bytes, so that making one costs nothing. */
function fileMaker(edge: number): () => Uint8Array {
  const series = ROOT + String(Date.now());
  const ids = {
    study: `${series}.1`,
    series: `${series}.2`,
    instance: ROOT + PLACE,
    number: '00000777',
  };
  const template = Buffer.from(ctImage(ids, edge));
  const places = [template.indexOf(PLACE), template.lastIndexOf(PLACE)];
  const number = template.indexOf(ids.number);
  return () => {
    const file = Buffer.from(template);
    made += 1;
    for (const at of places) file.write(String(Number(PLACE) + made), at, 'latin1');
    file.write(String(made).padEnd(8), number, 'latin1');
    return file;
  };
}
