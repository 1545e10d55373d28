import assert from 'node:assert/strict';
import { type FhirServer, matchIds, startFhir } from './fhir-server.ts';

const bundle = (type: string, entry: readonly object[]) => ({
  resourceType: 'Bundle',
  type,
  entry,
});
const post = (resource: { resourceType: string }, more: object = {}) => ({
  resource,
  request: { method: 'POST', url: resource.resourceType },
  ...more,
});
const patientUrn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a';
const patient = (content: object = {}) => ({ resourceType: 'Patient', ...content });
const observation = (subject: string, content: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: subject },
  ...content,
});

describe('FHIR mock: transaction', () => {
  let server: FhirServer;
  beforeEach(async () => {
    server = await startFhir('empty');
  });
  afterEach(() => server.close());

  it('creates all entries and points references at the new ids, whatever the order', async () => {
    const { status, body } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        post(observation(patientUrn)),
        post(patient(), { fullUrl: patientUrn }),
      ]),
    );
    const locations = body.entry.map(
      (entry: { response: { location: string } }) => entry.response.location,
    );
    const created = await server.get(`/${locations[0]}`);

    assert.equal(status, 200);
    assert.equal(body.type, 'transaction-response');
    assert.deepEqual(
      body.entry.map((entry: { response: { status: string } }) => entry.response.status),
      ['201 Created', '201 Created'],
    );
    assert.equal(`${created.body.subject.reference}/_history/1`, locations[1]);
    assert.equal(body.entry[0].response.lastModified, created.body.meta.lastUpdated);
  });

  it('rewrites links in the narrative and canonical urns, and nothing else', async () => {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${patientUrn}">p</a></div>`;
    const { body } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        post(patient(), { fullUrl: patientUrn }),
        post(
          observation(patientUrn, {
            text: { status: 'generated', div },
            valueString: patientUrn,
            identifier: [{ system: 'urn:ietf:rfc:3986', value: patientUrn }],
            note: [{ text: patientUrn }],
            extension: [{ url: 'http://e.org/x', valueUri: patientUrn }],
          }),
        ),
      ]),
    );
    const id = body.entry[0].response.location.replace('/_history/1', '');
    const stored = await server.get(`/${body.entry[1].response.location}`);

    assert.match(stored.body.text.div, new RegExp(`href="${id}"`));
    assert.equal(stored.body.extension[0].valueUri, id);
    assert.equal(stored.body.valueString, patientUrn);
    assert.equal(stored.body.identifier[0].value, patientUrn);
    assert.equal(stored.body.note[0].text, patientUrn);
  });

  it('stores nothing when one entry is refused', async () => {
    const { status, body } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        post(patient(), { fullUrl: patientUrn }),
        {
          resource: patient({ id: 'never' }),
          request: { method: 'PUT', url: 'Patient/never', ifMatch: 'W/"1"' },
        },
        post(observation(patientUrn)),
      ]),
    );
    const found = await server.get('/Patient?_summary=count');
    const history = await server.get('/_history');

    assert.equal(status, 412);
    assert.deepEqual(body.issue[0].expression, ['Bundle.entry[1]']);
    assert.equal(found.body.total, 0);
    assert.equal(history.body.total, 0);
  });

  it('undoes writes, deletes and the index when a late entry fails', async () => {
    await server.send('PUT', '/Patient/kept', patient({ id: 'kept', gender: 'male' }));
    await server.get('/Patient?gender=male');
    const { status } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        { request: { method: 'DELETE', url: 'Patient/kept' } },
        post(observation('Patient?identifier=nobody')),
      ]),
    );

    assert.equal(status, 400);
    assert.deepEqual(matchIds(await server.get('/Patient?gender=male')), ['kept']);
  });

  it('resolves conditional references, and refuses them when several match', async () => {
    await server.send('PUT', '/Patient/one', patient({ id: 'one', identifier: [{ value: '1' }] }));
    await server.send('PUT', '/Patient/two', patient({ id: 'two', gender: 'male' }));
    await server.send('PUT', '/Patient/three', patient({ id: 'three', gender: 'male' }));
    const good = await server.send(
      'POST',
      '',
      bundle('transaction', [post(observation('Patient?identifier=1'))]),
    );
    const bad = await server.send(
      'POST',
      '',
      bundle('transaction', [post(observation('Patient?gender=male'))]),
    );
    const stored = await server.get(`/${good.body.entry[0].response.location}`);

    assert.equal(stored.body.subject.reference, 'Patient/one');
    assert.equal(bad.status, 412);
  });

  it('creates conditionally once and points references at what was found', async () => {
    const conditional = {
      fullUrl: patientUrn,
      resource: patient({ identifier: [{ system: 'http://e.org', value: '7' }] }),
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=http://e.org|7' },
    };
    const first = await server.send('POST', '', bundle('transaction', [conditional]));
    const second = await server.send(
      'POST',
      '',
      bundle('transaction', [conditional, post(observation(patientUrn))]),
    );
    const stored = await server.get(`/${second.body.entry[1].response.location}`);

    assert.equal(first.body.entry[0].response.status, '201 Created');
    assert.equal(second.body.entry[0].response.status, '200 OK');
    assert.equal(
      `${stored.body.subject.reference}/_history/1`,
      first.body.entry[0].response.location,
    );
  });

  it('creates once what two entries create under the same condition', async () => {
    const conditional = (fullUrl: string) => ({
      fullUrl,
      resource: patient({ identifier: [{ system: 'http://e.org', value: '8' }] }),
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=http://e.org|8' },
    });
    const other = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b';
    const { body } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        conditional(patientUrn),
        conditional(other),
        post(observation(other)),
      ]),
    );
    const [first, second] = body.entry;
    const found = await server.get('/Patient?identifier=8');
    const stored = await server.get(`/${body.entry[2].response.location}`);

    assert.deepEqual([first.response.status, second.response.status], ['201 Created', '200 OK']);
    assert.deepEqual(matchIds(found), [stored.body.subject.reference.replace('Patient/', '')]);
  });

  it('deletes every match of a condition, as a batch does', async () => {
    await server.send('PUT', '/Patient/one', patient({ id: 'one', gender: 'male' }));
    await server.send('PUT', '/Patient/two', patient({ id: 'two', gender: 'male' }));
    const { body } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        { request: { method: 'DELETE', url: 'Patient?gender=male' } },
        { request: { method: 'DELETE', url: 'Patient?gender=female' } },
      ]),
    );

    assert.match(body.entry[0].response.outcome.issue[0].diagnostics, /deleted 2 resource/);
    assert.match(body.entry[1].response.outcome.issue[0].diagnostics, /Nothing was deleted/);
    assert.deepEqual(matchIds(await server.get('/Patient')), []);
  });

  it('deletes before it creates, and reads last', async () => {
    await server.send('PUT', '/Patient/old', patient({ id: 'old', gender: 'male' }));
    const { body } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        { request: { method: 'GET', url: 'Patient?gender=male' } },
        post(patient({ gender: 'male' })),
        { request: { method: 'DELETE', url: 'Patient/old' } },
      ]),
    );

    assert.equal(body.entry[0].resource.total, 1);
    assert.notEqual(body.entry[0].resource.entry[0].resource.id, 'old');
  });

  it('refuses two entries that write the same resource', async () => {
    const put = { resource: patient({ id: 'x' }), request: { method: 'PUT', url: 'Patient/x' } };
    const { status } = await server.send('POST', '', bundle('transaction', [put, put]));

    assert.equal(status, 400);
    assert.equal((await server.get('/Patient/x')).status, 404);
  });

  it('applies a JSON Patch that travels in a Binary', async () => {
    await server.send('PUT', '/Patient/x', patient({ id: 'x' }));
    const data = Buffer.from('[{"op":"add","path":"/gender","value":"female"}]').toString('base64');
    const { status } = await server.send(
      'POST',
      '',
      bundle('transaction', [
        {
          resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
          request: { method: 'PATCH', url: 'Patient/x' },
        },
      ]),
    );

    assert.equal(status, 200);
    assert.equal((await server.get('/Patient/x')).body.gender, 'female');
  });

  it('validates every entry first and says where the fault is', async () => {
    const { status, body } = await server.send(
      'POST',
      '',
      bundle('transaction', [post(patient()), post(patient({ gender: 'M' }))]),
    );

    assert.equal(status, 400);
    assert.deepEqual(body.issue[0].expression, ['Bundle.entry[1].resource.gender']);
  });

  it('refuses a Bundle that is neither batch nor transaction', async () => {
    const { status } = await server.send('POST', '', bundle('collection', []));

    assert.equal(status, 400);
  });
});
