// Sending many files: our client against bare undici, and DCMTK's storescu to the mock against the real Orthanc.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { systemClock } from '#core/clock.ts';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { restSender } from '#core/orthanc/rest-sender.ts';
import { createHttp } from '#core/undici-http.ts';
import { sendDicom } from '#core/workflows/send-dicom.ts';
import { startRealOrthanc } from '#test/support/real-orthanc.ts';
import { ctImage } from './ct-image.ts';
import type { Benchmark } from './harness.ts';
import { SkipBenchmark } from './harness.ts';
import { startBundledMocks } from './processes.ts';

const CONCURRENCY = 4;

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'send of 1,000 DICOM files',
    unit: 'req/s',
    baseline: 'undici, bytes in memory',
    goal: { atLeast: 0.9 },
    rounds: 7,
    async prepare() {
      const mocks = await startBundledMocks('--empty');
      const url = String(mocks.urls.orthanc);
      const folder = await mkdtemp(path.join(tmpdir(), 'bench-send-'));
      const http = createHttp({ clock: systemClock });
      const sender = restSender(createOrthancClient({ http, baseUrl: url }));
      return {
        subject: () =>
          perSecond(1_000, 256, async (files) => {
            await writeAll(folder, files);
            return async () => {
              const { rows } = await sendDicom({
                inputs: [folder],
                sender,
                concurrency: CONCURRENCY,
              });
              const stored = rows.filter(({ status }) => status === 'Success').length;
              if (stored !== files.length) throw new Error(`only ${stored} were stored`);
            };
          }),
        baseline: () =>
          perSecond(1_000, 256, async (files) => () => postAll(`${url}/instances`, files)),
        async close() {
          await http.close();
          await mocks.stop();
          await rm(folder, { recursive: true });
        },
      };
    },
  },
  {
    name: 'storescu of 100 DICOM files',
    unit: 'req/s',
    baseline: 'real Orthanc',
    goal: { atLeast: 10 },
    // The mock needs some hundred files until V8 has compiled its way.
    rounds: 7,
    async prepare() {
      if (!existsSync('/usr/bin/storescu')) throw new SkipBenchmark('dcmtk is not installed');
      if (!existsSync('/usr/sbin/Orthanc')) throw new SkipBenchmark('orthanc is not installed');
      const [mocks, real] = await Promise.all([startBundledMocks('--empty'), startRealOrthanc()]);
      const folder = await mkdtemp(path.join(tmpdir(), 'bench-storescu-'));
      const toPort = (port: number) => () =>
        perSecond(100, 512, async (files) => {
          await writeAll(folder, files);
          return () => storescu(port, folder);
        });
      return {
        subject: toPort(Number(mocks.urls.dimse?.split(':')[1])),
        baseline: toPort(real.dicomPort),
        async close() {
          await Promise.all([mocks.stop(), real.close()]);
          await rm(folder, { recursive: true });
        },
      };
    },
  },
];

/** Files per second; what is made before the clock starts does not count. */
async function perSecond(
  count: number,
  edge: number,
  prepare: (files: readonly Uint8Array[]) => Promise<() => Promise<void>>,
): Promise<number> {
  const run = await prepare(freshFiles(count, edge));
  const startedAt = performance.now();
  await run();
  return count / ((performance.now() - startedAt) / 1000);
}

/** CT images nobody has seen before, of `edge` times `edge` pixels of 16 bits. */
function freshFiles(count: number, edge: number): readonly Uint8Array[] {
  const study = newUid();
  const series = newUid();
  const pixels = new Uint8Array(edge * edge * 2);
  return Array.from({ length: count }, (_, index) =>
    ctImage({ study, series, instance: newUid(), number: String(index + 1) }, edge, pixels),
  );
}

/** PS3.5 B.2: a UUID as a decimal number. */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}

async function writeAll(folder: string, files: readonly Uint8Array[]): Promise<void> {
  for (const [index, file] of files.entries()) {
    await writeFile(path.join(folder, `${index}.dcm`), file);
  }
}

async function postAll(url: string, files: readonly Uint8Array[]): Promise<void> {
  const agent = new Agent({ connections: CONCURRENCY });
  const left = [...files];
  const work = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const answer = await request(url, { dispatcher: agent, method: 'POST', body });
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
      await answer.body.json();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  await agent.close();
}

async function storescu(port: number, folder: string): Promise<void> {
  const line = ['-aec', 'ORTHANC', '+sd', '127.0.0.1', String(port), folder];
  await promisify(execFile)('storescu', line);
}
