// Scopes that the team's guides write and OpenEMR does not know: `patient/*.read`, `Patient.read`.
// Guide mode, not in real OpenEMR: they work for a client "as the guide describes" and nowhere else.

const contexts = ['patient', 'user', 'system'] as const;

/** Adds the real scopes for which a guide's scope stands. */
export function guideBearerScopes(scopes: readonly string[]): ReadonlySet<string> {
  return new Set(scopes.flatMap((scope) => [scope, ...realScopes(scope)]));
}

function realScopes(scope: string): string[] {
  const [, permission] = /^(?:patient|user|system)\/\*\.(read|write)$/.exec(scope) ?? [];
  if (permission) {
    return guideResources.flatMap((resource) => inEveryContext(`${resource}.${permission}`));
  }
  return /^[A-Z]\w+\.(?:read|write)$/.test(scope) ? inEveryContext(scope) : [];
}

/** The guides do not tell the contexts apart: `patient/*.read` is what a doctor's app asks for. */
function inEveryContext(scope: string): string[] {
  return contexts.map((context) => `${context}/${scope}`);
}

/** Of the guides and of OpenEMR's own FHIR server. */
const guideResources: readonly string[] = [
  'AllergyIntolerance',
  'Appointment',
  'Binary',
  'CarePlan',
  'CareTeam',
  'Condition',
  'Coverage',
  'Device',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'Goal',
  'Group',
  'Immunization',
  'Location',
  'Medication',
  'MedicationRequest',
  'Observation',
  'Organization',
  'Patient',
  'Person',
  'Practitioner',
  'PractitionerRole',
  'Procedure',
  'Provenance',
  'ServiceRequest',
  'ValueSet',
];
