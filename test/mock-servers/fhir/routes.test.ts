// Paths and methods that are not served are refused as such, whatever is sent along.
import assert from 'node:assert/strict';
import { type FhirServer, startFhir } from './fhir-server.ts';

describe('FHIR mock: paths and methods', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('empty');
  });
  after(() => server.close());

  const bodies = [
    ['no body', undefined, 'application/fhir+json'],
    ['broken JSON', '{', 'application/fhir+json'],
    ['another content type', 'x', 'text/plain'],
  ] as const;
  for (const method of ['DELETE', 'PUT', 'PATCH', 'POST']) {
    for (const [what, body, type] of bodies) {
      it(`${method} /metadata with ${what} is 405`, async () => {
        const answer = await server.send(method, '/metadata', body, { 'content-type': type });

        assert.equal(answer.status, 405);
        assert.equal(answer.body.issue[0].code, 'not-supported');
      });
    }
  }

  it('an unknown path is 404 even with a broken body', async () => {
    const { status } = await server.send('POST', '/nothing', '{');

    assert.equal(status, 404);
  });

  for (const base of ['', '/']) {
    it(`GET of the base${base} by a browser says that it is the base`, async () => {
      const answer = await server.get(base, {
        accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      });

      assert.equal(answer.status, 400);
      assert.match(answer.body.issue[0].diagnostics, /^HAPI-0287: This is the base URL.*metadata/);
    });
  }
});
