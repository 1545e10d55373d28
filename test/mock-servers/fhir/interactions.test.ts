import assert from 'node:assert/strict';
import { type FhirServer, matchIds, startFhir } from './fhir-server.ts';

const patient = (id: string, content: object = {}) => ({ resourceType: 'Patient', id, ...content });

describe('FHIR mock: interactions', () => {
  let server: FhirServer;
  beforeEach(async () => {
    server = await startFhir('empty');
  });
  afterEach(() => server.close());

  const put = (id: string, content: object = {}) =>
    server.send('PUT', `/Patient/${id}`, patient(id, content));

  describe('conditions in headers', () => {
    it('answers 304 to If-None-Match of the current version', async () => {
      await put('a');

      assert.equal((await server.get('/Patient/a', { 'if-none-match': 'W/"1"' })).status, 304);
      assert.equal((await server.get('/Patient/a', { 'if-none-match': 'W/"2"' })).status, 200);
    });

    it('answers 304 to If-Modified-Since that is not older', async () => {
      await put('a');

      assert.equal(
        (await server.get('/Patient/a', { 'if-modified-since': 'Thu, 15 Jan 2026 09:00:00 GMT' }))
          .status,
        304,
      );
      assert.equal(
        (await server.get('/Patient/a', { 'if-modified-since': 'Thu, 15 Jan 2026 08:59:59 GMT' }))
          .status,
        200,
      );
    });

    it('deletes under If-Match only the version it names', async () => {
      await put('a');

      assert.equal(
        (await server.send('DELETE', '/Patient/a', undefined, { 'if-match': 'W/"2"' })).status,
        412,
      );
      assert.equal(
        (await server.send('DELETE', '/Patient/a', undefined, { 'if-match': 'W/"1"' })).status,
        200,
      );
    });

    it('creates once under If-None-Exist', async () => {
      const body = {
        resourceType: 'Patient',
        identifier: [{ system: 'http://e.org', value: '7' }],
      };
      const condition = { 'if-none-exist': 'identifier=http://e.org|7' };
      const first = await server.send('POST', '/Patient', body, condition);
      const second = await server.send('POST', '/Patient', body, condition);

      assert.deepEqual([first.status, second.status], [201, 200]);
      assert.equal(second.body.id, first.body.id);
    });

    it('takes a question mark within If-None-Exist as part of a value', async () => {
      const body = {
        resourceType: 'Patient',
        identifier: [{ system: 'http://e.org/?a', value: '7' }],
      };
      const condition = { 'if-none-exist': 'Patient?identifier=http://e.org/?a|7' };
      const first = await server.send('POST', '/Patient', body, condition);
      const second = await server.send('POST', '/Patient', body, condition);

      assert.deepEqual([first.status, second.status], [201, 200]);
    });

    it('refuses If-None-Exist that several match with 412', async () => {
      await put('a', { gender: 'male' });
      await put('b', { gender: 'male' });
      const { status } = await server.send(
        'POST',
        '/Patient',
        { resourceType: 'Patient' },
        { 'if-none-exist': 'gender=male' },
      );

      assert.equal(status, 412);
    });
  });

  describe('Prefer', () => {
    const prefers: readonly [string, string | undefined][] = [
      ['return=representation', 'Patient'],
      ['return=minimal', undefined],
      ['return=OperationOutcome', 'OperationOutcome'],
    ];
    for (const [prefer, resourceType] of prefers) {
      it(`${prefer} gives ${resourceType ?? 'no body'}`, async () => {
        const { status, headers, body } = await server.send(
          'POST',
          '/Patient',
          { resourceType: 'Patient' },
          { prefer },
        );

        assert.equal(status, 201);
        assert.ok(headers.get('location'));
        assert.equal(body?.resourceType, resourceType);
      });
    }

    it('handling=strict refuses an unknown parameter, lenient leaves it out', async () => {
      await put('a');
      const strict = await server.get('/Patient?nothing=1', { prefer: 'handling=strict' });
      const lenient = await server.get('/Patient?nothing=1', { prefer: 'handling=lenient' });

      assert.equal(strict.status, 400);
      assert.match(strict.body.issue[0].diagnostics, /"nothing"/);
      assert.deepEqual(matchIds(lenient), ['a']);
      assert.equal(lenient.body.link[0].url, `${server.url}/Patient`);
      const every = await server.get('?_id=a&nothing=1', { prefer: 'handling=lenient' });
      assert.deepEqual(matchIds(every), ['a']);
    });
  });

  describe('conditional update, patch and delete', () => {
    it('updates the one match, creates without one, refuses several', async () => {
      await put('a', { gender: 'male' });
      const updated = await server.send('PUT', '/Patient?gender=male', {
        resourceType: 'Patient',
        gender: 'male',
        active: true,
      });
      const created = await server.send('PUT', '/Patient?gender=female', {
        resourceType: 'Patient',
        gender: 'female',
      });
      await put('b', { gender: 'male' });
      const refused = await server.send('PUT', '/Patient?gender=male', { resourceType: 'Patient' });

      assert.deepEqual(
        [updated.status, updated.body.id, updated.body.meta.versionId],
        [200, 'a', '2'],
      );
      assert.equal(created.status, 201);
      assert.equal(refused.status, 412);
    });

    it('refuses a conditional update whose body has another id than the match', async () => {
      await put('a', { gender: 'male' });
      const { status } = await server.send(
        'PUT',
        '/Patient?gender=male',
        patient('z', { gender: 'male' }),
      );

      assert.equal(status, 400);
    });

    it('deletes every match', async () => {
      await put('a', { gender: 'male' });
      await put('b', { gender: 'male' });
      await put('c', { gender: 'female' });
      const { status } = await server.send('DELETE', '/Patient?gender=male');

      assert.equal(status, 200);
      assert.deepEqual(matchIds(await server.get('/Patient')), ['c']);
    });

    it('heeds If-Match in conditional update, patch and delete', async () => {
      await put('a', { gender: 'male' });
      const asked = async (method: string, body: unknown, type: string, version: string) => {
        const headers = { 'content-type': type, 'if-match': `W/"${version}"` };
        return (await server.send(method, '/Patient?gender=male', body, headers)).status;
      };
      const male = { resourceType: 'Patient', gender: 'male' };
      const json = 'application/fhir+json';
      const patch = 'application/json-patch+json';

      assert.equal(await asked('PUT', male, json, '2'), 412);
      assert.equal(await asked('PATCH', [], patch, '2'), 412);
      assert.equal(await asked('DELETE', undefined, json, '2'), 412);
      assert.equal(await asked('PATCH', [], patch, '1'), 200);
      assert.equal(await asked('DELETE', undefined, json, '1'), 200);
    });

    it('refuses a conditional delete without a condition', async () => {
      await put('a');

      assert.equal((await server.send('DELETE', '/Patient')).status, 412);
      assert.equal((await server.get('/Patient/a')).status, 200);
    });
  });

  describe('JSON Patch', () => {
    const send = (operations: unknown, path = '/Patient/a') =>
      server.send('PATCH', path, operations, { 'content-type': 'application/json-patch+json' });

    it('changes what it names and makes a new version', async () => {
      await put('a', { name: [{ family: 'A' }], active: true });
      const { status, body } = await send([
        { op: 'test', path: '/active', value: true },
        { op: 'replace', path: '/name/0/family', value: 'B' },
        { op: 'add', path: '/name/-', value: { family: 'C' } },
        { op: 'move', from: '/name/1', path: '/name/0' },
        { op: 'copy', from: '/name/0/family', path: '/name/0/text' },
        { op: 'remove', path: '/active' },
      ]);

      assert.equal(status, 200);
      assert.deepEqual(body.name, [{ family: 'C', text: 'C' }, { family: 'B' }]);
      assert.equal(body.active, undefined);
      assert.equal(body.meta.versionId, '2');
    });

    it('keeps the digits of a decimal that it does not touch', async () => {
      await server.send(
        'PUT',
        '/Observation/o',
        '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50}}',
      );
      const { text } = await send(
        [{ op: 'replace', path: '/status', value: 'amended' }],
        '/Observation/o',
      );

      assert.match(text, /"value":1\.50\}/);
    });

    it('compares numbers of a test by their value', async () => {
      await put('a', { multipleBirthInteger: 2 });
      const test = (value: string) =>
        send(`[{"op":"test","path":"/multipleBirthInteger","value":${value}}]`);

      assert.deepEqual([(await test('2.0')).status, (await test('2.1')).status], [200, 422]);
    });

    it('patches the one match of a condition', async () => {
      await put('a', { gender: 'male' });
      const { status, body } = await send(
        [{ op: 'add', path: '/active', value: true }],
        '/Patient?gender=male',
      );

      assert.deepEqual([status, body.id, body.active], [200, 'a', true]);
    });

    const refusals: readonly [string, unknown, number][] = [
      ['no array', { op: 'add' }, 400],
      ['a test of nothing', [{ op: 'test', path: '/active' }], 400],
      ['an unknown op', [{ op: 'merge', path: '/active' }], 400],
      ['a pointer to nothing', [{ op: 'remove', path: '/nothing' }], 422],
      ['a test that fails', [{ op: 'test', path: '/active', value: false }], 422],
      ['an index beyond the array', [{ op: 'add', path: '/name/5', value: {} }], 422],
      ['a move into itself', [{ op: 'move', from: '/name', path: '/name/0' }], 422],
      ['a change of the id', [{ op: 'replace', path: '/id', value: 'b' }], 422],
      ['a result that is not valid', [{ op: 'add', path: '/gender', value: 'M' }], 400],
      ['a prototype', [{ op: 'add', path: '/__proto__', value: { x: 1 } }], 422],
    ];
    for (const [what, operations, status] of refusals) {
      it(`refuses ${what} with ${status} and changes nothing`, async () => {
        await put('a', { active: true, name: [{ family: 'A' }] });
        const answer = await send(operations);

        assert.equal(answer.status, status);
        assert.equal((await server.get('/Patient/a')).headers.get('etag'), 'W/"1"');
      });
    }

    it('refuses a patch of another content type with 415', async () => {
      await put('a');
      const { status } = await server.send('PATCH', '/Patient/a', []);

      assert.equal(status, 415);
    });
  });
});
