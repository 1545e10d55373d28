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
