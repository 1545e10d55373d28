// Entries of a Bundle that lack a part, or whose parts do not fit: refused, with the place.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { validateResource } from '#core/fhir/validate/validate.ts';
import type { World } from '#mock-servers/fhir/world.ts';
import { type FhirServer, startFhir } from './fhir-server.ts';
import { aWorld, send } from './fhir-world.ts';

const patient = () => ({ resourceType: 'Patient' });

describe('FHIR mock: entries of a Bundle', () => {
  let server: FhirServer;
  let world: World;
  before(async () => {
    server = await startFhir('empty');
    world = aWorld();
  });
  after(async () => {
    world.store.close();
    await server.close();
  });

  for (const [what, entry, status, expression] of [
    [
      'a PUT without resource',
      { request: { method: 'PUT', url: 'Patient?name=x' } },
      400,
      'Bundle.entry[0].resource',
    ],
    [
      'a PUT by id without resource',
      { request: { method: 'PUT', url: 'Patient/x' } },
      400,
      'Bundle.entry[0].resource',
    ],
    [
      'a POST without resource',
      { request: { method: 'POST', url: 'Patient' } },
      400,
      'Bundle.entry[0].resource',
    ],
    [
      'a POST of another type than its url',
      { request: { method: 'POST', url: 'Observation' }, resource: patient() },
      400,
      'Bundle.entry[0].resource',
    ],
    [
      'a PATCH without resource',
      { request: { method: 'PATCH', url: 'Patient/x' } },
      400,
      'Bundle.entry[0]',
    ],
    ['no request', { resource: patient() }, 400, 'Bundle.entry[0]'],
    [
      'a url of another server',
      { request: { method: 'PUT', url: 'http://other.org/fhir/Patient/x' }, resource: patient() },
      404,
      'Bundle.entry[0].request',
    ],
    [
      'a PUT to a version',
      { request: { method: 'PUT', url: 'Patient/x/_history/1' }, resource: patient() },
      405,
      'Bundle.entry[0].request',
    ],
    [
      'a PUT to what is no id',
      { request: { method: 'PUT', url: 'Patient/a_b' }, resource: patient() },
      400,
      'Bundle.entry[0].request.url',
    ],
    [
      'an operation that waits',
      { request: { method: 'POST', url: 'Patient/$validate' } },
      400,
      'Bundle.entry[0].request',
    ],
    ['null', null, 400, 'Bundle.entry[0]'],
  ] as const) {
    it(`refuses an entry that is ${what}, and says where`, async () => {
      const answer = await server.send('POST', '', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [entry],
      });

      assert.equal(answer.status, status, answer.text);
      assert.deepEqual(answer.body.issue[0].expression, [expression]);
    });
  }

  it('any Bundle of entries that lack a part or have one too many', () => {
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const resource = fc.constantFrom<object>(
      { resourceType: 'Patient' },
      { resourceType: 'Patient', id: 'x' },
      { resourceType: 'Binary', contentType: 'x/y', data: 'W10=' },
      { resourceType: 'Bundle', type: 'transaction' },
      {},
    );
    const url = fc
      .tuple(
        fc.constantFrom('', '/', `${world.baseUrl()}/`, 'http://other.org/fhir/', 'urn:uuid:'),
        fc.constantFrom('', 'Patient', 'Observation', 'Foo', 'metadata', '$export', '_history'),
        fc.constantFrom('', '/x', '/a_b', '/x/_history', '/x/_history/1', '/$validate', '/_search'),
        fc.constantFrom('', '?', '?name=x', '?identifier=1', '?foo=1', '?_summary=true'),
      )
      .map((parts) => parts.join(''));
    const request = fc.record(
      {
        method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'),
        url,
        ifNoneExist: fc.constantFrom('identifier=1', '', '?'),
        ifMatch: fc.constantFrom('W/"1"', 'x'),
      },
      { requiredKeys: ['method', 'url'] },
    );
    const entry = fc.record({ resource: maybe(resource), request: maybe(request) });
    return fc.assert(
      fc.asyncProperty(
        fc.constantFrom('batch', 'transaction'),
        // One at a time: a refusal of the first would hide what the second does.
        fc.oneof({ weight: 9, arbitrary: entry }, { weight: 1, arbitrary: fc.jsonValue() }),
        async (type, item) => {
          const bundle = { resourceType: 'Bundle', type, entry: [item] };
          const answer = await send(world, 'POST', '', JSON.parse(JSON.stringify(bundle)));
          const { status, body = '' } = answer;
          const entry = JSON.parse(body).entry?.[0];

          assert.ok(status < 500, JSON.stringify(bundle));
          assert.ok(!entry?.response.status.startsWith('5'), JSON.stringify(bundle));
          if (status >= 400) assert.deepEqual(await validateResource(JSON.parse(body)), []);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
