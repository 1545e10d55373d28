// What the CapabilityStatement claims is answered; what it names as not supported is refused, with an
// OperationOutcome that says so.
import assert from 'node:assert/strict';
import { type FhirServer, startFhir } from './fhir-server.ts';
import { aWorld, send } from './fhir-world.ts';

const asynchronous = { prefer: 'respond-async' };
const patch = (type: string) => ({ 'content-type': type });

/** Words of the statement, request, status. */
const refusals: readonly [string, string, string, Readonly<Record<string, string>>, number][] = [
  ['XML', 'GET', '/Patient', { accept: 'application/fhir+xml' }, 406],
  ['XML', 'GET', '/Patient?_format=xml', {}, 406],
  ['XML', 'POST', '/Patient', { 'content-type': 'application/fhir+xml' }, 415],
  ['Turtle', 'GET', '/Patient', { accept: 'text/turtle' }, 406],
  ['FHIRPath Patch', 'PATCH', '/Patient/a', patch('application/fhir+json'), 415],
  ['XML Patch', 'PATCH', '/Patient/a', patch('application/xml-patch+xml'), 415],
  [':in', 'GET', '/Observation?code:in=x', {}, 400],
  [':not-in', 'GET', '/Observation?code:not-in=x', {}, 400],
  [':of-type', 'GET', '/Patient?identifier:of-type=x', {}, 400],
  [':above', 'GET', '/Observation?code:above=x', {}, 400],
  [':below', 'GET', '/Observation?code:below=x', {}, 400],
  [':above and :below of tokens and references', 'GET', '/Location?partof:below=x', {}, 400],
  ...['_text', '_content', '_list', '_filter', '_query', '_contained', '_containedType'].map(
    (name): [string, string, string, Record<string, string>, number] => [
      name,
      'GET',
      `/Patient?${name}=x`,
      {},
      400,
    ],
  ),
  ['messaging', 'POST', '/$process-message', {}, 404],
  ['GraphQL', 'POST', '/$graphql', {}, 404],
  ['terminology operations', 'GET', '/ValueSet/$expand', {}, 404],
  ['$validate against other profiles', 'POST', '/Patient/$validate?profile=http://e.org', {}, 400],
  ['start and end of $everything', 'GET', '/Patient/a/$everything?start=2020', {}, 400],
  ['start and end of $everything', 'GET', '/Patient/a/$everything?end=2020', {}, 400],
  ['$everything of a type', 'GET', '/Patient/$everything', {}, 404],
  ['$meta of a type', 'GET', '/Patient/$meta', {}, 404],
  ['$meta of a type or of the server', 'GET', '/$meta', {}, 404],
  ['_typeFilter', 'GET', '/$export?_typeFilter=Patient%3F', asynchronous, 400],
  ['_elements of $export', 'GET', '/$export?_elements=id', asynchronous, 400],
  ['its start by POST', 'POST', '/$export', asynchronous, 405],
  ['_sort over several types', 'GET', '?_type=Patient,Group&_sort=name', {}, 400],
  ['Binary in a media type of its own', 'GET', '/Binary/b', { accept: 'text/plain' }, 406],
  ['Binary in a media type', 'POST', '/Binary', { 'content-type': 'text/plain' }, 415],
  ['(Patient/x/*)', 'GET', '/Patient/a/*', {}, 404],
];

describe('FHIR mock: what is not supported', () => {
  let server: FhirServer;
  let documentation: string;
  before(async () => {
    server = await startFhir('empty');
    await server.send('PUT', '/Patient/a', { resourceType: 'Patient', id: 'a' });
    documentation = (await server.get('/metadata')).body.rest[0].documentation;
  });
  after(() => server.close());

  for (const [words, method, path, headers, status] of refusals) {
    it(`${words}: ${method} ${path} is ${status}`, async () => {
      const body = ['GET', 'DELETE'].includes(method) ? undefined : { resourceType: 'Patient' };
      const answer = await server.send(method, path, body, headers);

      assert.ok(documentation.includes(words), documentation);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.body.resourceType, 'OperationOutcome');
      assert.ok(answer.body.issue[0].diagnostics.length > 20);
    });
  }
});

interface Claims {
  readonly type: string;
  readonly searchParam: readonly { readonly name: string; readonly type: string }[];
  readonly searchInclude: readonly string[];
}

describe('FHIR mock: what the CapabilityStatement claims', function () {
  this.timeout(30_000);
  /** 2020 is a date, a number and a text; coordinates have three parts. */
  const exampleOf = (name: string, type: string) => {
    if (type === 'special') return '1|1';
    if (type !== 'composite') return '2020';
    return name.endsWith('-coordinate') ? '2020$2020$2020' : '2020$2020';
  };

  it('is answered: each parameter of each type, as a filter and as an include', async () => {
    const world = aWorld();
    const { body = '' } = await send(world, 'GET', '/metadata');
    const resources: readonly Claims[] = JSON.parse(body).rest[0].resource;
    const queries = resources.flatMap(({ type, searchParam, searchInclude }) => [
      ...searchParam.map(
        ({ name, type: kind }) => `/${type}?${name}=${encodeURIComponent(exampleOf(name, kind))}`,
      ),
      ...searchInclude.map((include) => `/${type}?_include=${include}`),
    ]);
    const refused: string[] = [];
    for (const query of queries) {
      const answer = await send(world, 'GET', query);
      if (answer.status !== 200) refused.push(`${query}: ${answer.body}`);
    }
    world.store.close();

    assert.ok(queries.length > 2000, String(queries.length));
    assert.deepEqual(refused, []);
  });
});
