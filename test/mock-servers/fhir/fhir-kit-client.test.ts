// A client of other people, for every interaction it knows.
import assert from 'node:assert/strict';
import { Client } from 'fhir-kit-client';
import { type FhirServer, startFhir } from './fhir-server.ts';

describe('FHIR mock: fhir-kit-client', () => {
  let server: FhirServer;
  let client: Client;
  before(async () => {
    server = await startFhir('seed');
    client = new Client({ baseUrl: server.url });
  });
  after(() => server.close());

  const patient = { resourceType: 'Patient', name: [{ family: 'Kit' }] } as const;

  it('reads the capabilities', async () => {
    const statement = await client.capabilityStatement();

    assert.equal(statement.resourceType, 'CapabilityStatement');
  });

  it('creates, reads, updates, patches and deletes', async () => {
    const created = await client.create({ resourceType: 'Patient', body: { ...patient } });
    const id = String(created['id']);
    const read = await client.read({ resourceType: 'Patient', id });
    const updated = await client.update({
      resourceType: 'Patient',
      id,
      body: { ...read, gender: 'male' } as never,
    });
    const patched = await client.patch({
      resourceType: 'Patient',
      id,
      jsonPatch: [{ op: 'replace', path: '/gender', value: 'female' }],
    });
    await client.delete({ resourceType: 'Patient', id });

    assert.deepEqual(read, created);
    assert.equal(updated['gender'], 'male');
    assert.equal(patched['gender'], 'female');
    await assert.rejects(
      client.read({ resourceType: 'Patient', id }),
      (error: { response: { status: number } }) => error.response.status === 410,
    );
  });

  const mrn = 'http://example.org/kit';
  const identified = (value: string, family: string) => ({
    resourceType: 'Patient',
    identifier: [{ system: mrn, value }],
    name: [{ family }],
  });
  const statusOf = (resource: unknown) => Client.httpFor(resource as never).response?.status;

  it('creates on a condition: once, and not again', async () => {
    const options = { headers: { 'If-None-Exist': `identifier=${mrn}|create` } };
    const request = { resourceType: 'Patient', body: identified('create', 'Once'), options };
    const first = await client.create(request as never);
    const second = await client.create(request as never);

    assert.equal(statusOf(first), 201);
    assert.equal(statusOf(second), 200);
    assert.equal(second['id'], first['id']);
  });

  it('updates on a condition: creates, then changes the one that matches', async () => {
    const update = (family: string) =>
      client.update({
        resourceType: 'Patient',
        searchParams: { identifier: `${mrn}|update` },
        body: identified('update', family),
      } as never);
    const created = await update('Before');
    const updated = await update('After');

    assert.equal(statusOf(created), 201);
    assert.equal(statusOf(updated), 200);
    assert.equal(updated['id'], created['id']);
    assert.equal((updated['meta'] as { versionId: string }).versionId, '2');
  });

  it('deletes on a condition', async () => {
    const body = identified('delete', 'Gone');
    const { id } = await client.create({ resourceType: 'Patient', body } as never);
    // The client has no method for it; its raw request sends what a caller writes.
    const query = new URLSearchParams({ identifier: `${mrn}|delete` });
    await client.request(`Patient?${query}`, { method: 'DELETE' });

    await assert.rejects(
      client.read({ resourceType: 'Patient', id: String(id) }),
      (error: { response: { status: number } }) => error.response.status === 410,
    );
  });

  it('is refused when a condition matches several', async () => {
    for (const family of ['One', 'Two']) {
      await client.create({ resourceType: 'Patient', body: identified('twice', family) } as never);
    }
    const refused = (work: Promise<unknown>) =>
      assert.rejects(
        work,
        (error: { response: { status: number } }) => error.response.status === 412,
      );
    const body = identified('twice', 'Three');

    await refused(
      client.create({
        resourceType: 'Patient',
        body,
        options: { headers: { 'If-None-Exist': `identifier=${mrn}|twice` } },
      } as never),
    );
    await refused(
      client.update({
        resourceType: 'Patient',
        searchParams: { identifier: `${mrn}|twice` },
        body,
      } as never),
    );
  });

  it('updates a version, and is refused when it is not the current one', async () => {
    const created = await client.create({ resourceType: 'Patient', body: { ...patient } });
    const update = (gender: string) =>
      client.update({
        resourceType: 'Patient',
        id: String(created['id']),
        body: { ...created, gender } as never,
        options: { headers: { 'If-Match': 'W/"1"' } },
      });
    await update('male');

    await assert.rejects(
      update('female'),
      (error: { response: { status: number } }) => error.response.status === 412,
    );
  });

  it('reads only what has changed', async () => {
    const read = (version: string) =>
      client.request('Patient/P-2025-000001', {
        method: 'GET',
        options: { headers: { 'If-None-Match': version } },
      } as never);

    assert.equal((await read('W/"99"'))['id'], 'P-2025-000001');
    await assert.rejects(
      read('W/"1"'),
      (error: { response: { status: number } }) => error.response.status === 304,
    );
  });

  it('reads a version', async () => {
    const version = await client.vread({
      resourceType: 'Patient',
      id: 'P-2025-000001',
      version: '1',
    });

    assert.equal(version['id'], 'P-2025-000001');
  });

  it('searches, by GET and by POST, and follows the pages', async () => {
    const search = {
      resourceType: 'Observation',
      searchParams: { subject: 'Patient/P-2025-000001', _count: 3 },
    };
    const first = await client.resourceSearch(search as never);
    const posted = await client.resourceSearch({
      ...search,
      options: { postSearch: true },
    } as never);
    const second = await client.nextPage({ bundle: first } as never);
    const back = await client.prevPage({ bundle: second } as never);
    const ids = (bundle: unknown) =>
      (bundle as { entry: { resource: { id: string } }[] }).entry.map(
        ({ resource }) => resource.id,
      );

    assert.equal(ids(first).length, 3);
    assert.deepEqual(ids(posted), ids(first));
    assert.equal(new Set([...ids(first), ...ids(second)]).size, 6);
    assert.deepEqual(ids(back), ids(first));
  });

  it('searches the system and a compartment', async () => {
    const system = await client.systemSearch({ searchParams: { _id: 'P-2025-000001' } } as never);
    const compartment = await client.compartmentSearch({
      resourceType: 'Condition',
      compartment: { resourceType: 'Patient', id: 'P-2025-000001' },
    } as never);

    assert.equal(system['total'], 1);
    assert.ok(Number(compartment['total']) >= 1);
  });

  it('sends a batch and a transaction', async () => {
    const entry = [{ resource: patient, request: { method: 'POST', url: 'Patient' } }];
    const batch = await client.batch({
      body: { resourceType: 'Bundle', type: 'batch', entry } as never,
    });
    const transaction = await client.transaction({
      body: { resourceType: 'Bundle', type: 'transaction', entry } as never,
    });

    assert.equal(batch['type'], 'batch-response');
    assert.equal(transaction['type'], 'transaction-response');
  });

  it('reads the three histories', async () => {
    const id = 'P-2025-000001';
    const histories = await Promise.all([
      client.history({ resourceType: 'Patient', id } as never),
      client.history({ resourceType: 'Patient' } as never),
      client.history({} as never),
    ]);

    assert.deepEqual(
      histories.map((bundle) => bundle['type']),
      ['history', 'history', 'history'],
    );
  });

  it('calls an operation', async () => {
    const outcome = await client.operation({
      name: '$validate',
      resourceType: 'Patient',
      input: { resourceType: 'Patient', gender: 'M' },
    } as never);

    assert.match(JSON.stringify(outcome), /M is not a code/);
  });
});
