// A client of other people's making: fhir-kit-client. Where OpenEMR deviates from FHIR, the test says so.
import assert from 'node:assert/strict';
import { Client } from 'fhir-kit-client';
import { openWorld, type World } from '../records/world.ts';

describe('fhir-kit-client on OpenEMR FHIR', () => {
  let world: World;
  let client: Client;
  before(async () => {
    world = await openWorld();
    client = new Client({ baseUrl: `${world.url}/fhir` });
  });
  after(() => world.close());

  it('reads the capabilities', async () => {
    const statement = await client.capabilityStatement();

    assert.equal(statement['fhirVersion'], '4.0.1');
  });

  it('reads and searches', async () => {
    const bundle = await client.search({ resourceType: 'Patient', searchParams: { family: '홍' } });
    // Deviation: a Bundle of type collection where FHIR says searchset.
    assert.equal(bundle['type'], 'collection');

    const [{ resource }] = bundle['entry'] as [{ resource: { id: string } }];
    const patient = await client.read({ resourceType: 'Patient', id: resource.id });

    assert.deepEqual(patient, resource);
  });

  it('searches by POST', async () => {
    const found = await client.search({
      resourceType: 'Patient',
      searchParams: { family: '홍' },
      options: { postSearch: true },
    });

    assert.equal(found['total'], 1);
  });

  it('creates, but gets ids instead of the resource', async () => {
    const body = {
      resourceType: 'Patient',
      name: [{ use: 'official', family: '제갈', given: ['량'] }],
      gender: 'male',
      birthDate: '1981-07-23',
    };

    const created = await client.create({ resourceType: 'Patient', body });
    // Deviation: neither the resource nor a Location header.
    assert.deepEqual(Object.keys(created), ['pid', 'uuid']);
    const id = String(created['uuid']);
    const updated = await client.update({
      resourceType: 'Patient',
      id,
      body: { ...body, id, gender: 'female' },
    });

    assert.equal(updated['gender'], 'female');
  });

  it('fails on what OpenEMR has not: delete, patch, history', async () => {
    const id = '9d1e0000-0000-4000-8000-000000000000';

    const failures = await Promise.allSettled([
      client.delete({ resourceType: 'Patient', id }),
      client.patch({ resourceType: 'Patient', id, jsonPatch: [] }),
      client.history({ resourceType: 'Patient', id }),
    ]);

    assert.deepEqual(
      failures.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
  });
});
