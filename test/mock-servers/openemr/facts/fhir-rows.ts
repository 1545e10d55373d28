// Facts 3.2 to 3.7: what OpenEMR's FHIR answers.
import { parameterRows } from '../fhir/parameter-rows.ts';
import { type FactSection, inSuite } from './rows.ts';

const capabilities = inSuite('facts 3.6: CapabilityStatement');
const bulk = inSuite('bulk export');
const bound = inSuite('facts 3.2: a patient in context');
const docref = inSuite('$docref');
const patient = inSuite('FHIR Patient');
const others = inSuite('Practitioner and Organization');
const searches = inSuite('facts 3.2 and 3.5: searches in 7.0.3');

const parameters = (types: string) =>
  inSuite('facts 3.5: search parameters')(
    ...types.split(' ').map((type) => {
      const row = parameterRows.find(([known]) => known.split(' ').includes(type));
      return `${type}: ${row?.[1]}`;
    }),
  );

const fromOfficialName = 'reads only the official name and asks for a gender';

export const fhirSections: readonly FactSection[] = [
  {
    section: '3.2',
    rows: [
      [
        'Search result Bundle',
        ...patient('searches into a collection Bundle with a self link and no query'),
      ],
      [
        '`type` is',
        ...patient(
          'searches into a collection Bundle with a self link and no query',
          'answers an unknown parameter with an empty Bundle, as it does _count (bug of 7.0.3)',
        ),
      ],
      [
        'Paging:',
        ...searches('Patient?_count=1 -> 0', 'Patient?_offset=1 -> 0', 'Patient?_sort=family -> 0'),
      ],
      [
        '-> validation',
        ...patient('pages in 7.0.4'),
        ...searches('ignores paging for other types in 7.0.4, where only Patient has it'),
      ],
      [
        '**Unknown or invalid',
        ...searches('Patient?unknown=1 -> 0', 'Encounter?date=yesterday -> 0'),
        ...patient(
          'answers an unknown parameter with an empty Bundle, as it does _count (bug of 7.0.3)',
        ),
      ],
      [
        '_revinclude',
        ...searches(
          'adds Provenance for what it finds with _revinclude',
          'Observation?_include=Observation:patient -> 0',
        ),
      ],
      [
        'Patient-context',
        ...bound(
          'searches Patient?_id=:other within the own record',
          'gives only own observations, whichever patient is asked for',
          'does not find what belongs to another patient',
        ),
      ],
    ],
  },
  {
    section: '3.3',
    rows: [
      [
        '200 resource',
        ...patient(
          'reads one, refuses a malformed id with 400, and knows no other with 404 and []',
        ),
      ],
      [
        '`{"validationErrors"',
        ...patient(
          'reads one, refuses a malformed id with 400, and knows no other with 404 and []',
          'sends no ETag, Last-Modified or Location',
        ),
      ],
    ],
  },
  {
    section: '3.4',
    rows: [
      [
        'Create / update',
        ...others('creates and updates Practitioner, seen by both APIs'),
        ...patient('updates with 200 and the full resource'),
      ],
      [
        '- POST success',
        ...patient(
          'creates into the record, so that both APIs show the patient',
          'sends no ETag, Last-Modified or Location',
        ),
        ...others(
          'creates and updates Practitioner, seen by both APIs',
          'creates and updates Organization, seen by both APIs',
        ),
      ],
      ['- PUT success', ...patient('updates with 200 and the full resource')],
      ['- Structural', ...patient('refuses a wrong shape with an OperationOutcome')],
      ['- Semantic', ...patient(fromOfficialName), ...others('validates what it writes')],
      [
        '- FHIR Patient',
        ...patient(fromOfficialName, 'creates into the record, so that both APIs show the patient'),
      ],
      ['Race', ...patient('does not write race, ethnicity, language or extensions')],
      ['- PUT unknown', ...patient('refuses an update of nobody')],
      [
        '- POST to',
        ...['7.0.3', '7.0.4'].map(
          (version) =>
            `OpenEMR route tables OpenEMR routes in ${version} does not create or update Observation`,
        ),
      ],
    ],
  },
  {
    section: '3.5',
    rows: [
      [
        'Search parameters',
        ...searches(
          'Patient?given=Emily,John -> 2',
          'Patient?family=홍&family=김 -> 0',
          'Patient?family:exact=홍 -> 1',
          'Patient?name:contains=길동 -> 1',
          'Patient?family:missing=true -> 0',
          'Patient?birthdate=ge1985-06-15&birthdate=le1985-06-15 -> 1',
        ),
      ],
      ['Patient |', ...parameters('Patient')],
      ['Practitioner, Person', ...parameters('Practitioner Person')],
      ['Organization, Location', ...parameters('Organization Location')],
      ['PractitionerRole', ...parameters('PractitionerRole')],
      ['Encounter', ...parameters('Encounter')],
      ['Observation', ...parameters('Observation')],
      ['DiagnosticReport', ...parameters('DiagnosticReport')],
      ['DocumentReference', ...parameters('DocumentReference')],
      [
        'Condition, Allergy',
        ...parameters('Condition AllergyIntolerance Device Immunization Group'),
      ],
      ['Procedure', ...parameters('Procedure')],
      ['MedicationRequest', ...parameters('MedicationRequest')],
      ['Medication, ValueSet', ...parameters('Medication ValueSet')],
      ['Goal', ...parameters('Goal')],
      ['CarePlan', ...parameters('CarePlan')],
      ['CareTeam', ...parameters('CareTeam')],
      ['Coverage', ...parameters('Coverage')],
      ['Appointment', ...parameters('Appointment')],
      ['Provenance', ...searches('adds Provenance for what it finds with _revinclude')],
      ['+ ServiceRequest', ...parameters('ServiceRequest')],
      [
        '+ Specimen',
        ...parameters('Specimen MedicationDispense Media RelatedPerson Questionnaire'),
      ],
      [
        'Condition has NO',
        ...searches(
          'Condition?clinical-status=active -> 0',
          'Patient?family:text=홍 -> 0',
          'Observation?subject={patient} -> 0',
        ),
      ],
    ],
  },
  {
    section: '3.6',
    rows: [
      ['CapabilityStatement', ...capabilities('says what 7.0.3 serves', 'says what 7.0.4 serves')],
      ['software', ...capabilities('says what 7.0.3 serves', 'names itself and its form in 7.0.3')],
      [
        'security.extension',
        ...capabilities('shows where to sign in in 7.0.3', 'shows where to sign in in 7.0.4'),
      ],
      [
        '(context-passthrough',
        ...capabilities('shows where to sign in in 7.0.3', 'shows where to sign in in 7.0.4'),
      ],
      [
        'text "OAuth2',
        ...capabilities(
          'shows where to sign in in 7.0.3',
          'describes each type in 7.0.3',
          'describes each type in 7.0.4',
        ),
      ],
      ['US Core', ...capabilities('describes each type in 7.0.3', 'describes each type in 7.0.4')],
    ],
  },
  {
    section: '3.7',
    rows: [
      [
        'GET /fhir/$export',
        ...bulk(
          'needs the scope of the operation',
          'is 501 while system scopes are off',
          'refuses a wrong Accept header',
          'refuses a wrong Prefer header',
          'exports the patients of one group',
        ),
      ],
      [
        '202 + `Content-Location',
        ...bulk(
          'answers 202 with the place of the status, then the files',
          'says in its status what was asked and made',
          'deletes a job with its files, and knows no job twice',
          'exports nothing that was last changed before _since',
          'leaves out of a patient export what belongs to nobody',
        ),
      ],
      [
        'POST /fhir/DocumentReference',
        ...docref(
          'makes a CCD of the patient that Binary gives',
          'makes nothing for another type, and refuses a patient that nobody is',
        ),
      ],
    ],
  },
];
