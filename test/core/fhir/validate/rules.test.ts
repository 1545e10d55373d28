// The rules decided without FHIRPath against their official expressions, evaluated by fhirpath.js.
import assert from 'node:assert/strict';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { type Invariant, loadModel, type Model } from '#core/fhir/validate/model.ts';
import { nativeRule, nativeRuleKeys } from '#core/fhir/validate/rules.ts';
import type { JsonObject } from '#core/fhir/validate/walk.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';

/** Not evaluable on an element alone, or known to fail in fhirpath.js; decided by hand instead. */
const withoutOracle = new Set(['ctm-1', 'csd-1', 'dom-3']);

describe('native invariants', () => {
  let model: Model;
  before(async () => {
    model = await loadModel();
  });

  /** An object with each subset of up to two of the names that matter to a rule. */
  function samplesFor(type: string): JsonObject[] {
    const elements = [...(model.type(type)?.elements.values() ?? [])];
    const single = elements.map(({ json, max, check, type: inner }): JsonObject => {
      const value = check !== undefined ? primitiveSample(inner, json) : { id: 'x' };
      return { [json]: max === 1 ? value : [value] };
    });
    const pairs = single.flatMap((left, index) =>
      single.slice(index + 1).map((right) => ({ ...left, ...right })),
    );
    return [{ id: 'only-id' }, ...single, ...pairs].map((sample) =>
      model.isResource(type) ? { resourceType: type, ...sample } : sample,
    );
  }

  for (const key of nativeRuleKeys.filter((name) => !withoutOracle.has(name))) {
    it(`${key} decides as its expression does`, () => {
      const found = typesWith(key);
      assert.ok(found.length > 0, 'no type has this rule');
      const decided = found
        .slice(0, 3)
        .flatMap(({ type, invariant }) => compare(key, type, invariant));

      assert.ok(decided.length > 0, 'nothing was decided');
      assert.deepEqual(
        decided.filter(({ native, official }) => native !== official),
        [],
      );
    });
  }

  /** Both decisions on each sample that both can decide. */
  function compare(key: string, type: string, invariant: Invariant) {
    const oracle = fhirpath.compile({ base: type, expression: invariant.expression }, r4);
    return samplesFor(type)
      .slice(0, 400)
      .flatMap((sample) => {
        const scope = { resource: sample, rootResource: sample };
        const native = nativeRule(key)(sample, scope);
        const official = native === undefined ? undefined : evaluated(oracle, sample, scope);
        return official === undefined ? [] : [{ sample: JSON.stringify(sample), native, official }];
      });
  }

  it('decides every rule on the seed without a fault', () => {
    const broken = loadHospital().resources.filter((resource) =>
      ['dom-2', 'dom-3', 'obs-6', 'obs-7'].some(
        (key) =>
          nativeRule(key)(resource as unknown as JsonObject, {
            resource: resource as unknown as JsonObject,
            rootResource: resource as unknown as JsonObject,
          }) === false,
      ),
    );

    assert.deepEqual(broken, []);
  });

  /** Where a rule stands: on a type, or on an element of it. */
  function typesWith(key: string): { type: string; invariant: Invariant }[] {
    return model.typeNames.flatMap((name) => {
      const rule = model.type(name);
      const onElements = [...(rule?.elements.values() ?? [])].map(({ type, invariants }) => ({
        type,
        invariants,
      }));
      return [{ type: name, invariants: rule?.invariants ?? [] }, ...onElements].flatMap(
        ({ type, invariants }) =>
          invariants
            .filter((invariant) => invariant.key === key)
            .map((invariant) => ({ type, invariant })),
      );
    });
  }
});

/** Undefined where the sample is too wrong for fhirpath.js, such as an object as a date. */
function evaluated(oracle: unknown, sample: JsonObject, scope: object): boolean | undefined {
  try {
    const result = (oracle as (value: unknown, environment: object) => unknown[])(sample, scope);
    return result[0] !== false;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function primitiveSample(type: string, name: string): unknown {
  if (name === 'type') return 'searchset';
  const samples: Readonly<Record<string, unknown>> = {
    boolean: true,
    decimal: 1.5,
    integer: 1,
    unsignedInt: 1,
    positiveInt: 1,
    date: '2025-01-01',
    dateTime: '2025-01-01T00:00:00Z',
    instant: '2025-01-01T00:00:00Z',
    time: '10:00:00',
  };
  return samples[type] ?? 'x';
}
