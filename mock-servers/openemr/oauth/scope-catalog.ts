// Which scopes exist on the server, per profile: the allow-lists of ScopeRepository.php (7.0.3) and
// ServerScopeListEntity.php (7.0.4), cut down to the routes that exist.
import type { Profile } from '../profiles.ts';
import type { Settings } from '../settings.ts';

type Named = readonly string[];
const words = (list: string): Named => list.trim().split(/\s+/);

export const oidcScopes: Named = words(
  'openid profile name address given_name family_name nickname phone phone_verified email email_verified offline_access api:oemr api:fhir api:port',
);
const smartScopes: Named = words('fhirUser online_access launch launch/patient');
const bulkScopes: Named = words(
  'system/Patient.$export system/Group.$export system/*.$bulkdata-status system/*.$export',
);

const patientResources = words(`
  AllergyIntolerance Appointment Binary CarePlan CareTeam Condition Coverage DiagnosticReport Device
  DocumentReference Encounter Goal Immunization Location MedicationRequest Medication Observation
  Organization Patient Person Practitioner Procedure Provenance`);
const userResources = [...patientResources, 'PractitionerRole', 'ValueSet'];
const systemResources = [...userResources, 'Group'];
/** Other listed .write scopes drop out: there is no PUT route for them. No system/*.write at all. */
const writableResources = words('Patient Practitioner Organization');
/** Routes that came with 7.0.4. */
const laterResources = words(
  'Media MedicationDispense Questionnaire QuestionnaireResponse RelatedPerson ServiceRequest Specimen',
);

const standardReadOnly = words(
  'drug employer immunization insurance_type list prescription procedure user',
);
const standardWritable = words(`
  allergy appointment dental_issue document encounter facility insurance insurance_company
  medical_problem medication message patient practitioner soap_note surgery transaction vital`);
const portalResources = words('encounter patient appointment');

/** `?category=` restrictions of 7.0.4. */
const granular: Readonly<Record<string, Named>> = {
  Condition: [
    'http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern',
    'http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis',
    'http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item',
  ],
  Observation: [
    'http://hl7.org/fhir/us/core/CodeSystem/us-core-category|sdoh',
    'http://terminology.hl7.org/CodeSystem/observation-category|social-history',
    'http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
    'http://terminology.hl7.org/CodeSystem/observation-category|survey',
    'http://terminology.hl7.org/CodeSystem/observation-category|vital-signs',
  ],
  DocumentReference: [
    'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category|clinical-note',
  ],
};

export interface ScopeCatalog {
  /** OpenID, SMART launch and FHIR scopes. */
  readonly fhir: ReadonlySet<string>;
  /** OpenID and standard API scopes. */
  readonly standard: ReadonlySet<string>;
}

/** Cheap to keep: there are two profiles and one switch. */
export function scopeCatalog(profile: Profile, settings: Settings): ScopeCatalog {
  const key = `${profile.version} ${settings.rest_system_scopes_api}`;
  const known = catalogs.get(key) ?? buildCatalog(profile, settings.rest_system_scopes_api);
  catalogs.set(key, known);
  return known;
}

const catalogs = new Map<string, ScopeCatalog>();

function buildCatalog(profile: Profile, hasSystemScopes: boolean): ScopeCatalog {
  const later = profile.hasServiceRequest ? laterResources : [];
  const contexts: [string, Named][] = [
    ['patient', [...patientResources, ...later]],
    ['user', [...userResources, ...later]],
    ['system', hasSystemScopes ? [...systemResources, ...later] : []],
  ];
  const fhir = contexts.flatMap(([context, resources]) => [
    ...resources.map((resource) => `${context}/${resource}.read`),
    ...(resources.length > 0 ? [`${context}/DocumentReference.$docref`] : []),
    ...(profile.smartV2Scopes ? v2Scopes(context, resources) : []),
  ]);
  const writes = writableResources.map((resource) => `user/${resource}.write`);
  return {
    fhir: new Set([
      ...oidcScopes,
      ...smartScopes,
      ...(hasSystemScopes ? bulkScopes : []),
      ...fhir,
      ...writes,
    ]),
    standard: new Set([...oidcScopes, ...standardScopes(hasSystemScopes)]),
  };
}

function v2Scopes(context: string, resources: Named): string[] {
  return resources.flatMap((resource) => [
    `${context}/${resource}.rs`,
    ...(granular[resource] ?? []).map(
      (category) => `${context}/${resource}.rs?category=${category}`,
    ),
  ]);
}

/** `system/patient.read` and the like are in the allow-list, though role system may not call /api/. */
function standardScopes(hasSystemScopes: boolean): string[] {
  const contexts = hasSystemScopes ? ['user', 'system'] : ['user'];
  return [
    ...portalResources.map((resource) => `patient/${resource}.read`),
    'user/insurance.$swap-insurance',
    ...contexts.flatMap((context) => [
      ...[...standardReadOnly, ...standardWritable].map((name) => `${context}/${name}.read`),
      ...standardWritable.map((name) => `${context}/${name}.write`),
    ]),
  ];
}
