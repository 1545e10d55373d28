// Whatever is sent, the answer is never a 5xx and every refusal is a valid OperationOutcome.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';
import type { World } from '#mock-servers/fhir/world.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { aWorld, send } from './fhir-world.ts';

const samples = loadHospital().resources.filter((_resource, index) => index % 12 === 0);

describe('FHIR mock: robustness', function () {
  this.timeout(60_000);
  let world: World;
  before(() => {
    world = aWorld({ seeded: true });
  });
  after(() => world.store.close());

  async function check(method: string, url: string, body?: unknown): Promise<void> {
    const answer = await send(world, method, url, body);
    assert.ok(answer.status < 500, `${method} ${url} ${JSON.stringify(body)}: ${answer.status}`);
    if (answer.status >= 400) {
      assert.deepEqual(await validateResource(JSON.parse(answer.body ?? '')), []);
    }
  }

  const types = [
    'Patient',
    'Observation',
    'Bundle',
    'Encounter',
    'Parameters',
    'Foo',
    '$x',
    '_history',
  ];

  /** Of what a parsed body can hold: numbers that keep their digits, objects that make no text. */
  const anyValue = () =>
    fc.oneof(
      { weight: 3, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
      fc.constantFrom(
        '1.0',
        '1e2',
        '{"toString":false}',
        '[{"toString":1,"valueOf":1}]',
        '"urn:x"',
      ),
    );
  const parsed = (value: unknown) => (typeof value === 'string' ? tryParse(value) : value);

  it('any JSON as a body of any write', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'PUT', 'PATCH'),
        fc.constantFrom(...types),
        anyValue(),
        async (method, type, body) => {
          await check(method, method === 'POST' ? `/${type}` : `/${type}/x`, parsed(body));
        },
      ),
      { numRuns: 200 },
    ));

  it('null as a body', async () => {
    const urls = [
      '/',
      '/Patient',
      '/Patient/$validate',
      '/Parameters/$validate',
      '/Patient/x/$meta-add',
    ];
    for (const url of urls) {
      const { status } = await send(world, 'POST', url, null);
      assert.equal(status, 400, url);
    }
  });

  it('any JSON in place of any element of a good resource', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.nat(),
        anyValue(),
        async (resource, seed, value) => {
          const copy = JSON.parse(JSON.stringify(resource));
          const paths = pathsOf(copy);
          const path = paths[seed % paths.length] ?? [];
          replaceAt(copy, path, parsed(value));
          await check('PUT', `/${resource.resourceType}/${resource.id}`, copy);
        },
      ),
      { numRuns: 300 },
    ));

  it('any Bundle of any entries', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('batch', 'transaction'),
        fc.array(
          fc.record({
            fullUrl: fc.constantFrom(
              undefined,
              'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a',
              'x',
            ),
            resource: fc.oneof(fc.constant(undefined), fc.constantFrom(...samples), fc.jsonValue()),
            request: fc.oneof(
              fc.jsonValue(),
              fc.record({
                method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'TRACE'),
                url: fc.constantFrom(
                  'Patient',
                  'Patient/x',
                  'Patient?name=x',
                  'Patient?',
                  '',
                  '/',
                  '?',
                  'metadata',
                  '$export',
                  'Patient/x/_history',
                  '%',
                  'Foo/1',
                ),
                ifNoneExist: fc.constantFrom(undefined, 'identifier=1', '', 'foo=1'),
              }),
            ),
          }),
          { maxLength: 4 },
        ),
        async (type, entry) => {
          await check(
            'POST',
            '',
            JSON.parse(JSON.stringify({ resourceType: 'Bundle', type, entry })),
          );
        },
      ),
      { numRuns: 200 },
    ));

  for (const [path, elements] of [
    ['/', '"resourceType":1.0'],
    ['/', '"resourceType":"Bundle","type":1.0'],
    ['/Patient', '"resourceType":{"toString":false}'],
    ['/Bundle', '"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":{"toString":1}}]'],
    ['/Bundle', '"resourceType":"Bundle","type":1.0,"entry":[{"fullUrl":1.0},{"fullUrl":1.0}]'],
    [
      '/Condition',
      '"resourceType":"Condition","subject":{"reference":"Patient/1"},"abatementString":"x","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":1.0},{"system":1.0,"code":"active"}]}',
    ],
    ['/Patient?gender=male', '"resourceType":"Patient","id":1.0'],
    [
      '/Patient/$validate',
      '"resourceType":"Parameters","parameter":[{"name":"mode","valueDecimal":1.0}]',
    ],
    [
      '/Patient/P-2025-000001/$everything',
      '"resourceType":"Parameters","parameter":[{"name":1.0}]',
    ],
  ] as const) {
    it(`a value that makes no text, at ${path}: ${elements.slice(0, 60)}`, async () => {
      const method = path.includes('?') ? 'PUT' : 'POST';
      const { status, body = '' } = await send(world, method, path, parseExact(`{${elements}}`));

      assert.ok(status >= 400 && status < 500, `${status} ${body}`);
    });
  }

  it('any query', () => {
    const codes = [
      ...world.definitions().parameters('Observation').keys(),
      '_id',
      '_lastUpdated',
      '_has:Patient:link:name',
      'subject:Patient.name',
      'subject.name',
      '_include',
      '_revinclude:iterate',
      '_sort',
      '_count',
      '_summary',
      '_elements',
      '_total',
      '_type',
      '_has:',
      '_has:Foo:x:y',
      '.',
      'subject.',
      ':',
      'near',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '1',
        'ge2020',
        'gt',
        '2020-13',
        '1||',
        '||',
        '|',
        '$',
        'a$b',
        ',',
        '\\',
        'Observation:subject',
        '*',
        'Patient/1',
        'true',
        '-date',
        'eq1e999',
        '5.4|http://unitsofmeasure.org|mg',
        '0000',
        '9999-12-31',
      ),
    );
    return fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom(...codes),
            fc.constantFrom(
              '',
              ':not',
              ':missing',
              ':exact',
              ':in',
              ':text',
              ':Patient',
              ':identifier',
              ':of-type',
              ':above',
              ':',
            ),
            value,
          ),
          { minLength: 1, maxLength: 3 },
        ),
        async (terms) => {
          const query = terms.map(
            ([code, modifier, text]) =>
              `${encodeURIComponent(code + modifier)}=${encodeURIComponent(text)}`,
          );
          await check('GET', `/Observation?${query.join('&')}`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** As a body is parsed; what is no JSON is a text. */
function tryParse(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key])),
  ].filter((found) => found.length > 0);
}

function replaceAt(root: unknown, path: Path, value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce((at, key) => (at as Record<string | number, unknown>)[key], root);
  (parent as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
}
