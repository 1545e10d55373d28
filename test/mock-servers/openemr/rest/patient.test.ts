import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';

const valid = { fname: '가람', lname: '한', sex: 'Female', DOB: '1990-02-03' };
const unknownId = '9d1e0000-0000-4000-8000-000000000000';

describe('standard API: patient', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('answers a list in the envelope with a link that says _count', async () => {
    const { status, type, json } = await world.call('GET', '/api/patient');

    assert.equal(status, 200);
    assert.equal(type, 'application/json');
    assert.deepEqual(Object.keys(json), ['validationErrors', 'internalErrors', 'data', 'links']);
    assert.deepEqual(json.validationErrors, []);
    assert.equal(json.data.length, 24);
    assert.equal(
      json.links.first,
      'https://openemr.example/apis/default/api/patient?&_offset=0&_count=0',
    );
  });

  it('gives every column of patient_data in its order, pid as a number', async () => {
    const { json } = await world.call('GET', '/api/patient?fname=길동');

    const [patient] = json.data;
    const keys = Object.keys(patient);
    assert.deepEqual(keys.slice(0, 9), [
      'id',
      'uuid',
      'title',
      'language',
      'financial',
      'fname',
      'lname',
      'mname',
      'DOB',
    ]);
    assert.deepEqual(keys.slice(-2), ['previous_names', 'addresses']);
    assert.equal(patient.pid, 1);
    assert.equal(patient.pubpid, 'P-2025-000001');
    assert.equal(patient.lname, '홍');
  });

  it('creates with 201 and both ids, and reads the patient back by uuid', async () => {
    const created = await world.call('POST', '/api/patient', { body: valid });
    const read = await world.call('GET', `/api/patient/${created.json.data.uuid}`);

    assert.equal(created.status, 201);
    assert.deepEqual(Object.keys(created.json.data), ['pid', 'uuid']);
    assert.equal(typeof created.json.data.pid, 'number');
    assert.equal(read.json.data.fname, '가람');
    assert.equal(read.json.data.pubpid, String(created.json.data.pid));
  });

  it('updates what is sent and answers with the whole patient', async () => {
    const { json } = await world.call('GET', '/api/patient?fname=John');
    const { uuid } = json.data[0];

    const updated = await world.call('PUT', `/api/patient/${uuid}`, { body: { city: '부산' } });

    assert.equal(updated.status, 200);
    assert.equal(updated.json.data.city, '부산');
    assert.equal(updated.json.data.fname, 'John');
    const found = await world.call('GET', '/api/patient?city=부산&fname=john');
    assert.equal(found.json.data.length, 1);
  });

  it('says " value" with its leading space for a uuid that nobody has', async () => {
    for (const uuid of [unknownId, 'not-a-uuid']) {
      const { status, text } = await world.call('GET', `/api/patient/${uuid}`);

      assert.equal(status, 400);
      assert.equal(
        text,
        `{"validationErrors":{"uuid":{"invalid or nonexisting value":" value ${uuid}"}},"internalErrors":[],"data":[],"links":[]}`,
      );
    }
  });

  it('refuses an update of nobody', async () => {
    const { status, json } = await world.call('PUT', `/api/patient/${unknownId}`, { body: {} });

    assert.equal(status, 400);
    assert.deepEqual(json.validationErrors, {
      uuid: { [unknownId]: `UUID ${unknownId} does not exist` },
    });
  });

  it('validates with the sentences of facts 4.3, byte for byte', async () => {
    const { status, text } = await world.call('POST', '/api/patient', {
      body: { lname: 'x', sex: 'M', DOB: '1990-2-3' },
    });

    assert.equal(status, 400);
    assert.equal(
      text,
      '{"validationErrors":{"fname":{"Required::NON_EXISTENT_KEY":"fname must be provided, but does not exist"},' +
        '"lname":{"LengthBetween::TOO_SHORT":"Last Name must be 2 characters or longer"},' +
        '"sex":{"LengthBetween::TOO_SHORT":"Gender must be 4 characters or longer"},' +
        '"DOB":{"DateTime::INVALID_VALUE":"Date of Birth must be a valid date"}},' +
        '"internalErrors":[],"data":[],"links":[]}',
    );
  });

  it('treats JSON that does not parse as an empty object', async () => {
    const { json } = await world.call('POST', '/api/patient', { body: '{"fname":' });

    assert.deepEqual(Object.keys(json.validationErrors), ['fname', 'lname', 'sex', 'DOB']);
  });

  it('validates an update by the same rules, and asks for nothing', async () => {
    const { uuid } = (await world.call('GET', '/api/patient?fname=John')).json.data[0];

    const bad = await world.call('PUT', `/api/patient/${uuid}`, { body: { lname: 'x', sex: 'M' } });
    const empty = await world.call('PUT', `/api/patient/${uuid}`, { body: { fname: '' } });
    const none = await world.call('PUT', `/api/patient/${uuid}`, { body: { note: 'x' } });

    assert.deepEqual([bad.status, empty.status, none.status], [400, 400, 200]);
    assert.deepEqual(Object.keys(bad.json.validationErrors), ['lname', 'sex']);
    assert.deepEqual(Object.keys(empty.json.validationErrors), ['fname']);
  });

  describe('filters', () => {
    const whole = {
      ss: '900101-1',
      phone_home: '02-111-2222',
      phone_biz: '02-333-4444',
      phone_cell: '010-5555-6666',
      sex: 'Intersex',
      country_code: 'KOR',
      email: 'a@b.kr',
      DOB: '1931-12-24',
    };
    const pieces = {
      fname: '맑은샘물결',
      lname: '제갈공명',
      street: '무지개로 17',
      city: '별빛시티',
      state: '은하주도',
      postal_code: '99887',
    };
    before(() => world.call('POST', '/api/patient', { body: { ...whole, ...pieces } }));
    const found = async (name: string, value: string) => {
      const query = new URLSearchParams({ [name]: value });
      return (await world.call('GET', `/api/patient?${query}`)).json.data.length;
    };

    for (const [name, value] of Object.entries(pieces)) {
      it(`finds by a piece of ${name}`, async () => {
        assert.equal(await found(name, value.slice(1, -1)), 1);
        assert.equal(await found(name, `${value}x`), 0);
      });
    }

    for (const [name, value] of Object.entries(whole)) {
      it(`finds by the whole of ${name} only`, async () => {
        assert.equal(await found(name, value), 1);
        assert.equal(await found(name, value.slice(0, -1)), 0);
      });
    }
  });

  it('finds nobody by postal_contact, which is a filter but no column', async () => {
    const { status, json } = await world.call('GET', '/api/patient?postal_contact=x');

    assert.deepEqual([status, json.data], [200, []]);
  });

  it('ignores filters that OpenEMR does not have', async () => {
    const all = await world.call('GET', '/api/patient');
    const filtered = await world.call('GET', '/api/patient?pid=1&pubpid=P-2025-000001&uuid=x');

    assert.equal(filtered.json.data.length, all.json.data.length);
  });

  it('answers no match with 200 and an empty list', async () => {
    const { status, json } = await world.call('GET', '/api/patient?lname=nobody');

    assert.equal(status, 200);
    assert.deepEqual(json.data, []);
  });

  it('gives one row more than _limit and no next link (bug of 7.0.3)', async () => {
    const { json } = await world.call('GET', '/api/patient?_limit=5');

    assert.equal(json.data.length, 6);
    assert.equal(json.links.next, undefined);
  });
});

describe('standard API: patient paging without the bug', () => {
  it('gives 200 rows at most', async () => {
    const world = await openWorld({ version: '7.0.4', to: 'empty' });
    try {
      const resources = Array.from({ length: 205 }, (_, index) => ({
        resourceType: 'Patient',
        id: `p${index}`,
        name: [{ use: 'official', family: 'Many', given: [`N${index}`] }],
        gender: 'female',
        birthDate: '1990-01-01',
      }));
      await world.data.seed(resources);

      const { json } = await world.call('GET', '/api/patient?_limit=1000');

      assert.equal(json.data.length, 200);
      assert.match(json.links.next, /_offset=200&/);
    } finally {
      await world.close();
    }
  });

  for (const options of [{ version: '7.0.4' }, { withoutBug: 'limitGivesOneMore' }] as const) {
    it(`gives _limit rows and a next link: ${JSON.stringify(options)}`, async () => {
      const world = await openWorld(options);
      try {
        const { json } = await world.call('GET', '/api/patient?_limit=5&_offset=5&_sort=-fname');

        assert.equal(json.data.length, 5);
        assert.match(json.links.next, /_offset=10&_count=5$/);
        assert.match(json.links.previous, /_offset=0&_count=5$/);
        const names = json.data.map((patient: { fname: string }) => patient.fname);
        assert.deepEqual(names, names.toSorted().reverse());
      } finally {
        await world.close();
      }
    });
  }
});
