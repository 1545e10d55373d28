import assert from 'node:assert/strict';
import { type FhirServer, startFhir } from './fhir-server.ts';

describe('FHIR mock: one resource', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('seed');
  });
  after(() => server.close());

  it('reads a seeded resource with its version headers', async () => {
    const { status, headers, body } = await server.get('/Patient/P-2025-000001');

    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/fhir+json;charset=UTF-8');
    assert.equal(headers.get('etag'), 'W/"1"');
    assert.equal(headers.get('last-modified'), 'Mon, 29 Dec 2025 00:00:00 GMT');
    assert.equal(headers.get('content-location'), `${server.url}/Patient/P-2025-000001/_history/1`);
    assert.equal(body.name[0].family, '홍');
  });

  it('sends the same bytes by the short and by the long way', async () => {
    const short = await server.get('/Patient/P-2025-000001', { 'accept-encoding': 'identity' });
    const long = await server.get('/Patient/P-2025-000001?_format=json');

    assert.equal(short.text, long.text);
    assert.equal(short.headers.get('etag'), long.headers.get('etag'));
  });

  it('reads what is there now, however often it was read before', async () => {
    const patient = { resourceType: 'Patient', id: 'now', active: true };
    const read = () => server.get('/Patient/now', { 'accept-encoding': 'identity' });
    const missing = await read();
    await server.send('PUT', '/Patient/now', patient);
    const [first, again] = [await read(), await read()];
    await server.send('PUT', '/Patient/now', { ...patient, active: false });
    const changed = await read();
    const before = await server.mock.snapshot?.();
    await server.send('DELETE', '/Patient/now');
    const gone = await read();
    await server.mock.restore?.(before);
    const back = await read();

    assert.deepEqual(
      [missing, first, again, changed, gone, back].map(({ status, body }) => [status, body.active]),
      [
        [404, undefined],
        [200, true],
        [200, true],
        [200, false],
        [410, undefined],
        [200, false],
      ],
    );
    assert.equal(back.headers.get('etag'), 'W/"2"');
  });

  it('creates with 201, Location, ETag and the resource as body', async () => {
    const patient = { resourceType: 'Patient', name: [{ family: 'New' }] };
    const { status, headers, body } = await server.send('POST', '/Patient', patient);

    assert.equal(status, 201);
    assert.equal(headers.get('location'), `${server.url}/Patient/${body.id}/_history/1`);
    assert.equal(headers.get('etag'), 'W/"1"');
    assert.deepEqual(body, {
      resourceType: 'Patient',
      id: body.id,
      meta: { versionId: '1', lastUpdated: '2026-01-15T09:00:00.000+00:00' },
      name: [{ family: 'New' }],
    });
  });

  it('keeps decimals as written, unknown extensions, primitive extensions and array order', async () => {
    const sent =
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},' +
      '"extension":[{"url":"http://example.org/e","valueDecimal":1.10}],' +
      '"valueQuantity":{"value":1.0,"unit":"g"},' +
      '"_status":{"extension":[{"url":"http://example.org/p","valueString":"why"}]},' +
      '"category":[{"text":"b"},{"text":"a"}]}';
    const created = await server.send('POST', '/Observation', sent);
    const read = await server.get(`/Observation/${created.body.id}`);

    assert.equal(created.status, 201);
    assert.equal(read.text, created.text);
    assert.ok(read.text.endsWith(sent.slice('{"resourceType":"Observation",'.length)));
  });

  it('updates to version 2 and keeps version 1', async () => {
    const { body: created } = await server.send('POST', '/Patient', {
      resourceType: 'Patient',
      gender: 'male',
    });
    const updated = await server.send('PUT', `/Patient/${created.id}`, {
      ...created,
      gender: 'female',
    });
    const old = await server.get(`/Patient/${created.id}/_history/1`);

    assert.equal(updated.status, 200);
    assert.equal(updated.headers.get('etag'), 'W/"2"');
    assert.equal(updated.body.meta.versionId, '2');
    assert.equal(old.body.gender, 'male');
  });

  it('creates by update under the id of the client', async () => {
    const { status, headers } = await server.send('PUT', '/Patient/mine-1', {
      resourceType: 'Patient',
      id: 'mine-1',
    });

    assert.equal(status, 201);
    assert.equal(headers.get('location'), `${server.url}/Patient/mine-1/_history/1`);
  });

  it('answers an update that changes nothing with the version there is', async () => {
    const patient = { resourceType: 'Patient', id: 'same', gender: 'male' };
    await server.send('PUT', '/Patient/same', patient);
    const again = await server.send('PUT', '/Patient/same', patient);

    assert.equal(again.status, 200);
    assert.equal(again.body.meta.versionId, '1');
  });

  it('refuses an update whose If-Match is an older version with 412', async () => {
    const patient = { resourceType: 'Patient', id: 'raced' };
    await server.send('PUT', '/Patient/raced', patient);
    await server.send('PUT', '/Patient/raced', { ...patient, gender: 'male' });
    const { status, body } = await server.send(
      'PUT',
      '/Patient/raced',
      { ...patient, gender: 'female' },
      { 'if-match': 'W/"1"' },
    );

    assert.equal(status, 412);
    assert.equal(body.resourceType, 'OperationOutcome');
  });

  it('deletes, then answers 410 with the time, and 404 for what never was', async () => {
    await server.send('PUT', '/Patient/short-lived', {
      resourceType: 'Patient',
      id: 'short-lived',
    });
    const deleted = await server.send('DELETE', '/Patient/short-lived');
    const gone = await server.get('/Patient/short-lived');
    const never = await server.get('/Patient/never');

    assert.equal(deleted.status, 200);
    assert.equal(deleted.body.issue[0].severity, 'information');
    assert.equal(gone.status, 410);
    assert.equal(never.status, 404);
    assert.match(never.body.issue[0].diagnostics, /Patient\/never is not known/);
  });

  it('answers 200 to the deletion of what never was, as R4 3.1.0.7 says', async () => {
    const { status, body } = await server.send('DELETE', '/Patient/never');

    assert.equal(status, 200);
    assert.match(body.issue[0].diagnostics, /Patient\/never does not exist/);
  });

  const refusals: readonly [string, string, string, unknown, number][] = [
    ['a body that is not JSON', 'POST', '/Patient', '{"resourceType":', 400],
    ['another type than the URL says', 'POST', '/Patient', { resourceType: 'Group' }, 400],
    ['a type that is none of R4', 'GET', '/Foo/1', undefined, 404],
    ['an unknown element', 'POST', '/Patient', { resourceType: 'Patient', foo: 1 }, 400],
    [
      'a code outside a required binding',
      'POST',
      '/Patient',
      { resourceType: 'Patient', gender: 'M' },
      400,
    ],
    [
      'a missing required element',
      'POST',
      '/Observation',
      { resourceType: 'Observation', status: 'final' },
      422,
    ],
    [
      'an id in the body that is not the one of the URL',
      'PUT',
      '/Patient/a',
      { resourceType: 'Patient', id: 'b' },
      400,
    ],
    ['a method that the path does not know', 'PUT', '/metadata', { resourceType: 'Patient' }, 405],
    ['XML', 'GET', '/Patient/P-2025-000001?_format=xml', undefined, 406],
  ];
  for (const [what, method, path, body, status] of refusals) {
    it(`refuses ${what} with ${status} and an OperationOutcome`, async () => {
      const answer = await server.send(method, path, body);

      assert.equal(answer.status, status);
      assert.equal(answer.body.resourceType, 'OperationOutcome');
      assert.ok(answer.body.issue[0].diagnostics.length > 10);
    });
  }

  it('names the FHIRPath of what is wrong', async () => {
    const { body } = await server.send('POST', '/Patient', {
      resourceType: 'Patient',
      name: [{ given: ['A', 7] }],
    });

    assert.deepEqual(body.issue[0].expression, ['Patient.name[0].given[1]']);
  });
});
