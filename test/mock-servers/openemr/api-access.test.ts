// facts/openemr.md section 1.5, method to permission, and the last rows of section 2.
import assert from 'node:assert/strict';
import {
  type Interaction,
  requireOperationScope,
  requireRole,
  requireScope,
} from '#mock-servers/openemr/api-access.ts';
import type { Bearer } from '#mock-servers/openemr/contracts.ts';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { ApiRefusal, noteKey } from '#mock-servers/openemr/refusals.ts';

type Version = keyof typeof profiles;

function bearer(role: Bearer['role'], scope: string, patientUuid?: string): Bearer {
  const base = { clientId: 'app', userUuid: 'u', username: 'admin', role };
  const scopes = new Set(scope.split(' '));
  return patientUuid === undefined ? { ...base, scopes } : { ...base, scopes, patientUuid };
}

function outcome(check: () => unknown): unknown {
  try {
    return check();
  } catch (error) {
    assert.ok(error instanceof ApiRefusal);
    return error.kind;
  }
}

describe('requireScope', () => {
  const interactions: readonly Interaction[] = ['c', 'r', 'u', 'd', 's'];
  const allowed = (scope: string, version: Version): string =>
    interactions
      .filter(
        (interaction) =>
          outcome(() =>
            requireScope(bearer('users', scope), 'Patient', interaction, profiles[version]),
          ) === 'user',
      )
      .join('');

  for (const [scope, a, b] of [
    ['user/Patient.read', 'rs', 'rs'],
    ['user/Patient.write', 'cud', 'cud'],
    ['user/Patient.r', '', 'r'],
    ['user/Patient.cruds', '', 'cruds'],
    ['user/Patient.rs?category=x|y', '', 'rs'],
    ['user/Observation.read', '', ''],
    ['system/Patient.read', '', ''],
  ] as const) {
    it(`${scope} allows "${a}" in 7.0.3 and "${b}" in 7.0.4`, () => {
      assert.deepEqual([allowed(scope, '7.0.3'), allowed(scope, '7.0.4')], [a, b]);
    });
  }

  it('gives the context that binds the answer', () => {
    const check = (who: Bearer): unknown =>
      outcome(() => requireScope(who, 'Patient', 'r', profiles['7.0.3']));

    assert.equal(check(bearer('system', 'system/Patient.read')), 'system');
    assert.equal(check(bearer('patient', 'patient/Patient.read', 'p')), 'patient');
    assert.equal(check(bearer('users', 'patient/Patient.read', 'p')), 'patient');
    assert.equal(check(bearer('users', 'patient/Patient.read user/Patient.read', 'p')), 'user');
  });

  it('refuses a patient scope without a patient in context', () => {
    const who = bearer('users', 'patient/Patient.read');

    assert.equal(
      outcome(() => requireScope(who, 'Patient', 'r', profiles['7.0.3'])),
      'noPatientInContext',
    );
  });
});

describe('requireRole and requireOperationScope', () => {
  it('refuse the wrong role and a missing operation', () => {
    const who = bearer('patient', 'patient/DocumentReference.$docref');

    assert.equal(
      outcome(() => requireRole(who, 'users', 'system')),
      'roleMismatch',
    );
    assert.equal(
      outcome(() => requireOperationScope(who, 'Patient.$export')),
      'resourceScopeMissing',
    );
    assert.equal(
      outcome(() => requireOperationScope(who, 'DocumentReference.$docref')),
      undefined,
    );
  });

  it('explain themselves by the keys of the clients’ findings', () => {
    assert.deepEqual(
      [noteKey('resourceScopeMissing'), noteKey('aclDenied'), noteKey('wrongSite')],
      ['api.scope-missing', 'api.right-missing', 'api.site-unknown'],
    );
  });
});
