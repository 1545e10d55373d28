import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';

const patient = {
  resourceType: 'Patient',
  name: [{ use: 'official', family: '한', given: ['가람', '별'] }],
  gender: 'female',
  birthDate: '1990-02-03',
  identifier: [{ type: { coding: [{ code: 'PT' }] }, value: 'P-9' }],
  telecom: [{ system: 'phone', use: 'mobile', value: '010-1111-2222' }],
  address: [{ line: ['세종대로 1'], city: '서울특별시', postalCode: '04524' }],
};
const unknownId = '9d1e0000-0000-4000-8000-000000000000';

describe('FHIR Patient', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('searches into a collection Bundle with a self link and no query', async () => {
    const { status, type, json } = await world.call('GET', '/fhir/Patient?family=홍&given=길');

    assert.equal(status, 200);
    assert.equal(type, 'application/json');
    assert.deepEqual(Object.keys(json), ['meta', 'resourceType', 'type', 'total', 'link', 'entry']);
    assert.deepEqual(json.meta, { lastUpdated: '2026-01-14T09:13:51' });
    assert.equal(json.type, 'collection');
    assert.deepEqual(json.link, [
      { relation: 'self', url: 'https://openemr.example/apis/default/fhir/Patient' },
    ]);
    assert.equal(json.total, 1);
    const [{ fullUrl, resource }] = json.entry;
    assert.equal(fullUrl, `https://openemr.example/apis/default/fhir/Patient/${resource.id}`);
    assert.deepEqual(Object.keys(resource).slice(0, 4), ['id', 'meta', 'resourceType', 'text']);
    assert.equal(resource.name[0].family, '홍');
  });

  it('answers an unknown parameter with an empty Bundle, as it does _count (bug of 7.0.3)', async () => {
    for (const query of [
      'foo=1',
      '_count=10',
      '_id=not-a-uuid',
      'family:phonetic=x',
      'birthdate=x',
    ]) {
      const { status, json } = await world.call('GET', `/fhir/Patient?${query}`);

      assert.equal(status, 200, query);
      assert.equal(json.total, 0, query);
      assert.equal('entry' in json, false, query);
    }
  });

  it('reads one, refuses a malformed id with 400, and knows no other with 404 and []', async () => {
    const { json } = await world.call('GET', '/fhir/Patient?identifier=P-2025-000001');
    const { id } = json.entry[0].resource;

    const read = await world.call('GET', `/fhir/Patient/${id}`);
    const malformed = await world.call('GET', '/fhir/Patient/1');
    const missing = await world.call('GET', `/fhir/Patient/${unknownId}`);

    assert.equal(read.json.id, id);
    assert.equal(malformed.status, 400);
    assert.equal(
      malformed.json.validationErrors._id,
      'The search field argument was invalid, improperly formatted, or could not be parsed.  Inner message: UUID columns must be a valid UUID string',
    );
    assert.equal(missing.status, 404);
    assert.equal(missing.text, '[]');
  });

  it('creates into the record, so that both APIs show the patient', async () => {
    const created = await world.call('POST', '/fhir/Patient', { body: patient });
    const { uuid } = created.json;

    assert.equal(created.status, 201);
    assert.deepEqual(Object.keys(created.json), ['pid', 'uuid']);
    assert.equal(created.headers.get('location'), null);
    const standard = await world.call('GET', `/api/patient/${uuid}`);
    const { fname, mname, lname, sex, pubpid, phone_cell, street } = standard.json.data;
    assert.deepEqual(
      [fname, mname, lname, sex, pubpid, phone_cell, street],
      ['가람', '별', '한', 'female', 'P-9', '010-1111-2222', '세종대로 1'],
    );
    const fhir = await world.call('GET', `/fhir/Patient/${uuid}`);
    assert.deepEqual(fhir.json.name[0].given, ['가람', '별']);
  });

  it('sends no ETag, Last-Modified or Location', async () => {
    const created = await world.call('POST', '/fhir/Patient', { body: patient });
    const path = `/fhir/Patient/${created.json.uuid}`;
    const read = await world.call('GET', path);
    const updated = await world.call('PUT', path, { body: patient });
    const missing = await world.call('GET', `/fhir/Patient/${unknownId}`);

    for (const { headers } of [created, read, updated, missing])
      for (const name of ['etag', 'last-modified', 'location'])
        assert.equal(headers.get(name), null, name);
  });

  it('does not write race, ethnicity, language or extensions', async () => {
    const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';
    const extension = [
      { url: `${usCore}/us-core-race`, extension: [{ url: 'text', valueString: 'Asian' }] },
      { url: `${usCore}/us-core-ethnicity`, extension: [{ url: 'text', valueString: 'x' }] },
    ];
    const communication = [{ language: { coding: [{ code: 'ko' }] } }];
    const body = { ...patient, extension, communication };

    const { json } = await world.call('POST', '/fhir/Patient', { body });

    const { data } = (await world.call('GET', `/api/patient/${json.uuid}`)).json;
    const read = await world.call('GET', `/fhir/Patient/${json.uuid}`);
    assert.deepEqual([data.race, data.ethnicity, data.language], ['', '', '']);
    assert.equal(read.text.includes('Asian'), false);
  });

  it('updates with 200 and the full resource', async () => {
    const { json } = await world.call('POST', '/fhir/Patient', { body: patient });

    const updated = await world.call('PUT', `/fhir/Patient/${json.uuid}`, {
      body: { ...patient, birthDate: '1991-01-01' },
    });

    assert.equal(updated.status, 200);
    assert.equal(updated.json.resourceType, 'Patient');
    assert.equal(updated.json.birthDate, '1991-01-01');
  });

  it('shows in FHIR what the standard API created', async () => {
    const body = { fname: 'Ann', lname: 'Lee', sex: 'Female', DOB: '2000-01-01' };
    const created = await world.call('POST', '/api/patient', { body });

    const read = await world.call('GET', `/fhir/Patient/${created.json.data.uuid}`);

    assert.equal(read.json.gender, 'female');
    assert.deepEqual(read.json.extension[0], {
      valueCode: 'F',
      url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex',
    });
  });

  it('refuses a wrong shape with an OperationOutcome', async () => {
    const { resourceType: _, ...untyped } = patient;
    const rows = [
      [untyped, 'error', 'resourceType Not Found'],
      [{ ...patient, foo: 1 }, 'error', 'Invalid content foo Found'],
      [{ ...patient, resourceType: 'Nothing' }, 'fatal', 'resourceType Not Found'],
      [{ ...patient, name: 'Kim' }, 'fatal', 'Invalid content name Found'],
    ] as const;
    for (const [body, severity, text] of rows) {
      const { status, json } = await world.call('POST', '/fhir/Patient', { body });

      assert.equal(status, 400);
      assert.deepEqual(json, {
        resourceType: 'OperationOutcome',
        issue: [{ severity, code: 'invalid', details: { text } }],
      });
    }
  });

  it('reads only the official name and asks for a gender', async () => {
    const body = { ...patient, gender: undefined, name: [{ family: '한', given: ['가람'] }] };

    const { status, json } = await world.call('POST', '/fhir/Patient', { body });

    assert.equal(status, 400);
    assert.deepEqual(json.validationErrors, {
      fname: { 'NotEmpty::EMPTY_VALUE': 'First Name must not be empty' },
      lname: { 'NotEmpty::EMPTY_VALUE': 'Last Name must not be empty' },
      sex: { 'NotEmpty::EMPTY_VALUE': 'Gender must not be empty' },
    });
  });

  it('refuses an update of nobody', async () => {
    const { status, json } = await world.call('PUT', `/fhir/Patient/${unknownId}`, {
      body: patient,
    });

    assert.equal(status, 400);
    assert.deepEqual(json, {
      validationErrors: { uuid: { [unknownId]: `UUID ${unknownId} does not exist` } },
    });
  });

  it('pages in 7.0.4', async () => {
    const later = await openWorld({ version: '7.0.4' });
    try {
      const { json } = await later.call('GET', '/fhir/Patient?_count=3&_offset=1&_sort=family');

      assert.equal(json.total, 3);
    } finally {
      await later.close();
    }
  });
});
