// The short way to "no fault" against the long one, which looks at everything.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadModel, type Model } from '#core/fhir/validate/model.ts';
import { checkStructure } from '#core/fhir/validate/structure.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';

const theLongWay = { accepts: () => false };
const resources: readonly unknown[] = loadHospital().resources;

describe('Inspection', () => {
  let model: Model;
  before(async () => {
    model = await loadModel();
  });

  const found = (resource: unknown, inspection?: typeof theLongWay) => {
    const { issues, pending } = checkStructure(model, resource, inspection);
    return {
      issues,
      pending: pending.map(({ invariant, path }) => `${path} ${invariant.key}`),
    };
  };

  it('leaves nothing out of what the long way finds, whatever is wrong', () => {
    const seen = { good: 0, bad: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...resources),
        fc.array(fc.record({ place: fc.nat(), change: fc.constantFrom(...changes) }), {
          maxLength: 2,
        }),
        (resource, steps) => {
          const changed = structuredClone(resource);
          for (const { place, change } of steps) changeAt(changed, place, change);
          const long = found(changed, theLongWay);
          if (long.issues.length + long.pending.length === 0) seen.good += 1;
          else seen.bad += 1;
          assert.deepEqual(found(changed), long);
        },
      ),
      { numRuns: 5000 },
    );
    assert.ok(seen.good > 500 && seen.bad > 500, JSON.stringify(seen));
  });
});

type Change = (parent: Record<string, unknown>, key: string) => void;

const changes: readonly Change[] = [
  (parent, key) => delete parent[key],
  ...[null, '', 'x y', ' ', 0, 1.5, true, [], {}, [null], { id: 'only' }, ['a', 'b']].map(
    (value): Change =>
      (parent, key) => {
        parent[key] = structuredClone(value);
      },
  ),
  (parent, key) => {
    parent[key] = [parent[key]];
  },
  (parent) => {
    parent['unknown'] = 1;
  },
  ...[{}, { valueCode: 'y' }, { valueCode: 'y', extension: [{ url: 'b', valueCode: 'y' }] }].map(
    (rest): Change =>
      (parent) => {
        parent['extension'] = [{ url: 'http://e.org/x', ...structuredClone(rest) }];
      },
  ),
  ...['Location/1', 'Patient/1', 'http://e.org/Device/1/_history/2'].map(
    (reference): Change =>
      (parent, key) => {
        parent[key] = { reference };
        if (parent['reference'] !== undefined) parent['reference'] = reference;
      },
  ),
  (parent, key) => {
    parent[`_${key}`] = { extension: [{ url: 'http://e.org/x', valueCode: 'y' }] };
  },
  (parent) => {
    Object.assign(parent, { valueString: 'a', effectiveDateTime: '2026-01-15', valueInteger: 1 });
  },
];

/** Changes the member number `place` of all that an object holds, counted in depth. */
function changeAt(root: unknown, place: number, change: Change): void {
  const members: [Record<string, unknown>, string][] = [];
  const collect = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      members.push([value as Record<string, unknown>, key]);
      collect(inner);
    }
  };
  collect(root);
  const member = members[place % members.length];
  if (member !== undefined) change(...member);
}
