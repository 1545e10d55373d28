import assert from 'node:assert/strict';
import { createOpenEmrClient } from '#core/openemr/client.ts';
import { OpenEmrValidationError } from '#core/openemr/patient.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';

const patients = 'http://server.test/apis/default/api/patient';
const uuid = '9d1e6ae4-3f0b-4d5c-8a21-0c6f0a1b2c3d';
const record = {
  uuid,
  pid: 7,
  fname: '길동',
  lname: '홍',
  DOB: '1980-02-29',
  sex: 'Male',
  title: '',
};

function envelope(data: unknown, validationErrors: unknown = []) {
  return { validationErrors, internalErrors: [], data, links: [] };
}

function open(...answers: FakeAnswer[]) {
  const http = fakeHttp(...answers);
  const emr = createOpenEmrClient({ http, baseUrl: 'http://server.test/', site: 'default' });
  return { http, emr };
}

describe('searchPatients', () => {
  it('sends only filters that were given', async () => {
    const { http, emr } = open({ body: envelope([record]) });

    assert.deepEqual(await emr.searchPatients({ lname: '홍', DOB: '1980-02-29' }), [record]);
    assert.equal(http.requests[0]?.url, `${patients}?lname=%ED%99%8D&DOB=1980-02-29`);
  });

  it('cuts the one row too many of OpenEMR 7.0.3', async () => {
    const { http, emr } = open({ body: envelope([record, record, record]) });

    assert.equal((await emr.searchPatients({}, { limit: 2, offset: 4 })).length, 2);
    assert.equal(http.requests[0]?.url, `${patients}?_limit=2&_offset=4`);
  });

  const refused = [
    ['bare JSON', { body: [record] }, 'OPENEMR_BAD_ANSWER'],
    ['a record without a uuid', { body: envelope([{ pid: 1 }]) }, 'OPENEMR_BAD_ANSWER'],
    ['data that is no list', { body: envelope({}) }, 'OPENEMR_BAD_ANSWER'],
    ['a web page', { body: '<html>' }, 'HTTP_NOT_JSON'],
    ['401 without a body', { status: 401, body: '' }, 'HTTP_STATUS'],
  ] as const;
  for (const [name, answer, code] of refused) {
    it(`gives ${code} for ${name}`, async () => {
      await assert.rejects(open(answer).emr.searchPatients(), { code });
    });
  }
});

describe('readPatient', () => {
  it('returns the record, with every column it does not know', async () => {
    const { http, emr } = open({ body: envelope(record) });

    assert.deepEqual(await emr.readPatient(uuid), record);
    assert.equal(http.requests[0]?.url, `${patients}/${uuid}`);
  });

  it('finds nobody where OpenEMR answers 400 instead of 404', async () => {
    const errors = { uuid: { 'invalid or nonexisting value': ` value ${uuid}` } };
    const { emr } = open({ status: 400, body: envelope([], errors) });

    assert.equal(await emr.readPatient(uuid), undefined);
  });

  it('finds nobody in empty data', async () => {
    assert.equal(await open({ body: envelope([]) }).emr.readPatient(uuid), undefined);
  });

  it('does not take another 400 for nobody', async () => {
    const { emr } = open({ status: 400, body: '' });

    await assert.rejects(emr.readPatient(uuid), { code: 'HTTP_STATUS' });
  });

  it('cannot be led to another path', async () => {
    const { http, emr } = open({ body: envelope([]) });

    await emr.readPatient('../version?x');
    assert.equal(http.requests[0]?.url, `${patients}/..%2Fversion%3Fx`);
    await assert.rejects(emr.readPatient('..'), TypeError);
  });
});

describe('createPatient', () => {
  const input = { fname: '길동', lname: '홍', sex: 'Male', DOB: '1980-02-29' };

  it('returns both ids', async () => {
    const { http, emr } = open({ status: 201, body: envelope({ pid: 7, uuid }) });

    assert.deepEqual(await emr.createPatient(input), { pid: 7, uuid });
    assert.equal(http.requests[0]?.method, 'POST');
    assert.deepEqual(JSON.parse(String(http.requests[0]?.body)), input);
  });

  it('names the refused fields, and keeps the sentences of the server apart', async () => {
    const errors = {
      lname: { 'LengthBetween::TOO_SHORT': 'Last Name must be 2 characters or longer' },
      email: { email: 'Email hong.example is not a valid email' },
    };
    const { emr } = open({ status: 400, body: envelope([], errors) });

    await assert.rejects(emr.createPatient(input), (error: OpenEmrValidationError) => {
      assert.ok(error instanceof OpenEmrValidationError);
      assert.deepEqual(error.messages, errors);
      assert.match(error.message, /lname, email/);
      assert.doesNotMatch(error.message, /hong\.example/);
      return true;
    });
  });

  it('understands the bare messages of the other family of routes', async () => {
    const { emr } = open({ status: 400, body: { pc_title: { 'Required::X': 'missing' } } });

    await assert.rejects(emr.createPatient(input), { code: 'OPENEMR_VALIDATION' });
  });
});
