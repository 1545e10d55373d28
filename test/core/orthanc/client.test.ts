import assert from 'node:assert/strict';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';

const ID = 'da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709';
const client = (...answers: readonly FakeAnswer[]) => {
  const http = fakeHttp(...answers);
  return { http, orthanc: createOrthancClient({ http, baseUrl: 'http://orthanc.test:8042/' }) };
};
const study = { ID, Type: 'Study', MainDicomTags: {} };

describe('Orthanc client', () => {
  it('asks for both since and limit, as Orthanc demands', async () => {
    const { http, orthanc } = client({ body: [study] });

    const page = await orthanc.list('studies', { limit: 1 });

    assert.equal(http.requests[0]?.url, 'http://orthanc.test:8042/studies?expand&since=0&limit=1');
    assert.equal(page.next, 1);
  });

  it('knows the last page by its length', async () => {
    const { orthanc } = client({ body: [study] });

    assert.equal((await orthanc.list('studies', { since: 5, limit: 10 })).next, undefined);
  });

  it('sends the credentials and never shows them', async () => {
    const http = fakeHttp({ status: 401 });
    const credentials = { username: 'admin', password: 'pä:ss' };
    const orthanc = createOrthancClient({ http, baseUrl: 'http://orthanc.test', credentials });

    const error = await orthanc.system().catch((reason) => reason);

    const sent = http.requests[0]?.headers?.['authorization'] ?? '';
    assert.equal(Buffer.from(sent.replace('Basic ', ''), 'base64').toString(), 'admin:pä:ss');
    assert.equal(error.code, 'ORTHANC_REJECTED');
    assert.match(error.message, /user name and a password/);
    assert.doesNotMatch(JSON.stringify([error.message, error.text, String(error.cause)]), /pä:ss/);
  });

  it('says what is missing although Orthanc answers 404 with nothing', async () => {
    const { orthanc } = client({ status: 404 });

    await assert.rejects(orthanc.read('studies', ID), {
      code: 'ORTHANC_NOT_FOUND',
      message: new RegExp(`the id ${ID} among its studies`),
    });
  });

  it('keeps the number, status and details of a refusal', async () => {
    const body = {
      Details: 'Field "Level" is missing, or should be a string',
      HttpStatus: 400,
      Message: 'Bad request',
      OrthancStatus: 8,
    };
    const { orthanc } = client({ status: 400, body });

    const error = await orthanc.find({ level: 'studies', query: {} }).catch((reason) => reason);

    assert.equal(error.code, 'ORTHANC_REJECTED');
    assert.equal(error.orthancStatus, 8);
    assert.equal(error.details, body.Details);
    assert.doesNotMatch(error.message, /Level/);
  });

  it('names the tag as the cause of the 500 for a misspelt name', async () => {
    const { orthanc } = client({ status: 500, body: { Message: 'x', OrthancStatus: 27 } });

    await assert.rejects(
      orthanc.find({ level: 'studies', query: { PatientNam: 'x' } }),
      /does not know a tag/,
    );
  });

  it('tells another server from an Orthanc', async () => {
    const { orthanc } = client({ body: { resourceType: 'CapabilityStatement' } });

    await assert.rejects(orthanc.system(), { code: 'ORTHANC_BAD_ANSWER' });
  });

  it('does not ask about what is an Orthanc id already', async () => {
    const { http, orthanc } = client();

    assert.deepEqual(await orthanc.resolve('studies', ID), { id: ID });
    assert.equal(http.requests.length, 0);
  });

  it('finds out of what level an id is, the most frequent one first', async () => {
    const { http, orthanc } = client({ status: 404 }, { status: 404 }, { body: study });

    assert.deepEqual(await orthanc.identify(ID), { id: ID, level: 'studies' });

    assert.deepEqual(
      http.requests.map(({ url }) => new URL(url).pathname.split('/')[1]),
      ['instances', 'series', 'studies'],
    );
  });

  it('says that nothing has an id at any level', async () => {
    const missing = { status: 404 };
    const { orthanc } = client(missing, missing, missing, missing);

    await assert.rejects(orthanc.identify(ID), { code: 'ORTHANC_NOT_FOUND' });
  });

  it('identifies a UID by a lookup and says so', async () => {
    const { http, orthanc } = client({ body: [{ ID, Path: `/series/${ID}`, Type: 'Series' }] });

    const { level, id, note } = await orthanc.identify('1.2.3');

    assert.deepEqual([level, id, note?.args['uid']], ['series', ID, '1.2.3']);
    assert.equal(http.requests[0]?.body, '1.2.3');
  });

  it('does not choose between two things with the same UID', async () => {
    const other = ID.replace('da', 'ad');
    const entry = (id: string) => ({ ID: id, Path: `/studies/${id}`, Type: 'Study' });
    const { orthanc } = client({ body: [entry(ID), entry(other)] });

    await assert.rejects(orthanc.resolve('studies', '1.2.3'), {
      code: 'ORTHANC_NOT_FOUND',
      message: new RegExp(`fits 2 things.*${ID}, ${other}`),
    });
  });

  it('counts an instance as one, where Orthanc counts nothing', async () => {
    const { orthanc } = client(
      { body: { DiskSize: '10' } },
      { body: { DiskSize: '10', CountInstances: 7 } },
    );

    const counts = [
      await orthanc.countInstances('instances', ID),
      await orthanc.countInstances('series', ID),
    ];

    assert.deepEqual(counts, [1, 7]);
  });

  it('asks for one frame in the wanted form, counted from 1', async () => {
    const { http, orthanc } = client({ body: 'JPEG' });

    await orthanc.preview(ID, { frame: 3, type: 'image/jpeg' });

    const [request] = http.requests;
    assert.equal(new URL(request?.url ?? '').pathname, `/instances/${ID}/frames/2/preview`);
    assert.equal(request?.headers?.['accept'], 'image/jpeg');
  });

  it('tells an instance without a picture from one that is not there', async () => {
    const instance = { ID, Type: 'Instance', MainDicomTags: {} };
    const withoutPicture = client({ status: 415 }, { body: instance });
    const absent = client({ status: 404 }, { status: 404 });

    await assert.rejects(withoutPicture.orthanc.preview(ID), {
      code: 'ORTHANC_REJECTED',
      message: /cannot draw image 1/,
    });
    await assert.rejects(absent.orthanc.preview(ID), { code: 'ORTHANC_NOT_FOUND' });
  });

  it('deletes once and does not repeat it by itself', async () => {
    const { http, orthanc } = client({ body: { RemainingAncestor: null } });

    await orthanc.delete('studies', ID);

    assert.equal(http.requests[0]?.retry, 'never');
  });

  it('escapes what a person typed as an id', async () => {
    const { http, orthanc } = client({ status: 404 });

    await assert.rejects(orthanc.delete('series', '../system?x'), { code: 'ORTHANC_NOT_FOUND' });

    assert.equal(http.requests[0]?.url, 'http://orthanc.test:8042/series/..%2Fsystem%3Fx');
  });

  it('uploads without retrying by itself', async () => {
    const { http, orthanc } = client({ body: { ID, Status: 'Success', Path: '/instances/x' } });

    await orthanc.upload({ bytes: Uint8Array.of(1) });

    assert.equal(http.requests[0]?.retry, 'never');
    assert.equal(http.requests[0]?.headers?.['content-type'], 'application/dicom');
  });
});
