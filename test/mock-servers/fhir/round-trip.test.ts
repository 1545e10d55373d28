// Whatever is valid is stored and given back as it was, for every type of R4 that can be generated.
import assert from 'node:assert/strict';
import type { FhirResource } from '#core/fhir/r4.ts';
import type { World } from '#mock-servers/fhir/world.ts';
import { buildBreadth } from '#mock-servers/seed/breadth.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { aWorld, send } from './fhir-world.ts';

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

  for (const seed of [7, 77]) {
    it(`keeps generated resources of more than 100 types (seed ${seed})`, async () => {
      const resources = await buildBreadth(seed, []);
      for (const resource of resources) await check(resource);

      assert.ok(new Set(resources.map(({ resourceType }) => resourceType)).size > 100);
    });
  }

  it('finds them again by _id once they are indexed', async () => {
    const { body = '' } = await send(world, 'GET', '/Observation?_count=1');
    const [entry] = (JSON.parse(body) as { entry: { resource: { id: string } }[] }).entry;
    const found = await send(world, 'GET', `/Observation?_id=${entry?.resource.id}`);

    assert.equal(JSON.parse(found.body ?? '').total, 1);
  });
});
