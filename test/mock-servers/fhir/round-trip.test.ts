// Whatever is valid is stored and given back as it was, for every type of R4 that can be generated.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FhirResource } from '#core/fhir/r4.ts';
import type { World } from '#mock-servers/fhir/world.ts';
import { buildBreadth } from '#mock-servers/seed/breadth.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { aWorld, send } from './fhir-world.ts';

/** What the generator leaves out, as small as the definitions let it be. */
const notGenerated: readonly FhirResource[] = [
  {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a',
        resource: { resourceType: 'Patient', gender: 'female' } as never,
      },
    ],
  },
  { resourceType: 'Parameters', parameter: [{ name: 'count', valueInteger: 3 }] },
  { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational' }] },
  {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'new results',
    criteria: 'Observation?code=1',
    channel: { type: 'rest-hook', endpoint: 'http://example.org/hook' },
  },
  {
    resourceType: 'StructureDefinition',
    url: 'http://example.org/StructureDefinition/short',
    name: 'ShortPatient',
    status: 'draft',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    derivation: 'constraint',
    differential: { element: [{ id: 'Patient', path: 'Patient' }] },
  },
  {
    resourceType: 'StructureMap',
    url: 'http://example.org/StructureMap/copy',
    name: 'Copy',
    status: 'draft',
    group: [
      {
        name: 'main',
        typeMode: 'none',
        input: [{ name: 'source', mode: 'source' }],
        rule: [{ name: 'copy', source: [{ context: 'source' }] }],
      },
    ],
  },
  {
    resourceType: 'TestScript',
    url: 'http://example.org/TestScript/read',
    name: 'Read',
    status: 'draft',
    test: [
      {
        action: [
          {
            operation: {
              resource: 'Patient',
              encodeRequestUrl: true,
              params: '/1',
              sourceId: 'patient',
            },
          },
        ],
      },
    ],
  },
  {
    resourceType: 'TestReport',
    status: 'completed',
    testScript: { reference: 'TestScript/1' },
    result: 'pass',
  },
];

function comparable(resource: FhirResource): string {
  const { id: _id, meta: _meta, ...rest } = resource;
  return JSON.stringify(rest);
}

describe('FHIR mock: round trip', function () {
  this.timeout(60_000);
  let world: World;
  before(() => {
    world = aWorld();
  });
  after(() => world.store.close());

  async function check(resource: FhirResource): Promise<void> {
    const created = await send(world, 'POST', `/${resource.resourceType}`, resource);
    assert.equal(created.status, 201, created.body);
    const { id } = JSON.parse(created.body ?? '') as { id: string };
    const read = await send(world, 'GET', `/${resource.resourceType}/${id}`);

    assert.equal(read.body, created.body);
    assert.equal(comparable(JSON.parse(read.body ?? '')), comparable(resource));
  }

  it('keeps every resource of the seed', async () => {
    for (const resource of loadHospital().resources) await check(resource);
  });

  it('keeps a resource of each of the 146 types', async () => {
    const resources = [...(await buildBreadth(7, [])), ...notGenerated];
    for (const resource of resources) await check(resource);
    const types = resources.map(({ resourceType }) => resourceType).toSorted();

    assert.deepEqual(types, world.definitions().types.toSorted());
    assert.equal(types.length, 146);
  });

  it('keeps whatever can be generated, 138 types at a time', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
        const resources = await buildBreadth(seed, []);
        for (const resource of resources) await check(resource);

        assert.equal(resources.length, 146 - notGenerated.length);
      }),
      { numRuns: 10 },
    ));

  it('finds them again by _id once they are indexed', async () => {
    const { body = '' } = await send(world, 'GET', '/Observation?_count=1');
    const [entry] = (JSON.parse(body) as { entry: { resource: { id: string } }[] }).entry;
    const found = await send(world, 'GET', `/Observation?_id=${entry?.resource.id}`);

    assert.equal(JSON.parse(found.body ?? '').total, 1);
  });
});
