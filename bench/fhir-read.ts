import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';
import type { Benchmark } from './harness.ts';
import { startBundledMocks, startScript } from './processes.ts';

const seconds = 2;

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'FHIR read of one Patient, 16 connections',
    unit: 'req/s',
    baseline: 'bare Express, same bytes',
    goal: { atLeast: 0.8 },
    rounds: 4,
    async prepare() {
      const mocks = await startBundledMocks();
      const id = await anyPatientId(String(mocks.urls.fhir));
      const url = `${mocks.urls.fhir}/Patient/${id}`;
      const answer = await fetch(url);
      const folder = await mkdtemp(path.join(tmpdir(), 'bench-read-'));
      const file = path.join(folder, 'patient.json');
      await writeFile(file, Buffer.from(await answer.arrayBuffer()));
      const bare = await startScript('bare-express.mjs', file, headersOf(answer));
      return {
        subject: () => requestsPerSecond(url),
        baseline: () => requestsPerSecond(`${bare.urls.fhir}/Patient/${id}`),
        async close() {
          await Promise.all([mocks.stop(), bare.stop()]);
          await rm(folder, { recursive: true });
        },
      };
    },
  },
];

async function anyPatientId(fhir: string): Promise<string> {
  const bundle = (await (await fetch(`${fhir}/Patient?_count=1`)).json()) as {
    entry?: { resource?: { id?: string } }[];
  };
  const id = bundle.entry?.[0]?.resource?.id;
  if (!id) throw new Error('The seeded FHIR server has no patient.');
  return id;
}

/** The same headers on both sides; each server adds length, date and connection by itself. */
function headersOf(answer: Response): string {
  const own = new Set(['content-length', 'date', 'connection', 'keep-alive', 'transfer-encoding']);
  return JSON.stringify(Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name))));
}

async function requestsPerSecond(url: string): Promise<number> {
  const result = await autocannon({ url, connections: 16, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed under load.`);
  return result.requests.average;
}
