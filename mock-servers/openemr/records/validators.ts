// What each kind of record must look like before OpenEMR takes it (facts 4.3 and 4.4).
import type { Database } from './database.ts';
import {
  callback,
  dateTime,
  emailAddress,
  type Failures,
  type Field,
  inArray,
  isText,
  lengthBetween,
  lengthOf,
  numeric,
  optional,
  patientEmail,
  required,
} from './validation.ts';

const title = required('title', [lengthBetween(2, 255)]);
const moment = dateTime('Y-m-d H:i:s');

/** src/Validators/PatientValidator.php */
export const patientFields: readonly Field[] = [
  required('fname', [lengthBetween(1, 255)], 'First Name'),
  required('lname', [lengthBetween(2, 255)], 'Last Name'),
  required('sex', [lengthBetween(4, 30)], 'Gender'),
  required('DOB', [dateTime('Y-m-d')], 'Date of Birth'),
  optional('email', [patientEmail], 'Email'),
];

/** What an update of nobody fails with, in both APIs. */
export function missingUuid(uuid: string): Failures {
  return { uuid: { [uuid]: `UUID ${uuid} does not exist` } };
}

/** src/Validators/PractitionerValidator.php */
export const practitionerFields: readonly Field[] = [
  required('fname', [lengthBetween(2, 255)], 'First Name'),
  required('lname', [lengthBetween(2, 255)], 'Last Name'),
  required('npi', [numeric, lengthBetween(10, 15)], 'NPI'),
  optional('facility_id', [numeric], 'Facility Id'),
  optional('email', [emailAddress], 'Email'),
];

/** src/Validators/FacilityValidator.php */
export const facilityFields: readonly Field[] = [
  required('name', [lengthBetween(2, 255)]),
  required('facility_npi', [numeric, lengthBetween(10, 15)]),
  ...['phone', 'city', 'state', 'street'].map((key) => optional(key, [lengthBetween(2, 255)])),
  optional('postal_code', [lengthBetween(2, 11)]),
  optional('email', [emailAddress]),
  ...['fax', 'website', 'color'].map((key) => optional(key, [isText])),
  ...['service_location', 'billing_location', 'accepts_assignment', 'pos_code'].map((key) =>
    optional(key, [numeric]),
  ),
];

/** src/Validators/ConditionValidator.php */
export const problemFields: readonly Field[] = [
  title,
  required('begdate', [dateTime('Y-m-d')]),
  optional('diagnosis', [lengthBetween(2, 255)]),
  optional('enddate', [dateTime('Y-m-d')]),
];

/** src/Validators/AllergyIntoleranceValidator.php */
export const allergyFields: readonly Field[] = [
  title,
  optional('begdate', [moment]),
  optional('diagnosis', [lengthBetween(2, 255)]),
  optional('enddate', [moment]),
  optional('comments'),
];

/** src/Services/ListService.php: medication, surgery, dental_issue. */
export const listFields: readonly Field[] = [
  title,
  optional('diagnosis', [lengthBetween(2, 255)]),
  optional('begdate', [moment]),
  optional('enddate', [moment]),
];

const measured =
  'bps bpd weight height temperature pulse respiration BMI waist_circ head_circ oxygen_saturation'.split(
    ' ',
  );

/** src/Services/EncounterService.php validateVital */
export const vitalFields: readonly Field[] = [
  ...measured.slice(0, 5).map((key) => optional(key, [numeric])),
  optional('temp_method', [lengthBetween(1, 255)]),
  ...measured.slice(5, 7).map((key) => optional(key, [numeric])),
  optional('note', [lengthBetween(1, 255)]),
  optional('BMI', [numeric]),
  optional('BMI_status', [lengthBetween(1, 255)]),
  ...measured.slice(8).map((key) => optional(key, [numeric])),
];

/** src/Services/EncounterService.php validateSoapNote */
export const soapFields: readonly Field[] = ['subjective', 'objective', 'assessment', 'plan'].map(
  (key) => optional(key, [lengthBetween(2, 65535)]),
);

/** src/Services/AppointmentService.php validate */
export function appointmentFields(database: Database): readonly Field[] {
  const isUser = (id: string) =>
    database.get('SELECT id FROM users WHERE id = ?', id) !== undefined;
  return [
    required('pc_catid', [numeric]),
    required('pc_title', [lengthBetween(2, 150)]),
    required('pc_duration', [numeric]),
    required('pc_hometext', [isText]),
    required('pc_apptstatus', [isText]),
    required('pc_eventDate', [dateTime('Y-m-d')]),
    required('pc_startTime', [lengthOf(5)]),
    required('pc_facility', [numeric]),
    required('pc_billing_location', [numeric]),
    optional('pc_aid', [numeric, callback(isUser)]),
  ];
}

/** src/Validators/EncounterValidator.php, insert */
export function encounterFields(database: Database): readonly Field[] {
  const isClass = (code: string) =>
    database.get(
      "SELECT 1 FROM list_options WHERE list_id = '_ActEncounterCode' AND option_id = ?",
      code,
    ) !== undefined;
  return [
    required('pc_catid', [], 'Visit Category'),
    required('class_code', [inArray(isClass)]),
    required('puuid'),
  ];
}

/** src/Validators/EncounterValidator.php, update */
export const encounterUpdateFields: readonly Field[] = [
  required('user'),
  required('group'),
  required('puuid'),
  required('euuid'),
];

/** src/Services/MessageService.php validate */
export const messageFields: readonly Field[] = [
  required('body', [lengthBetween(2, 65535)]),
  required('to', [lengthBetween(2, 255)]),
  required('from', [lengthBetween(2, 255)]),
  required('groupname', [lengthBetween(2, 255)]),
  required('title', [lengthBetween(2, 255)]),
  required('message_status', [lengthBetween(2, 20)]),
];

/** src/Services/InsuranceCompanyService.php validate */
export const insuranceCompanyFields: readonly Field[] = [
  required('name', [lengthBetween(2, 255)]),
  optional('attn', [lengthBetween(2, 255)]),
  optional('cms_id', [lengthBetween(2, 15)]),
  optional('alt_cms_id', [lengthBetween(2, 15)]),
  optional('ins_type_code', [numeric]),
  optional('x12_receiver_id', [lengthBetween(2, 25)]),
  optional('x12_default_partner_id', [numeric]),
  optional('line1', [lengthBetween(2, 255)]),
  optional('line2', [lengthBetween(2, 255)]),
  optional('city', [lengthBetween(2, 255)]),
  optional('state', [lengthBetween(2, 35)]),
  optional('zip', [lengthBetween(2, 10)]),
  optional('country', [lengthBetween(2, 255)]),
];

/** src/Services/TransactionService.php validate */
export const transactionFields: readonly Field[] = [
  required('message', [lengthBetween(2, 255)]),
  required('type', [lengthBetween(2, 255)]),
  required('groupname', [lengthBetween(2, 255)]),
  required('referByNpi', [numeric]),
  required('referToNpi', [numeric]),
  required('referDiagnosis', [lengthBetween(2, 255)]),
  required('riskLevel', [lengthBetween(2, 255)]),
  required('includeVitals', [numeric]),
  required('referralDate', [dateTime('Y-m-d')]),
  required('authorization', [lengthBetween(2, 255)]),
  required('visits', [numeric]),
  required('validFrom', [dateTime('Y-m-d')]),
  required('validThrough', [dateTime('Y-m-d')]),
  required('body', [lengthBetween(2, 65535)]),
];

/** src/Validators/CoverageValidator.php: what an insurance policy needs. */
export const insuranceFields: readonly Field[] = [
  required('type', [inArray((type) => ['primary', 'secondary', 'tertiary'].includes(type))]),
  required('provider', [numeric]),
  required('policy_number', [lengthBetween(2, 255)]),
  required('subscriber_lname', [lengthBetween(2, 255)]),
  required('subscriber_fname', [lengthBetween(2, 255)]),
  required('subscriber_relationship', [lengthBetween(2, 255)]),
  required('subscriber_DOB', [dateTime('Y-m-d')]),
  required('subscriber_street', [lengthBetween(2, 255)]),
  required('subscriber_postal_code', [lengthBetween(2, 255)]),
  required('subscriber_city', [lengthBetween(2, 255)]),
  required('subscriber_state', [lengthBetween(2, 255)]),
  required('subscriber_sex', [lengthBetween(1, 25)]),
  required('accept_assignment', [inArray((answer) => ['TRUE', 'FALSE'].includes(answer))]),
  required('date', [dateTime('Y-m-d')]),
  optional('date_end', [dateTime('Y-m-d')]),
];
