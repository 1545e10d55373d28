// Numbers, composites and two-step searches against a naive filter, on data made for it: the seed has
// few numbers, and no components that differ.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { World } from '#mock-servers/fhir/world.ts';
import { aWorld, searchIds, send } from './fhir-world.ts';
import { quantityTest } from './naive-search.ts';

const RUNS = 400;
const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le'] as const;
const codes = ['a', 'b', 'c'] as const;

/** Numbers close to each other, with up to three decimals. */
const number = fc
  .tuple(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(0, 1, 2, 3))
  .map(([thousandths, decimals]) => (thousandths / 1000).toFixed(decimals));

interface Component {
  readonly code: string;
  readonly value: number;
}

describe('FHIR mock: numbers and composites against a naive filter', function () {
  this.timeout(60_000);
  let world: World;
  const probabilities = new Map<string, number>();
  const components = new Map<string, readonly Component[]>();

  before(async () => {
    world = aWorld();
    const component = fc.record({
      code: fc.constantFrom(...codes),
      value: number.map(Number),
    });
    const samples = fc.sample(
      fc.tuple(
        number.map((text) => Math.min(1, Number(text) / 3)),
        fc.array(component, { minLength: 1, maxLength: 3 }),
      ),
      { numRuns: 80, seed: 4 },
    );
    for (const [index, [probability, parts]] of samples.entries()) {
      const id = `n${index}`;
      probabilities.set(id, probability);
      components.set(id, parts);
      await store({
        resourceType: 'RiskAssessment',
        id,
        status: 'final',
        subject: { reference: `Patient/${id}` },
        prediction: [{ probabilityDecimal: probability }],
      });
      await store({
        resourceType: 'Observation',
        id,
        status: 'final',
        code: { text: 'parts' },
        component: parts.map(({ code, value }) => ({
          code: { coding: [{ code }] },
          valueQuantity: { value },
        })),
      });
    }
  });
  after(() => world.store.close());

  async function store<T extends { resourceType: string; id: string }>(resource: T): Promise<void> {
    const path = `/${resource.resourceType}/${resource.id}`;
    const { status, body } = await send(world, 'PUT', path, resource);
    assert.equal(status, 201, body);
  }

  function idsWhere<T>(values: ReadonlyMap<string, T>, test: (value: T) => boolean): string[] {
    return [...values].filter(([, value]) => test(value)).map(([id]) => id);
  }

  it('number, with prefixes and precision', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...prefixes), number, async (prefix, wanted) => {
        const test = quantityTest(prefix, wanted, undefined);
        const expected = idsWhere(probabilities, (value) => test({ value }));
        const found = await searchIds(world, `/RiskAssessment?probability=${prefix}${wanted}`);

        assert.deepEqual(found.toSorted(), expected.toSorted());
      }),
      { numRuns: RUNS },
    ));

  it('composite: code and quantity of the same component', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...codes),
        fc.constantFrom(...prefixes),
        number,
        async (code, prefix, wanted) => {
          const test = quantityTest(prefix, wanted, undefined);
          const expected = idsWhere(components, (parts) =>
            parts.some((part) => part.code === code && test(part)),
          );
          const query = encodeURIComponent(`${code}$${prefix}${wanted}`);
          const found = await searchIds(
            world,
            `/Observation?component-code-value-quantity=${query}`,
          );

          assert.deepEqual(found.toSorted(), expected.toSorted());
        },
      ),
      { numRuns: RUNS },
    ));
});
