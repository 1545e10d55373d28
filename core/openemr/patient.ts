// What OpenEMR accepts as a new patient, checked here first so that a form can point at the field.
import { Buffer } from 'node:buffer';
import { WorkbenchError } from '../errors.ts';
import { type Text, text } from '../text.ts';
import type { ValidationMessages } from './wire.ts';

export interface PatientInput {
  readonly fname: string;
  readonly lname: string;
  readonly mname?: string;
  /** A word such as `Male` or `Female`: one letter is refused. */
  readonly sex: string;
  /** YYYY-MM-DD */
  readonly DOB: string;
  readonly pubpid?: string;
  readonly email?: string;
  readonly phone_home?: string;
  readonly phone_cell?: string;
  readonly street?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postal_code?: string;
  readonly country_code?: string;
}

/** The only filters of `GET /patient` that OpenEMR heeds; it ignores any other without a word. */
export interface PatientFilter {
  readonly fname?: string;
  readonly lname?: string;
  readonly DOB?: string;
  readonly sex?: string;
  readonly ss?: string;
  readonly email?: string;
  readonly phone_home?: string;
  readonly phone_cell?: string;
  readonly street?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postal_code?: string;
  readonly country_code?: string;
}

/** Refused by field: `messages` may quote what was entered, so they are for the person who entered it. */
export class OpenEmrValidationError extends WorkbenchError<'OPENEMR_VALIDATION'> {
  readonly messages: ValidationMessages;

  constructor(messages: ValidationMessages) {
    const fields = Object.keys(messages).join(', ');
    super(
      'OPENEMR_VALIDATION',
      text('OpenEMR does not accept these fields: {fields}. Correct them and send again.', {
        fields,
      }),
    );
    this.name = 'OpenEmrValidationError';
    this.messages = messages;
  }
}

export interface FieldProblem {
  readonly field: keyof PatientInput;
  readonly sentence: Text;
}

/** The rules of OpenEMR's PatientValidator; lengths count bytes, so one Korean syllable is three. */
export function patientProblems(input: PatientInput): readonly FieldProblem[] {
  return [
    ...lengthProblem('fname', input.fname, 1, 255),
    ...lengthProblem('lname', input.lname, 2, 255),
    ...lengthProblem('sex', input.sex, 4, 30),
    ...(isDate(input.DOB)
      ? []
      : [
          {
            field: 'DOB',
            sentence: text('The date of birth must be a real date in the form YYYY-MM-DD.'),
          } as const,
        ]),
    ...(input.email === undefined ||
    input.email === '' ||
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(input.email)
      ? []
      : [{ field: 'email', sentence: text('The e-mail address is not valid.') } as const]),
  ];
}

function lengthProblem(
  field: 'fname' | 'lname' | 'sex',
  value: string,
  least: number,
  most: number,
): readonly FieldProblem[] {
  const bytes = Buffer.byteLength(value);
  if (bytes >= least && bytes <= most) return [];
  const sentence =
    field === 'sex'
      ? text('The sex must be a word such as Male, Female or Unknown: OpenEMR refuses one letter.')
      : text('{field} must have {least} to {most} bytes, but has {bytes}.', {
          field,
          least,
          most,
          bytes,
        });
  return [{ field, sentence }];
}

function isDate(value: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (parts === null) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
