import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseResourceScope, parseScopes, scopeDifference } from '#core/oauth/scopes.ts';

describe('parseScopes', () => {
  it('splits at any blank and keeps each scope once', () => {
    assert.deepEqual(parseScopes('  openid\tapi:oemr \n openid user/patient.read '), [
      'openid',
      'api:oemr',
      'user/patient.read',
    ]);
    assert.deepEqual(parseScopes(''), []);
  });
});

describe('scopeDifference', () => {
  const requested = ['openid', 'api:fhir', 'site:default', 'user/Patient.read', 'user/Group.read'];

  it('tells what was not granted from what OpenEMR 7.0.3 never lists', () => {
    assert.deepEqual(scopeDifference(requested, ['openid', 'user/Patient.read', 'fhirUser']), {
      granted: ['openid', 'user/Patient.read', 'fhirUser'],
      missing: ['user/Group.read'],
      unlisted: ['api:fhir', 'site:default'],
      added: ['fhirUser'],
    });
  });

  it('takes a scope with a colon as granted where the server lists it', () => {
    const { missing, unlisted } = scopeDifference(['site:default'], ['site:default']);

    assert.deepEqual([missing, unlisted], [[], []]);
  });

  it('takes a scope with a colon as missing where the server lists others, but never one with api:', () => {
    const granular = 'patient/Observation.rs?category=http://h.test|lab';

    const { missing, unlisted } = scopeDifference([granular, 'api:fhir'], ['site:default']);

    assert.deepEqual([missing, unlisted], [[granular], ['api:fhir']]);
  });

  it('puts every requested scope into exactly one place', () => {
    const scopes = fc.uniqueArray(fc.constantFrom('a', 'b', 'c:d', 'e:f', 'g'));
    fc.assert(
      fc.property(scopes, scopes, (asked, granted) => {
        const { missing, unlisted } = scopeDifference(asked, granted);
        const met = asked.filter((scope) => granted.includes(scope));
        assert.deepEqual([...met, ...missing, ...unlisted].sort(), [...asked].sort());
      }),
    );
  });
});

describe('parseResourceScope', () => {
  const cases = [
    ['user/Patient.read', 'user', 'Patient', 'read', 'v1'],
    ['user/Patient.write', 'user', 'Patient', 'write', 'v1'],
    ['patient/*.read', 'patient', '*', 'read', 'v1'],
    ['system/Patient.rs', 'system', 'Patient', 'rs', 'v2'],
    ['patient/Observation.rs?category=laboratory', 'patient', 'Observation', 'rs', 'v2'],
    ['system/Group.$export', 'system', 'Group', '$export', 'operation'],
    ['user/medical_problem.read', 'user', 'medical_problem', 'read', 'v1'],
  ] as const;
  for (const [scope, context, resource, access, syntax] of cases) {
    it(`reads ${scope}`, () => {
      assert.deepEqual(parseResourceScope(scope), { context, resource, access, syntax });
    });
  }

  it('finds no resource in any other scope', () => {
    for (const scope of ['openid', 'launch/patient', 'api:oemr', 'Patient.read', '']) {
      assert.equal(parseResourceScope(scope), undefined);
    }
  });
});
