// The rules decided without FHIRPath against their official expressions, evaluated by fhirpath.js.
import assert from 'node:assert/strict';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { type Invariant, loadModel, type Model } from '#core/fhir/validate/model.ts';
import { decideNatively, nativeRuleKeys } from '#core/fhir/validate/rules.ts';
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
    const single = elements.map(({ json, max, primitive, type: inner }): JsonObject => {
      const value = primitive ? primitiveSample(inner, json) : { id: 'x' };
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
      let decided = 0;
      for (const { type, invariant } of found.slice(0, 3)) {
        const oracle = fhirpath.compile({ base: type, expression: invariant.expression }, r4);
        for (const sample of samplesFor(type).slice(0, 400)) {
          const scope = { resource: sample, rootResource: sample };
          const native = decideNatively(key, sample, scope);
          if (native === undefined) continue;
          decided += 1;
          const official: unknown = oracle(sample, { resource: sample, rootResource: sample });
          assert.equal(
            native,
            !(Array.isArray(official) && official[0] === false),
            `${key} on ${JSON.stringify(sample)}`,
          );
        }
      }

      assert.ok(decided > 0);
    });
  }

  it('decides every rule on the seed without a fault', () => {
    const broken = loadHospital().resources.filter((resource) =>
      ['dom-2', 'dom-3', 'obs-6', 'obs-7'].some(
        (key) =>
          decideNatively(key, resource as unknown as JsonObject, {
            resource: resource as unknown as JsonObject,
            rootResource: resource as unknown as JsonObject,
          }) === false,
      ),
    );

    assert.deepEqual(broken, []);
  });

  function typesWith(key: string): { type: string; invariant: Invariant }[] {
    return model.typeNames.flatMap((type) => {
      const invariant = model.type(type)?.invariants.find((candidate) => candidate.key === key);
      return invariant === undefined ? [] : [{ type, invariant }];
    });
  }
});

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
