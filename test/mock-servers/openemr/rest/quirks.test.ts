// Bugs that can be switched off, documents, and what depends on the profile.
import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';
import { type Ids, idsOf } from './bodies.ts';

describe('standard API: quirks of single calls', () => {
  let world: World;
  let ids: Ids & Record<string, string>;
  before(async () => {
    world = await openWorld();
    ids = await idsOf(world);
  });
  after(() => world.close());

  it('lists no allergies and problems of a patient (issue 10827), but without the bug', async () => {
    const fixed = await openWorld({ withoutBug: 'patientAllergyAndProblemListsEmpty' });
    try {
      const path = `/api/patient/${ids.puuid}/medical_problem`;
      const empty = await world.call('GET', path);
      const full = await fixed.call('GET', path);

      assert.deepEqual(empty.json.data, []);
      assert.ok(full.json.data.length > 0);
      assert.equal(Object.values(full.json.data[0].diagnosis).length, 1);
    } finally {
      await fixed.close();
    }
  });

  it('names documents by their names without the bug of issue 8304', async () => {
    const fixed = await openWorld({ withoutBug: 'documentNameIsUuid' });
    try {
      const { json } = await fixed.call('GET', '/api/patient/1/document?path=/Medical Record/');

      assert.equal(json[0].filename, 'record-copy.txt');
    } finally {
      await fixed.close();
    }
  });

  it('names the provider of an appointment without the bug of issue 10826', async () => {
    const fixed = await openWorld({ withoutBug: 'appointmentWithoutProviderName' });
    try {
      const [appointment] = (await fixed.call('GET', '/api/appointment')).json;

      assert.deepEqual([appointment.pce_aid_lname, appointment.pce_aid_fname], ['김', '태훈']);
    } finally {
      await fixed.close();
    }
  });

  it('refuses a document for a pid that nobody has without the bug of issue 13407', async () => {
    const fixed = await openWorld({ withoutBug: 'documentForUnknownPatient' });
    const boundary =
      '--x\r\ncontent-disposition: form-data; name="document"; filename="a"\r\n\r\n1\r\n--x--\r\n';
    const request = {
      body: boundary,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    };
    try {
      const taken = await world.call('POST', '/api/patient/999/document?path=/x', request);
      const refused = await fixed.call('POST', '/api/patient/999/document?path=/x', request);

      assert.deepEqual([taken.status, refused.status], [200, 404]);
    } finally {
      await fixed.close();
    }
  });

  it('takes a document and gives it back byte for byte', async () => {
    const form = new FormData();
    form.append('document', new Blob(['\r\n--x\r\n문서'], { type: 'text/plain' }), '소견서.txt');
    const encoded = new Request('http://x', { method: 'POST', body: form });
    const body = new Uint8Array(await encoded.arrayBuffer());
    const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };

    const posted = await world.call('POST', '/api/patient/2/document?path=/Referral', {
      body,
      headers,
    });
    const listed = await world.call('GET', '/api/patient/2/document?path=/Referral');
    const read = await world.call('GET', `/api/patient/2/document/${listed.json[0].id}`);

    assert.deepEqual([posted.status, posted.text], [200, 'true']);
    assert.equal(read.text, '\r\n--x\r\n문서');
    assert.equal(read.headers.get('content-type'), 'text/plain');
  });

  it('answers an empty bare result with 404: null in 7.0.3, nothing in 7.0.4', async () => {
    const later = await openWorld({ version: '7.0.4' });
    try {
      const older = await world.call('GET', '/api/appointment/999');
      const newer = await later.call('GET', '/api/appointment/999');

      assert.deepEqual([older.status, older.text], [404, 'null']);
      assert.deepEqual([newer.status, newer.text], [404, '']);
    } finally {
      await later.close();
    }
  });

  it('gives numbers as strings where the query binds nothing', async () => {
    const all = await world.call('GET', '/api/facility');
    const one = await world.call('GET', `/api/facility/${all.json.data[0].uuid}`);

    assert.equal(all.json.data[0].id, '1');
    assert.equal(one.json.data.id, 1);
  });
});

describe('paths that no route can mean', () => {
  for (const route of [
    'DELETE /api/patient/:puuid',
    'PUT /api/patient/1/appointment/1',
    'DELETE /api/patient/:puuid/encounter/:euuid',
  ]) {
    it(`does not know ${route}`, async () => {
      const world = await openWorld();
      try {
        const [method = '', path = ''] = route.split(' ');
        const { puuid, euuid } = await idsOf(world);
        const filled = path.replace(':puuid', puuid).replace(':euuid', euuid);
        const { status, text } = await world.call(method, filled, { body: {} });

        assert.deepEqual([status, text], [404, '']);
      } finally {
        await world.close();
      }
    });
  }

  for (const path of [
    '/api/patient/%E0%A4%A',
    '/api//patient',
    '/api/patient/',
    '/api/patient/김',
    '/api/patient/a.b',
    '/fhir/Patient/%00',
  ]) {
    it(`does not know ${path}`, async () => {
      const world = await openWorld({ to: 'empty' });
      try {
        const { status, text } = await world.call('GET', path);

        assert.deepEqual([status, text], [404, '']);
      } finally {
        await world.close();
      }
    });
  }
});
