import assert from 'node:assert/strict';
import { type FhirServer, startFhir } from './fhir-server.ts';

const bundle = (type: string, entry: readonly object[]) => ({
  resourceType: 'Bundle',
  type,
  entry,
});
const post = (resource: { resourceType: string }) => ({
  resource,
  request: { method: 'POST', url: resource.resourceType },
});
const patient = (content: object = {}) => ({ resourceType: 'Patient', ...content });
const issue = { severity: 'information', code: 'informational' };

describe('FHIR mock: batch', () => {
  let server: FhirServer;
  before(async () => {
    server = await startFhir('empty');
  });
  after(() => server.close());

  it('gives a stored OperationOutcome as the resource that it is', async () => {
    const outcome = { resourceType: 'OperationOutcome', id: 'x', issue: [issue] };
    await server.send('PUT', '/OperationOutcome/x', outcome);
    const { body } = await server.send(
      'POST',
      '',
      bundle('batch', [{ request: { method: 'GET', url: 'OperationOutcome/x' } }]),
    );

    assert.equal(body.entry[0].resource.id, 'x');
    assert.equal(body.entry[0].response.outcome, undefined);
  });

  it('reads a url as percent-encoded', async () => {
    await server.send('PUT', '/Patient/a.b', patient({ id: 'a.b' }));
    const entry = ['Patient/a%2Eb', 'Patient/%ff'].map((url) => ({
      request: { method: 'GET', url },
    }));
    const { body } = await server.send('POST', '', bundle('batch', entry));

    assert.deepEqual(
      body.entry.map(({ response }: { response: { status: string } }) => response.status),
      ['200 OK', '400 Bad Request'],
    );
  });

  it('answers each entry for itself', async () => {
    const { status, body } = await server.send(
      'POST',
      '',
      bundle('batch', [
        post(patient({ gender: 'male' })),
        post(patient({ gender: 'M' })),
        { request: { method: 'GET', url: 'Patient?gender=male' } },
        { request: { method: 'GET', url: 'Patient/never' } },
      ]),
    );

    assert.equal(status, 200);
    assert.equal(body.type, 'batch-response');
    assert.deepEqual(
      body.entry.map((entry: { response: { status: string } }) => entry.response.status),
      ['201 Created', '400 Bad Request', '200 OK', '404 Not Found'],
    );
    assert.equal(body.entry[1].response.outcome.resourceType, 'OperationOutcome');
    assert.equal(body.entry[2].resource.total, 1);
  });
});
