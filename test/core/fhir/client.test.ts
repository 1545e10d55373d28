import assert from 'node:assert/strict';
import { createFhirClient } from '#core/fhir/client.ts';
import { OutcomeError } from '#core/fhir/outcome-error.ts';
import type { Patient } from '#core/fhir/r4.ts';
import { type FakeAnswer, fakeHttp } from '#test/support/fake-http.ts';

const baseUrl = 'http://server.test/fhir';

function open(...answers: FakeAnswer[]) {
  const http = fakeHttp(...answers);
  return { http, fhir: createFhirClient({ http, baseUrl }) };
}

const kim: Patient = { resourceType: 'Patient', id: 'p1', birthDate: '1980-02-29' };

describe('createFhirClient', () => {
  describe('read', () => {
    it('returns the resource with its ETag and everything it does not know', async () => {
      const body = { ...kim, extension: [{ url: 'x', valueString: 'y' }], unknown: [1] };
      const { http, fhir } = open({ headers: { etag: 'W/"3"' }, body });

      assert.deepEqual(await fhir.read('Patient', 'p1'), { resource: body, etag: 'W/"3"' });
      assert.equal(http.requests[0]?.url, `${baseUrl}/Patient/p1`);
      assert.equal(http.requests[0]?.headers?.['accept'], 'application/fhir+json');
    });

    it('keeps the digits of a decimal for the way back', async () => {
      const text = '{"resourceType":"Observation","id":"o1","valueQuantity":{"value":6.30}}';
      const { http, fhir } = open({ body: text }, { body: text });

      const { resource } = await fhir.read('Observation', 'o1');
      await fhir.update(resource);

      assert.equal(http.requests[1]?.body, text);
    });

    it('reads an old version', async () => {
      const { http, fhir } = open({ body: kim });

      await fhir.vread('Patient', 'p1', '2');

      assert.equal(http.requests[0]?.url, `${baseUrl}/Patient/p1/_history/2`);
    });

    for (const id of ['', '.', '..', '../Patient', 'a/b', 'a?b', '한글', 'x'.repeat(65)]) {
      it(`sends nothing for the id "${id}"`, async () => {
        const { fhir } = open();

        await assert.rejects(fhir.read('Patient', id), { code: 'FHIR_BAD_RESOURCE' });
      });
    }

    const refused = [
      ['a resource of another type', { body: { resourceType: 'Group' } }, 'FHIR_BAD_ANSWER'],
      ['no resource', { body: { id: 'p1' } }, 'FHIR_BAD_ANSWER'],
      ['a login page', { body: '<input type=password>' }, 'HTTP_LOGIN_PAGE'],
      ['404 with [] of OpenEMR', { status: 404, body: [] }, 'FHIR_NOT_FOUND'],
      ['410 of a deleted resource', { status: 410, body: '' }, 'FHIR_NOT_FOUND'],
      ['401', { status: 401, body: '' }, 'HTTP_STATUS'],
      ['500', { status: 500, body: '<html>' }, 'HTTP_STATUS'],
    ] as const;
    for (const [name, answer, code] of refused) {
      it(`gives ${code} for ${name}`, async () => {
        await assert.rejects(open(answer).fhir.read('Patient', 'p1'), { code });
      });
    }
  });

  describe('a refusal', () => {
    async function issuesOf(status: number, body: unknown) {
      const error = await open({ status, body })
        .fhir.create({ resourceType: 'Patient' })
        .catch((caught: unknown) => caught);
      assert.ok(error instanceof OutcomeError);
      assert.equal(error.status, status);
      assert.doesNotMatch(error.message, /Hong/);
      return { code: error.code, issues: error.issues };
    }

    it('keeps the issues of an OperationOutcome out of the sentence', async () => {
      const issue = [{ severity: 'error', code: 'invalid', diagnostics: 'Hong is too short' }];

      assert.deepEqual(await issuesOf(422, { resourceType: 'OperationOutcome', issue }), {
        code: 'FHIR_OUTCOME',
        issues: issue,
      });
    });

    it('turns the validation errors of OpenEMR into issues', async () => {
      const body = {
        validationErrors: { sex: { 'NotEmpty::EMPTY_VALUE': 'Gender must not be empty' } },
      };

      assert.deepEqual(await issuesOf(400, body), {
        code: 'FHIR_OUTCOME',
        issues: [
          {
            severity: 'error',
            code: 'invalid',
            details: { text: 'Gender must not be empty' },
            expression: ['sex'],
          },
        ],
      });
    });

    it('understands the flat form OpenEMR uses for a malformed id', async () => {
      const { issues } = await issuesOf(400, { validationErrors: { _id: 'not a uuid' } });

      assert.deepEqual(issues[0]?.details, { text: 'not a uuid' });
    });
  });

  describe('write', () => {
    it('creates, and takes the id from the resource, the location or OpenEMR', async () => {
      const answers = [
        { status: 201, body: { ...kim, meta: { versionId: '1' } } },
        { status: 201, headers: { location: `${baseUrl}/Patient/p2/_history/1`, etag: 'W/"1"' } },
        { status: 201, body: { pid: 7, uuid: 'p3' } },
      ];
      const { http, fhir } = open(...answers);

      const saved = [];
      for (const _ of answers) saved.push(await fhir.create<Patient>({ resourceType: 'Patient' }));

      assert.deepEqual(saved, [
        { id: 'p1', resource: { ...kim, meta: { versionId: '1' } }, etag: 'W/"1"' },
        { id: 'p2', etag: 'W/"1"' },
        { id: 'p3' },
      ]);
      assert.equal(http.requests[0]?.method, 'POST');
      assert.equal(http.requests[0]?.url, `${baseUrl}/Patient`);
      assert.equal(http.requests[0]?.body, '{"resourceType":"Patient"}');
    });

    it('says so when the server does not tell the id', async () => {
      const { fhir } = open({ status: 201 });

      await assert.rejects(fhir.create({ resourceType: 'Patient' }), { code: 'FHIR_BAD_ANSWER' });
    });

    it('guards an update by the version it was made from, and sends it once only', async () => {
      const { http, fhir } = open({ body: kim });

      await fhir.update({ ...kim, meta: { versionId: '3' } });

      const [sent] = http.requests;
      assert.equal(sent?.headers?.['if-match'], 'W/"3"');
      assert.equal(sent?.retry, 'never');
    });

    it('prefers the ETag of the server', async () => {
      const { http, fhir } = open({ body: kim });

      await fhir.update({ ...kim, meta: { versionId: '3' } }, { etag: 'W/"x3"' });

      assert.equal(http.requests[0]?.headers?.['if-match'], 'W/"x3"');
    });

    it('updates unguarded where the server has no versions, as OpenEMR', async () => {
      const { http, fhir } = open({ body: kim });

      assert.deepEqual(await fhir.update(kim), { id: 'p1', resource: kim });
      assert.ok(!('if-match' in (http.requests[0]?.headers ?? {})));
      assert.equal(http.requests[0]?.retry, undefined);
    });

    for (const status of [409, 412]) {
      it(`names a conflict (${status})`, async () => {
        const { fhir } = open({ status, body: '' });

        await assert.rejects(fhir.update(kim), { code: 'FHIR_CONFLICT' });
      });
    }

    const readOnly = [
      ['a mute 404, as of OpenEMR 7.0.3', { status: 404, body: '' }],
      ['a 404 of OpenEMR 7.0.4', { status: 404, body: { error: 'An error occurred' } }],
      ['a 405', { status: 405, body: '' }],
    ] as const;
    for (const [name, answer] of readOnly) {
      it(`takes ${name} to a write for a resource that cannot be written`, async () => {
        const { fhir } = open(answer, answer);

        await assert.rejects(fhir.create({ resourceType: 'Patient' }), { code: 'FHIR_READ_ONLY' });
        await assert.rejects(fhir.update(kim), { code: 'FHIR_READ_ONLY' });
      });
    }

    it('takes a 404 that names its problem for an unknown resource', async () => {
      const issue = [{ severity: 'error', code: 'not-found' }];
      const { fhir } = open({ status: 404, body: { resourceType: 'OperationOutcome', issue } });

      await assert.rejects(fhir.update(kim), { code: 'FHIR_NOT_FOUND' });
    });

    it('tells a deletion that others stand against from a conflict of versions', async () => {
      const { fhir } = open({ status: 409, body: '' });

      await assert.rejects(fhir.delete('Patient', 'p1'), /still refer/);
    });

    it('does not update a resource without an id', async () => {
      const { fhir } = open();

      await assert.rejects(fhir.update({ resourceType: 'Patient' }), {
        code: 'FHIR_BAD_RESOURCE',
      });
    });

    it('deletes', async () => {
      const { http, fhir } = open({ status: 204 });

      await fhir.delete('Patient', 'p1');

      assert.equal(http.requests[0]?.method, 'DELETE');
    });
  });

  it('reads the CapabilityStatement', async () => {
    const body = { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest: [] };
    const { http, fhir } = open({ body });

    assert.equal((await fhir.capabilities()).fhirVersion, '4.0.1');
    assert.equal(http.requests[0]?.url, `${baseUrl}/metadata`);
  });

  it('takes a base URL with a trailing slash', async () => {
    const http = fakeHttp({ body: kim });

    await createFhirClient({ http, baseUrl: `${baseUrl}/` }).read('Patient', 'p1');

    assert.equal(http.requests[0]?.url, `${baseUrl}/Patient/p1`);
  });
});
