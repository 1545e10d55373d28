// facts/openemr.md section 1.5: which scopes exist, which rule makes them valid, what is dropped.
import assert from 'node:assert/strict';
import { OAuthFailure } from '#mock-servers/openemr/oauth/oauth-failure.ts';
import {
  registeredOnly,
  requireValidScopes,
  scopesSupported,
} from '#mock-servers/openemr/oauth/scopes.ts';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { guideDefaults } from '#mock-servers/openemr/settings.ts';

type Version = keyof typeof profiles;

function isValid(scope: string, version: Version, hasSystemScopes = true): boolean {
  const settings = { ...guideDefaults, rest_system_scopes_api: hasSystemScopes };
  try {
    requireValidScopes(scope.split(' '), { profile: profiles[version], settings });
    return true;
  } catch (error) {
    assert.ok(error instanceof OAuthFailure);
    return false;
  }
}

/** What the pattern picks out of the scopes of 7.0.3. */
function catalogued(pattern: RegExp): string[] {
  const supported = scopesSupported({ profile: profiles['7.0.3'], settings: guideDefaults });
  return supported.flatMap((scope) => pattern.exec(scope)?.[1] ?? []).toSorted();
}

const rows: readonly (readonly [scope: string, a: boolean, b: boolean])[] = [
  ['openid profile fhirUser launch launch/patient online_access offline_access', true, true],
  ['nonce site:default', true, true],
  ['patient/*.read', false, false],
  ['user/*.*', false, false],
  ['system/*.read', false, false],
  ['Patient.read', false, false],
  ['patient/Patient.read', true, true],
  ['patient/Patient.write', false, false],
  ['patient/DocumentReference.$docref', true, true],
  ['patient/PractitionerRole.read', false, false],
  ['user/PractitionerRole.read user/ValueSet.read', true, true],
  ['user/Patient.write user/Practitioner.write user/Organization.write', true, true],
  ['user/Observation.write', false, false],
  ['user/Encounter.write', false, false],
  ['system/Patient.read system/Group.read system/ValueSet.read', true, true],
  ['system/Patient.write', false, false],
  ['system/Patient.$export system/*.$bulkdata-status system/*.$export', true, true],
  ['user/ServiceRequest.read', false, true],
  ['user/ImagingStudy.read', false, false],
  ['patient/Observation.rs', false, true],
  ['user/Patient.cruds', false, true],
  ['user/Patient.dc', false, false],
  ['patient/Patient.cruds', false, false],
  [
    'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
    false,
    true,
  ],
  [
    'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|made-up',
    false,
    false,
  ],
  ['api:oemr user/patient.read user/medical_problem.write', true, true],
  ['api:oemr user/drug.write', false, false],
  ['api:port patient/appointment.read', true, true],
  // Acceptance rule: the lists depend on the request as a whole.
  ['user/patient.read', false, false],
  ['api:oemr user/Patient.read', false, false],
  ['api:oemr api:fhir user/Patient.read user/patient.read', true, true],
  ['api:oemr openid fhirUser user/Patient.read', true, true],
];

describe('scopes of the server (facts 1.5)', () => {
  for (const [scope, a, b] of rows) {
    it(`${scope}: ${a ? 'valid' : 'invalid'} in 7.0.3, ${b ? 'valid' : 'invalid'} in 7.0.4`, () => {
      assert.deepEqual([isValid(scope, '7.0.3'), isValid(scope, '7.0.4')], [a, b]);
    });
  }

  it('takes each base scope alone', () => {
    const base =
      'openid profile name address given_name family_name nickname phone phone_verified email email_verified offline_access api:oemr api:fhir api:port fhirUser online_access launch launch/patient nonce site:default';

    assert.deepEqual(
      base.split(' ').filter((scope) => !isValid(scope, '7.0.3') || !isValid(scope, '7.0.4')),
      [],
    );
  });

  it('takes the operations of bulk export with system scopes', () => {
    for (const scope of ['Patient.$export', 'Group.$export', '*.$bulkdata-status', '*.$export']) {
      assert.equal(isValid(`system/${scope}`, '7.0.3'), true, scope);
      assert.equal(isValid(`system/${scope}`, '7.0.3', false), false, scope);
    }
  });

  // Facts 1.5, list by list: what the catalogue of 7.0.3 has beyond it or lacks is a fault.
  const patientReads =
    'AllergyIntolerance Appointment Binary CarePlan CareTeam Condition Coverage Device DiagnosticReport DocumentReference Encounter Goal Immunization Location Medication MedicationRequest Observation Organization Patient Person Practitioner Procedure Provenance';
  const lists: readonly (readonly [what: string, pattern: RegExp, names: string])[] = [
    ['FHIR reads of patient/', /^patient\/([A-Z]\w+)\.read$/, patientReads],
    [
      'FHIR reads of user/',
      /^user\/([A-Z]\w+)\.read$/,
      `${patientReads} PractitionerRole ValueSet`,
    ],
    ['FHIR writes of user/', /^user\/([A-Z]\w+)\.write$/, 'Organization Patient Practitioner'],
    [
      'FHIR reads of system/',
      /^system\/([A-Z]\w+)\.read$/,
      `${patientReads} Group PractitionerRole ValueSet`,
    ],
    ['FHIR writes of system/', /^system\/([A-Z]\w+)\.write$/, ''],
    ['FHIR operations of patient/', /^patient\/(\w+\.\$\w+)$/, 'DocumentReference.$docref'],
  ];
  for (const [what, pattern, names] of lists) {
    it(`has exactly the ${what} in 7.0.3`, () => {
      assert.deepEqual(catalogued(pattern), names.split(' ').filter(Boolean).toSorted());
    });
  }

  it('has exactly the standard scopes of the facts', () => {
    const writable =
      'allergy appointment dental_issue document encounter facility insurance insurance_company medical_problem medication message patient practitioner soap_note surgery transaction vital';
    // `employer` is not in the list of the facts, but its route asks for it.
    const readable = `${writable} drug employer immunization insurance_type list prescription procedure user`;

    assert.deepEqual(catalogued(/^user\/([a-z_]+)\.read$/), readable.split(' ').toSorted());
    assert.deepEqual(catalogued(/^user\/([a-z_]+)\.write$/), writable.split(' ').toSorted());
    assert.deepEqual(catalogued(/^patient\/([a-z_]+)\.read$/), [
      'appointment',
      'encounter',
      'patient',
    ]);
  });

  it('has system scopes only while the global is on', () => {
    assert.equal(isValid('system/Patient.read', '7.0.3', false), false);
    assert.equal(isValid('api:oemr system/patient.read', '7.0.3', false), false);
  });

  it('advertises scopes that it accepts', () => {
    for (const profile of Object.values(profiles)) {
      const settings = guideDefaults;
      const scopes = scopesSupported({ profile, settings });
      assert.ok(scopes.length > 100);
      assert.doesNotThrow(() => requireValidScopes(scopes, { profile, settings }));
    }
  });
});

describe('scopes of a client (facts 1.5)', () => {
  const drop = (requested: string, registered: string, version: Version): string =>
    registeredOnly(requested.split(' '), registered.split(' '), profiles[version]).join(' ');

  it('drops what is not registered without an error', () => {
    assert.equal(drop('openid user/Patient.read', 'openid', '7.0.3'), 'openid');
  });

  it('lets a v1 write pass with any scope on the resource in 7.0.4', () => {
    const asked = ['user/Patient.write', 'user/Patient.read'] as const;

    assert.equal(drop(...asked, '7.0.3'), '');
    assert.equal(drop(...asked, '7.0.4'), 'user/Patient.write');
  });

  it('adds up the letters of v2 scopes in 7.0.4', () => {
    assert.equal(
      drop('user/Patient.rs', 'user/Patient.r user/Patient.s', '7.0.4'),
      'user/Patient.rs',
    );
    assert.equal(drop('user/Patient.crs', 'user/Patient.rs', '7.0.4'), '');
    assert.equal(drop('user/Patient.rs', 'user/Patient.read', '7.0.4'), 'user/Patient.rs');
  });

  it('covers a restricted scope by one without restriction, not the other way round', () => {
    const laboratory = 'user/Observation.rs?category=a|laboratory';

    assert.equal(drop(laboratory, 'user/Observation.rs', '7.0.4'), laboratory);
    assert.equal(drop('user/Observation.rs', laboratory, '7.0.4'), '');
  });
});
