// Whatever comes over the socket, the answer is an OperationOutcome and never a 5xx.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FhirServer, startFhir } from './fhir-server.ts';

describe('FHIR mock: robustness of the socket', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('seed');
  });
  after(() => server.close());

  it('any bytes as a body', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const response = await fetch(`${server.url}/Patient`, {
          method: 'POST',
          headers: { 'content-type': 'application/fhir+json' },
          body: Buffer.from(bytes),
        });

        assert.equal(response.status, 400);
        assert.equal(
          ((await response.json()) as { resourceType: string }).resourceType,
          'OperationOutcome',
        );
      }),
      { numRuns: 100 },
    ));

  it('a body nested thousands deep is refused', async () => {
    const depth = 5000;
    const deep = `${'{"url":"http://x","extension":['.repeat(depth)}{"url":"http://x","valueString":"y"}${']}'.repeat(depth)}`;
    const { status, body } = await server.send(
      'POST',
      '/Patient',
      `{"resourceType":"Patient","extension":[${deep}]}`,
    );

    assert.equal(status, 400);
    assert.equal(body.issue[0].code, 'too-costly');
  });

  for (const path of [
    '/%',
    '/Patient/%ff',
    '/Patient/a%00b',
    '/Patient/x/y/z/_history/1/2',
    '?_getpages=x',
    '?_getpages=x&_getpagesoffset=-1',
    '/$export',
    '/Patient?_count=-1',
    '/Patient?_count=99999999999999999999',
  ]) {
    it(`GET ${path} is refused with an OperationOutcome`, async () => {
      const { status, body } = await server.get(path);

      assert.ok(status >= 400 && status < 500, String(status));
      assert.equal(body.resourceType, 'OperationOutcome');
    });
  }
});
