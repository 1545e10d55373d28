// Shapes of OpenEMR's standard API answers, as they come over the wire: keys are never renamed.
import { hasShape, isRecord, isString } from '../guards.ts';

/** Field name to rule to sentence, such as `{ fname: { 'Required::NON_EXISTENT_KEY': '…' } }`. */
export type ValidationMessages = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** OpenEMR: `validationErrors` is `[]` when empty (PHP has one array type) and an object when filled. */
export interface ApiEnvelope<T = unknown> {
  readonly validationErrors: ValidationMessages | readonly never[];
  readonly internalErrors: readonly unknown[];
  readonly data: T;
  readonly links?: Readonly<Record<string, string>> | readonly never[];
}

/** The fields of `patient_data` that this project reads; the record carries every column of the table. */
export interface PatientRecord {
  readonly uuid: string;
  /** An int from a bound query, a string otherwise (issue #8304). */
  readonly pid: number | string;
  readonly pubpid?: string | null;
  readonly fname: string;
  readonly lname: string;
  readonly mname?: string | null;
  readonly DOB?: string | null;
  readonly sex?: string | null;
  readonly ss?: string | null;
  readonly email?: string | null;
  readonly phone_home?: string | null;
  readonly phone_cell?: string | null;
  readonly street?: string | null;
  readonly city?: string | null;
  readonly state?: string | null;
  readonly postal_code?: string | null;
  readonly country_code?: string | null;
}

/** What `POST /patient` answers, and `POST` of a FHIR Patient too. */
export interface CreatedPatient {
  readonly pid: number | string;
  readonly uuid: string;
}

export function isEnvelope(value: unknown): value is ApiEnvelope {
  return (
    isRecord(value) &&
    'data' in value &&
    Array.isArray(value['internalErrors']) &&
    (isEmptyArray(value['validationErrors']) || isValidationMessages(value['validationErrors']))
  );
}

export function isValidationMessages(value: unknown): value is ValidationMessages {
  return isRecord(value) && Object.values(value).every(isMessages);
}

export function isPatientRecord(value: unknown): value is PatientRecord {
  return (
    isRecord(value) &&
    isString(value['fname']) &&
    isString(value['lname']) &&
    nullableTexts.every((key) => isOptionalText(value[key])) &&
    isCreatedPatient(value)
  );
}

export const isCreatedPatient = hasShape<{ pid: number | string; uuid: string }>({
  pid: isNumberOrString,
  uuid: isString,
});

const nullableTexts = ['pubpid', 'mname', 'DOB', 'sex', 'ss', 'email', 'phone_home', 'phone_cell'];

function isMessages(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isString);
}

function isEmptyArray(value: unknown): value is readonly never[] {
  return Array.isArray(value) && value.length === 0;
}

function isNumberOrString(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}
