import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type FhirServer, startFhir } from './fhir-server.ts';

const patient = (id: string, content: object = {}) => ({ resourceType: 'Patient', id, ...content });

describe('FHIR mock: history and representation', () => {
  let server: FhirServer;
  beforeEach(async () => {
    server = await startFhir('empty');
  });
  afterEach(() => server.close());

  const put = (id: string, content: object = {}) =>
    server.send('PUT', `/Patient/${id}`, patient(id, content));

  describe('history', () => {
    beforeEach(async () => {
      await put('a', { gender: 'male' });
      server.nowMs += 60_000;
      await put('b');
      await put('a', { gender: 'female' });
      server.nowMs += 60_000;
      await server.send('DELETE', '/Patient/a');
      await server.send('PUT', '/Group/g', {
        resourceType: 'Group',
        id: 'g',
        type: 'person',
        actual: true,
      });
    });

    const shown = (answer: Awaited<ReturnType<FhirServer['get']>>) =>
      (answer.body.entry ?? []).map(
        (entry: { request: { method: string; url: string } }) =>
          `${entry.request.method} ${entry.request.url}`,
      );

    it('of a resource: newest first, a deletion without resource', async () => {
      const answer = await server.get('/Patient/a/_history');

      assert.equal(answer.body.type, 'history');
      assert.equal(answer.body.total, 3);
      assert.deepEqual(shown(answer), ['DELETE Patient/a', 'PUT Patient/a', 'PUT Patient/a']);
      assert.equal(answer.body.entry[0].resource, undefined);
      assert.deepEqual(
        answer.body.entry
          .slice(1)
          .map((entry: { resource: { gender: string } }) => entry.resource.gender),
        ['female', 'male'],
      );
    });

    it('of a type and of everything', async () => {
      assert.equal((await server.get('/Patient/_history')).body.total, 4);
      assert.equal((await server.get('/_history')).body.total, 5);
    });

    it('since a time', async () => {
      const answer = await server.get('/Patient/_history?_since=2026-01-15T09:01:00Z');

      assert.deepEqual(shown(answer), ['DELETE Patient/a', 'PUT Patient/a', 'PUT Patient/b']);
    });

    it('of what was current at some point of a time, whenever it began', async () => {
      const at = async (time: string) => shown(await server.get(`/Patient/_history?_at=${time}`));

      assert.deepEqual(await at('2026-01-15T09:00:30Z'), ['PUT Patient/a']);
      assert.deepEqual(await at('2026-01-15T09:01:30Z'), ['PUT Patient/a', 'PUT Patient/b']);
      assert.deepEqual(await at('2026-01-15T09:00'), ['PUT Patient/a']);
      assert.deepEqual(await at('2026-01-14'), []);
      assert.equal((await at('2026-01-15')).length, 4);
    });

    it('counts only on _count=0, and cuts to a summary', async () => {
      const none = await server.get('/Patient/a/_history?_count=0');
      const cut = await server.get('/Patient/a/_history?_elements=id');

      assert.deepEqual(
        [none.body.total, none.body.entry, none.body.link.length],
        [3, undefined, 1],
      );
      assert.deepEqual(Object.keys(cut.body.entry[1].resource), ['resourceType', 'id', 'meta']);
    });

    it('in pages that stay stable while versions are added', async () => {
      const first = await server.get('/_history?_count=2');
      await put('c');
      const next = first.body.link.find(
        (link: { relation: string }) => link.relation === 'next',
      ).url;
      const second = await server.get(next);

      assert.deepEqual(
        [...shown(first), ...shown(second)],
        ['PUT Group/g', 'DELETE Patient/a', 'PUT Patient/a', 'PUT Patient/b'],
      );
    });

    it('of what never was is 404', async () => {
      assert.equal((await server.get('/Patient/never/_history')).status, 404);
    });

    it('vread of a deleted version is 410, of a later one 404', async () => {
      assert.equal((await server.get('/Patient/a/_history/3')).status, 410);
      assert.equal((await server.get('/Patient/a/_history/4')).status, 404);
    });
  });

  describe('representation', () => {
    it('takes and gives gzip', async () => {
      const resource = patient('a', {
        text: {
          status: 'generated',
          div: `<div xmlns="http://www.w3.org/1999/xhtml">${'x'.repeat(3000)}</div>`,
        },
      });
      const sent = await fetch(`${server.url}/Patient/a`, {
        method: 'PUT',
        headers: { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify(resource)),
      });
      const { get } = await import('node:http');
      const bytes = await new Promise<Buffer>((resolve, reject) => {
        get(
          `${server.url}/Patient/a`,
          { headers: { 'accept-encoding': 'gzip' } },
          async (response) => {
            const chunks: Buffer[] = [];
            for await (const chunk of response) chunks.push(chunk);
            resolve(Buffer.concat(chunks));
          },
        ).on('error', reject);
      });

      assert.equal(sent.status, 201);
      assert.equal(
        JSON.parse(gunzipSync(bytes).toString()).text.div,
        resource['text' as never]['div'],
      );
    });

    it('prints with indentation on _pretty=true', async () => {
      await put('a');

      assert.match((await server.get('/Patient/a?_pretty=true')).text, /^\{\n {2}"resourceType"/);
    });

    it('answers HEAD with the headers of GET and no body', async () => {
      await put('a');
      const { status, headers, text } = await server.send('HEAD', '/Patient/a');

      assert.equal(status, 200);
      assert.equal(headers.get('etag'), 'W/"1"');
      assert.equal(text, '');
    });

    it('cuts to elements, keeps what is mandatory and marks it', async () => {
      await put('a', { name: [{ family: 'A' }], gender: 'male', birthDate: '2000-01-01' });
      const { body } = await server.get('/Patient/a?_elements=gender');

      assert.deepEqual(Object.keys(body), ['resourceType', 'id', 'meta', 'gender']);
      assert.equal(body.meta.tag[0].code, 'SUBSETTED');
    });

    it('_summary=text, data and true cut as R4 says', async () => {
      const text = {
        status: 'generated',
        div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
      };
      await put('a', { text, gender: 'male', photo: [{ url: 'http://e.org/p.png' }] });
      const keys = async (summary: string) =>
        Object.keys((await server.get(`/Patient/a?_summary=${summary}`)).body).slice(3);

      assert.deepEqual(await keys('text'), ['text']);
      assert.deepEqual(await keys('data'), ['gender', 'photo']);
      assert.deepEqual(await keys('true'), ['gender']);
      assert.deepEqual(await keys('false'), ['text', 'gender', 'photo']);
    });

    it('_summary=true cuts elements of elements, too', async () => {
      await server.send('PUT', '/Observation/o', {
        resourceType: 'Observation',
        id: 'o',
        status: 'final',
        code: { coding: [{ code: 'x' }] },
        component: [
          {
            code: { text: 'c' },
            valueInteger: 1,
            dataAbsentReason: { text: 'not in summaries' },
            interpretation: [{ text: 'not in summaries' }],
          },
        ],
      });
      const { body } = await server.get('/Observation/o?_summary=true');

      assert.deepEqual(body.component, [{ code: { text: 'c' }, valueInteger: 1 }]);
    });

    it('takes parameters of a media type in _format', async () => {
      await put('a');
      const format = encodeURIComponent('application/fhir+json; fhirVersion=4.0');

      assert.equal((await server.get(`/Patient/a?_format=${format}`)).status, 200);
      assert.equal((await server.get('/Patient/a?_summary=some')).status, 400);
    });

    const refusals: readonly [string, Record<string, string>, number][] = [
      ['XML in Accept', { accept: 'application/fhir+xml' }, 406],
      ['XML in the body', { 'content-type': 'application/fhir+xml' }, 415],
      ['an unknown encoding', { 'content-encoding': 'br' }, 415],
      ['broken gzip', { 'content-encoding': 'gzip' }, 400],
    ];
    for (const [what, headers, status] of refusals) {
      it(`refuses ${what} with ${status}`, async () => {
        const answer = await server.send('POST', '/Patient', { resourceType: 'Patient' }, headers);

        assert.equal(answer.status, status);
        assert.equal(answer.body.resourceType, 'OperationOutcome');
      });
    }
  });
});
