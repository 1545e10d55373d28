// Facts 3.1: which types OpenEMR's FHIR has, and what can be done with them.
import { type FactSection, inSuite, noBehaviour } from './rows.ts';

const foreign = inSuite('fhir-kit-client on OpenEMR FHIR');
const searches = inSuite('facts 3.2 and 3.5: searches in 7.0.3');
const tables = inSuite('OpenEMR route tables');
const older = inSuite('OpenEMR route tables OpenEMR routes in 7.0.3');
const later = inSuite('OpenEMR route tables OpenEMR routes in 7.0.4');
const both = (...titles: string[]) => [...older(...titles), ...later(...titles)];

const routesOf: Readonly<Record<string, (type: string) => string>> = {
  R: (type) =>
    `GET /fhir/${type}/:${{ OperationDefinition: 'operation', Binary: 'id' }[type] ?? 'uuid'}`,
  S: (type) => `GET /fhir/${type}`,
  C: (type) => `POST /fhir/${type}`,
  U: (type) => `PUT /fhir/${type}/:uuid`,
};
const routes = (types: string, letters: string): string[] =>
  types
    .split(' ')
    .flatMap((type) => letters.split('').map((letter) => routesOf[letter]?.(type) ?? letter));
const answered = (types: string, letters: string) =>
  routes(types, letters).map((route) => `answers ${route}`);
const addedIn704 = (types: string, letters: string) => [
  ...older(...routes(types, letters).map((route) => `does not know ${route}`)),
  ...later(...answered(types, letters)),
];
const unwritable = (types: string) =>
  types.split(' ').map((type) => `does not create or update ${type}`);
const readOnly =
  'AllergyIntolerance CarePlan CareTeam Condition Coverage Device DiagnosticReport DocumentReference Encounter Goal Group Immunization Location Medication MedicationRequest Observation Person PractitionerRole Procedure Provenance';

export const fhirRouteSection: FactSection = {
  section: '3.1',
  rows: [
    [
      'Resources and interactions',
      ...tables('hold 92 standard, 5 portal and 80 FHIR routes, 67 of them in 7.0.3'),
    ],
    ['Patient | R S', ...both(...answered('Patient', 'RSCU'), 'answers GET /fhir/Patient/$export')],
    ['Practitioner, Org', ...both(...answered('Practitioner Organization', 'RSCU'))],
    ['AllergyIntolerance', ...both(...answered(readOnly, 'RS'))],
    ['DocumentReference/$docref', ...both('answers POST /fhir/DocumentReference/$docref')],
    ['Binary', ...both(...answered('Binary', 'R'))],
    ['Appointment', ...both(...answered('Appointment OperationDefinition', 'RS'))],
    ['ValueSet', ...both(...answered('ValueSet', 'RS'))],
    [
      'ServiceRequest, Spec',
      ...addedIn704(
        'ServiceRequest Specimen Media MedicationDispense RelatedPerson QuestionnaireResponse',
        'RS',
      ),
    ],
    ['Questionnaire |', ...addedIn704('Questionnaire', 'S')],
    ['**ImagingStudy** | - |', ...both('does not know /fhir/ImagingStudy')],
    [
      'DELETE, PATCH',
      ...foreign('fails on what OpenEMR has not: delete, patch, history'),
      ...both('answers DELETE /fhir/$bulkdata-status'),
    ],
    ['POST {Resource}', ...searches('takes a search by POST, form and query together')],
    ['Counts of', ...tables('hold 92 standard, 5 portal and 80 FHIR routes, 67 of them in 7.0.3')],
    ['Answer for', noBehaviour('the table follows')],
    ['Patient | yes', ...both(...answered('Patient', 'RSCU'))],
    [
      'Encounter, Observation',
      ...both(
        ...answered(
          'Encounter Observation DiagnosticReport MedicationRequest Condition Procedure',
          'RS',
        ),
        ...unwritable(
          'Encounter Observation DiagnosticReport MedicationRequest Condition Procedure',
        ),
      ),
    ],
    [
      'ServiceRequest | 7',
      ...addedIn704('ServiceRequest', 'RS'),
      ...both(...unwritable('ServiceRequest')),
    ],
    [
      'ImagingStudy | NO',
      ...both('does not know /fhir/ImagingStudy', ...unwritable('ImagingStudy')),
    ],
    [
      '(Create for',
      ...both(
        'answers POST /api/patient/:puuid/encounter',
        'answers POST /api/patient/:puuid/medical_problem',
        'answers POST /api/patient/:pid/encounter/:eid/vital',
      ),
      ...inSuite('one record behind both APIs')(
        'shows an encounter and its vitals, made by the standard API, in FHIR',
      ),
    ],
  ],
};
