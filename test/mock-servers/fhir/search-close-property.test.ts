// Searches against a naive filter on values so close to each other that every condition decides
// something: the same code of two systems, the same id of two types, ends that touch.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { World } from '#mock-servers/fhir/world.ts';
import { aWorld, searchIds, send, testBase } from './fhir-world.ts';
import {
  dateTest,
  type Json,
  nearTest,
  quantityTest,
  stringTest,
  type Test,
  tokenTest,
  uriTest,
} from './naive-search.ts';

const RUNS = 400;
const COUNT = 90;
const nowMs = Date.parse('2026-01-15T09:00:00Z');

const systems = ['http://e.org/a', 'http://e.org/b'];
const codes = ['x', 'y'];
const names = ['Anna', 'anna', 'ANNA B', 'Änna', 'Hanna', 'a,b', 'a|b', 'a$b', 'a\\b', '안나'];
const uris = ['http://e.org', 'http://e.org/a', 'http://e.org/a/b', 'http://e.org/ab', 'urn:a:b'];
const units = ['mg', 'g'];
const days = ['2025', '2025-03', '2025-03-01', '2025-03-02', '2025-04', '2024-12-31', '2023'];
const times = ['2025-03-01T00:00:00Z', '2025-03-01T23:59:59.999Z', '2025-03-02T08:00:00+09:00'];
const dates = [...days, ...times];
const references = [
  'Patient/1',
  'Patient/2',
  'Group/1',
  `${testBase}/fhir/Patient/1`,
  'Patient/1/_history/2',
  'http://other.org/fhir/Patient/1',
];

const one = <T>(values: readonly T[]) => fc.constantFrom(...values);
const few = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const coding = fc.record({ system: optional(one(systems)), code: one(codes) });
const number = fc.integer({ min: 0, max: 12 }).map((tenths) => tenths / 10);
const degree = fc.integer({ min: -30, max: 30 }).map((tenths) => tenths / 10);
const period = fc
  .record({ start: optional(one(days)), end: optional(one(days)) })
  .filter(({ start, end }) => (start ?? end) !== undefined && (!start || !end || start <= end));

interface Sample {
  readonly name: string;
  readonly uri: string;
  readonly codings: readonly { readonly system: string | undefined; readonly code: string }[];
  readonly reference: string;
  readonly date: string | { readonly start: string | undefined; readonly end: string | undefined };
  readonly quantity: Json;
  readonly position: { readonly latitude: number; readonly longitude: number };
}

const sample: fc.Arbitrary<Sample> = fc.record({
  name: one(names),
  uri: one(uris),
  codings: fc.array(coding, { maxLength: 2 }),
  reference: one(references),
  date: fc.oneof(one(dates), period),
  quantity: fc
    .record({ value: number, unit: one(units), system: optional(one(systems)) })
    .map(({ value, unit, system }) =>
      system === undefined ? { value, unit } : { value, unit: 'other', system, code: unit },
    ),
  position: fc.record({ latitude: degree, longitude: degree }),
});

function resourcesOf(id: string, { name, uri, codings, reference, date, ...rest }: Sample): Json[] {
  const effective =
    typeof date === 'string' ? { effectiveDateTime: date } : { effectivePeriod: date };
  return [
    { resourceType: 'Organization', id, name },
    { resourceType: 'ValueSet', id, status: 'active', url: uri },
    { resourceType: 'Location', id, position: rest.position },
    {
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: 'x', ...(codings.length > 0 ? { coding: codings } : {}) },
      subject: { reference },
      valueQuantity: rest.quantity,
      ...effective,
    },
  ];
}

describe('FHIR mock: search for values close to each other', function () {
  this.timeout(60_000);
  let world: World;
  const samples = new Map(
    fc.sample(sample, { numRuns: COUNT, seed: 11 }).map((value, index) => [`s${index}`, value]),
  );

  before(async () => {
    world = aWorld({ now: () => nowMs });
    for (const [id, value] of samples) {
      for (const resource of resourcesOf(id, value)) {
        const path = `/${resource['resourceType']}/${id}`;
        const { status, body } = await send(
          world,
          'PUT',
          path,
          JSON.parse(JSON.stringify(resource)),
        );
        assert.equal(status, 201, body);
      }
    }
  });
  after(() => world.store.close());

  /** Some meet what is asked and some do not, in most of the cases. */
  function property<T>(
    arbitrary: fc.Arbitrary<T>,
    query: (asked: T) => string,
    expected: (asked: T) => (value: Sample) => boolean,
  ): Promise<void> {
    let telling = 0;
    const check = fc.asyncProperty(arbitrary, async (asked) => {
      const test = expected(asked);
      const ids = [...samples].filter(([, value]) => test(value)).map(([id]) => id);
      const found = await searchIds(world, query(asked));
      if (ids.length > 0 && ids.length < COUNT) telling += 1;

      assert.deepEqual(found.toSorted(), ids.toSorted(), query(asked));
    });
    return fc.assert(check, { numRuns: RUNS }).then(() => assert.ok(telling > RUNS / 2));
  }

  const listed = (values: readonly string[]) =>
    encodeURIComponent(values.map((value) => value.replace(/[\\,$|]/g, '\\$&')).join(','));
  const any = (tests: readonly Test[]) => (value: unknown) => tests.some((test) => test(value));

  it('string, :exact and :contains, lists and escapes', () =>
    property(
      fc.tuple(one(['', ':exact', ':contains']), few(fc.oneof(one(names), one(['a', 'n', 'b'])))),
      ([modifier, wanted]) => `/Organization?name${modifier}=${listed(wanted)}`,
      ([modifier, wanted]) => {
        const word = modifier === '' ? undefined : (modifier.slice(1) as 'exact' | 'contains');
        const test = any(wanted.map((text) => stringTest(text, word)));
        return ({ name }) => test(name);
      },
    ));

  it('uri, :above and :below', () =>
    property(
      fc.tuple(one(['', ':above', ':below']), one([...uris, 'http://e.org/a/b/c', 'urn:a'])),
      ([modifier, wanted]) => `/ValueSet?url${modifier}=${encodeURIComponent(wanted)}`,
      ([modifier, wanted]) => {
        const word = modifier === '' ? undefined : (modifier.slice(1) as 'above' | 'below');
        const test = uriTest(wanted, word);
        return ({ uri }) => test(uri);
      },
    ));

  it('token of one of two systems or of none, :not, lists', () =>
    property(
      fc.tuple(
        fc.boolean(),
        few(fc.tuple(one(['', '|', ...systems.map((system) => `${system}|`)]), one(codes))),
      ),
      ([isNot, wanted]) =>
        `/Observation?code${isNot ? ':not' : ''}=${encodeURIComponent(wanted.map((pair) => pair.join('')).join(','))}`,
      ([isNot, wanted]) => {
        const test = any(wanted.map((pair) => tokenTest(pair.join(''))));
        return ({ codings }) => codings.some(test) !== isNot;
      },
    ));

  it('reference of one of two types, by id, by URL here and elsewhere', () =>
    property(
      fc.tuple(
        one(['', ':Patient', ':Group']),
        one([...references.slice(0, 4), references[5] ?? '', '1', '2']),
      ),
      ([type, wanted]) => `/Observation?subject${type}=${encodeURIComponent(wanted)}`,
      ([type, wanted]) =>
        ({ reference }) => {
          const local = (url: string) =>
            url.replace(`${testBase}/fhir/`, '').replace(/\/_history\/.*/, '');
          const [found, asked] = [local(reference), local(wanted)];
          const isOfType = type === '' || new RegExp(`(?:^|/)${type.slice(1)}/`).test(found);
          return (
            isOfType && (found === asked || (!found.includes(':') && found.split('/')[1] === asked))
          );
        },
    ));

  it('date, with every prefix, where ends touch and periods are open', () =>
    property(
      fc.tuple(one(['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']), one(dates)),
      ([prefix, wanted]) => `/Observation?date=${prefix}${encodeURIComponent(wanted)}`,
      ([prefix, wanted]) => {
        const test = dateTest(prefix, wanted, nowMs);
        return ({ date }) => test(date);
      },
    ));

  it('quantity, with every prefix, by unit and by system and code', () =>
    property(
      fc.tuple(
        one(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']),
        number.map(String),
        fc.oneof(
          fc.constant([]),
          one(units).map((unit) => ['', unit]),
          fc.tuple(one(systems), one(units)),
        ),
      ),
      ([prefix, wanted, unit]) =>
        `/Observation?value-quantity=${encodeURIComponent([prefix + wanted, ...unit].join('|'))}`,
      ([prefix, wanted, [system, unit]]) => {
        const test = quantityTest(prefix, wanted, unit, system === '' ? undefined : system);
        return ({ quantity }) => test(quantity);
      },
    ));

  it('near, by latitude, longitude and distance', () =>
    property(
      fc.tuple(degree, degree, fc.integer({ min: 20, max: 400 })),
      ([latitude, longitude, km]) =>
        `/Location?near=${encodeURIComponent(`${latitude}|${longitude}|${km}|km`)}`,
      ([latitude, longitude, km]) => {
        const test = nearTest(latitude, longitude, km);
        return ({ position }) => test(position);
      },
    ));

  it('terms joined by "and", each a list joined by "or"', () =>
    property(
      fc.tuple(few(one(codes)), one(dates), one(['gt', 'le'])),
      ([code, date, prefix]) =>
        `/Observation?code=${code.join(',')}&date=${prefix}${encodeURIComponent(date)}`,
      ([code, date, prefix]) => {
        const token = any(code.map(tokenTest));
        const when = dateTest(prefix, date);
        return (value) => value.codings.some(token) && when(value.date);
      },
    ));
});
