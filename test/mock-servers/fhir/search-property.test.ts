// Any search finds what a naive filter over all resources finds.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { World } from '#mock-servers/fhir/world.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { aWorld, searchIds } from './fhir-world.ts';
import {
  codesOf,
  dateTest,
  type Json,
  type NaiveParameter,
  officialParameters,
  quantityTest,
  referenceTest,
  stringTest,
  type Test,
  tokenTest,
  valuesOf,
} from './naive-search.ts';

interface Subject {
  readonly type: string;
  readonly parameter: NaiveParameter;
  /** By id. */
  readonly values: ReadonlyMap<string, readonly unknown[]>;
}

const RUNS = 400;

describe('FHIR mock: search against a naive filter', function () {
  this.timeout(60_000);
  let world: World;
  const subjects = subjectsOf(loadHospital().resources as unknown as readonly Json[]);
  before(() => {
    world = aWorld({ seeded: true });
  });
  after(() => world.store.close());

  async function check(
    { type, parameter, values }: Subject,
    query: string,
    test: Test,
  ): Promise<void> {
    const negated = query.startsWith(':not=');
    const expected = [...values]
      .filter(([, found]) => found.some(test) !== negated)
      .map(([id]) => id);
    const found = await searchIds(world, `/${type}?${parameter.code}${query}`);

    assert.deepEqual(found.toSorted(), expected.toSorted(), `${type}?${parameter.code}${query}`);
  }

  const subjectOf = (kind: string) =>
    fc.constantFrom(...subjects.filter(({ parameter }) => parameter.type === kind));

  /** A value that is in the data. */
  function sampleOf({ values }: Subject, seed: number): unknown {
    const all = [...values.values()].flat();
    return all[seed % all.length];
  }

  it('string, :exact and :contains', () =>
    fc.assert(
      fc.asyncProperty(
        subjectOf('string'),
        fc.nat(),
        fc.nat(6),
        fc.constantFrom<Modifier>(undefined, 'exact', 'contains'),
        async (subject, seed, length, modifier) => {
          const wanted = partOf(textOf(sampleOf(subject, seed), seed), length, modifier);
          const suffix = modifier === undefined ? '' : `:${modifier}`;
          const query = `${suffix}=${encodeURIComponent(escaped(wanted))}`;
          await check(subject, query, stringTest(wanted, modifier));
        },
      ),
      { numRuns: RUNS },
    ));

  it('token, with and without system, :not', () =>
    fc.assert(
      fc.asyncProperty(
        subjectOf('token'),
        fc.nat(),
        fc.constantFrom('code', 'both', 'system', 'not'),
        async (subject, seed, form) => {
          const wanted = tokenOf(codesOf(sampleOf(subject, seed))[0], form);
          fc.pre(wanted !== '');
          const modifier = form === 'not' ? ':not' : '';
          await check(subject, `${modifier}=${encodeURIComponent(wanted)}`, tokenTest(wanted));
        },
      ),
      { numRuns: RUNS },
    ));

  it('reference, by type and id and by id alone', () =>
    fc.assert(
      fc.asyncProperty(
        subjectOf('reference'),
        fc.nat(),
        fc.boolean(),
        async (subject, seed, bare) => {
          const value = sampleOf(subject, seed);
          const reference = String((value as Json)['reference']);
          const wanted = bare ? String(reference.split('/')[1]) : reference;
          await check(subject, `=${encodeURIComponent(wanted)}`, referenceTest(wanted));
        },
      ),
      { numRuns: RUNS },
    ));

  it('date, with every prefix and precision', () =>
    fc.assert(
      fc.asyncProperty(
        subjectOf('date'),
        fc.nat(),
        fc.constantFrom('', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'),
        fc.constantFrom(4, 7, 10, 99),
        async (subject, seed, prefix, length) => {
          const value = sampleOf(subject, seed);
          const text =
            typeof value === 'string'
              ? value
              : String((value as Json)['start'] ?? (value as Json)['end']);
          const wanted = text.slice(0, length);
          await check(subject, `=${prefix}${encodeURIComponent(wanted)}`, dateTest(prefix, wanted));
        },
      ),
      { numRuns: RUNS },
    ));

  it('quantity, with prefixes and units', () =>
    fc.assert(
      fc.asyncProperty(
        subjectOf('quantity'),
        fc.nat(),
        fc.constantFrom('eq', 'ne', 'gt', 'lt', 'ge', 'le'),
        fc.boolean(),
        fc.integer({ min: -2, max: 2 }),
        async (subject, seed, prefix, withUnit, offset) => {
          const { value, unit } = sampleOf(subject, seed) as {
            value: number;
            unit: string;
          };
          const isStated = withUnit && unit !== undefined;
          const wanted = String(value + offset);
          await check(
            subject,
            `=${prefix}${wanted}${isStated ? `||${encodeURIComponent(unit)}` : ''}`,
            quantityTest(prefix, wanted, isStated ? unit : undefined),
          );
        },
      ),
      { numRuns: RUNS },
    ));

  it(':missing, for every parameter of every type in the data', async () => {
    for (const { type, parameter, values } of subjects) {
      const absent = [...values].filter(([, found]) => found.length === 0).map(([id]) => id);
      const found = await searchIds(world, `/${type}?${parameter.code}:missing=true`);

      assert.deepEqual(
        found.toSorted(),
        absent.toSorted(),
        `${type}?${parameter.code}:missing=true`,
      );
    }
  });

  it('two parameters at once give what both give', () =>
    fc.assert(
      fc.asyncProperty(subjectOf('token'), fc.nat(), fc.nat(), async (subject, seed, other) => {
        const second = subjects.filter(
          ({ type, parameter }) => type === subject.type && parameter.type === 'token',
        );
        const partner = second[other % second.length] ?? subject;
        const [left] = codesOf(sampleOf(subject, seed));
        const [right] = codesOf(sampleOf(partner, other));
        const terms = [
          [subject.parameter.code, left?.code ?? ''],
          [partner.parameter.code, right?.code ?? ''],
        ].filter(([, code]) => code !== '');
        fc.pre(terms.length > 0);
        const query = terms.map((pair) =>
          pair.map((part) => encodeURIComponent(String(part))).join('='),
        );
        const each = await Promise.all(
          query.map((term) => searchIds(world, `/${subject.type}?${term}`)),
        );
        const both = await searchIds(world, `/${subject.type}?${query.join('&')}`);

        assert.deepEqual(
          both,
          each.reduce((kept, ids) => kept.filter((id) => ids.includes(id))),
        );
      }),
      { numRuns: 100 },
    ));
});

/** Every parameter that has values in the data, with them. */
function subjectsOf(resources: readonly Json[]): Subject[] {
  const types = [...new Set(resources.map(({ resourceType }) => String(resourceType)))];
  const found = types.flatMap((type) =>
    officialParameters()
      .filter(
        ({ base, type: kind, code }) =>
          base.includes(type) && kind !== 'composite' && kind !== 'special' && code !== 'deceased',
      )
      .map((parameter): Subject => {
        const own = resources.filter(({ resourceType }) => resourceType === type);
        return {
          type,
          parameter,
          values: new Map(
            own.map((resource) => [String(resource['id']), valuesOf(resource, parameter)]),
          ),
        };
      }),
  );
  return found.filter(({ values }) => [...values.values()].some((list) => list.length > 0));
}

type Modifier = 'exact' | 'contains' | undefined;

/** One of the texts of a name or an address, or the text itself. */
function textOf(value: unknown, seed: number): string {
  if (typeof value === 'string') return value;
  const texts = Object.values(value as Json)
    .flat()
    .filter((part) => typeof part === 'string');
  return texts[seed % texts.length] ?? 'x';
}

function partOf(text: string, length: number, modifier: Modifier): string {
  if (modifier === 'exact') return text;
  return modifier === 'contains' ? text.slice(length % text.length) : text.slice(0, length + 1);
}

function tokenOf(coded: ReturnType<typeof codesOf>[number] | undefined, form: string): string {
  const { code = '', system } = coded ?? {};
  if (system === undefined || form === 'code' || form === 'not') return code;
  return form === 'both' ? `${system}|${code}` : `${system}|`;
}

function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, '\\$&');
}
