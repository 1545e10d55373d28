// The rules and sentences of particle/validator 2.3.5 as OpenEMR uses them. Lengths are bytes (PHP's
// strlen). A missing or empty value ends the chain of a key; other failures add up.
import type { Values } from './database.ts';

/** Failing keys in the order of the fields; each with its failures by rule. */
export type Failures = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @returns rule key and sentence when the value fails */
export type Rule = (value: unknown, label: string) => readonly [string, string] | undefined;

export interface Field {
  readonly key: string;
  readonly label: string;
  readonly required: boolean;
  readonly allowEmpty: boolean;
  readonly rules: readonly Rule[];
}

export function required(key: string, rules: readonly Rule[] = [], label?: string): Field {
  return {
    key,
    label: label ?? key.replaceAll('_', ' '),
    required: true,
    allowEmpty: false,
    rules,
  };
}

export function optional(key: string, rules: readonly Rule[] = [], label?: string): Field {
  return {
    key,
    label: label ?? key.replaceAll('_', ' '),
    required: false,
    allowEmpty: true,
    rules,
  };
}

/** The update context: keys may be absent, but what is sent must be as good as on insert. */
export function forUpdate(fields: readonly Field[]): Field[] {
  return fields.map((field) => ({ ...field, required: false }));
}

/** @returns undefined when everything is fine */
export function validate(fields: readonly Field[], values: Values): Failures | undefined {
  const failures: Record<string, Record<string, string>> = {};
  for (const field of fields) {
    const failed = failuresOf(field, values);
    if (failed.length > 0) failures[field.key] = Object.fromEntries(failed);
  }
  return Object.keys(failures).length > 0 ? failures : undefined;
}

function failuresOf(field: Field, values: Values): (readonly [string, string])[] {
  const { key, label } = field;
  if (!Object.hasOwn(values, key)) {
    // The raw key, not the label.
    const missing = `${key} must be provided, but does not exist`;
    return field.required ? [['Required::NON_EXISTENT_KEY', missing]] : [];
  }
  const value = values[key];
  if (isEmpty(value)) {
    return field.allowEmpty ? [] : [['NotEmpty::EMPTY_VALUE', `${label} must not be empty`]];
  }
  return field.rules.map((rule) => rule(value, label)).filter((failure) => failure !== undefined);
}

export const lengthBetween =
  (min: number, max: number): Rule =>
  (value, label) => {
    const bytes = Buffer.byteLength(asText(value));
    if (bytes < min)
      return ['LengthBetween::TOO_SHORT', `${label} must be ${min} characters or longer`];
    if (bytes > max)
      return ['LengthBetween::TOO_LONG', `${label} must be ${max} characters or shorter`];
    return undefined;
  };

export const lengthOf =
  (length: number): Rule =>
  (value, label) => {
    const bytes = Buffer.byteLength(asText(value));
    const sentence = (how: string) =>
      `${label} is too ${how} and must be ${length} characters long`;
    if (bytes < length) return ['Length::TOO_SHORT', sentence('short')];
    return bytes > length ? ['Length::TOO_LONG', sentence('long')] : undefined;
  };

/** @param format - `Y-m-d` or `Y-m-d H:i:s`; what PHP reads must print as the same text again */
export const dateTime =
  (format: 'Y-m-d' | 'Y-m-d H:i:s'): Rule =>
  (value, label) =>
    isDate(asText(value), format)
      ? undefined
      : ['DateTime::INVALID_VALUE', `${label} must be a valid date`];

export const numeric: Rule = (value, label) =>
  /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(asText(value))
    ? undefined
    : ['Numeric::NOT_NUMERIC', `${label} must be numeric`];

export const isText: Rule = (value, label) =>
  typeof value === 'string' ? undefined : ['IsString::NOT_A_STRING', `${label} must be a string`];

export const inArray =
  (allowed: (value: string) => boolean): Rule =>
  (value, label) =>
    allowed(asText(value))
      ? undefined
      : ['InArray::NOT_IN_ARRAY', `${label} must be in the defined set of values`];

export const callback =
  (isValid: (value: string) => boolean): Rule =>
  (value, label) =>
    isValid(asText(value)) ? undefined : ['Callback::INVALID_VALUE', `${label} is invalid`];

export const emailAddress: Rule = (value, label) =>
  looksLikeEmail(asText(value))
    ? undefined
    : ['Email::INVALID_VALUE', `${label} must be a valid email address`];

/** OpenEMR's own check of a patient's address has its own key and sentence (facts 4.3). */
export const patientEmail: Rule = (value) =>
  looksLikeEmail(asText(value))
    ? undefined
    : ['email', `Email ${asText(value)} is not a valid email`];

export function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function asText(value: unknown): string {
  // PHP prints an array as the word Array, false as nothing.
  if (typeof value === 'object') return 'Array';
  if (typeof value === 'boolean') return value ? '1' : '';
  return String(value);
}

function isDate(text: string, format: string): boolean {
  const [, day = '', time] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(text) ?? [];
  if (day === '' || (time === undefined) !== (format === 'Y-m-d')) return false;
  const instant = new Date(`${day}T${time ?? '00:00:00'}Z`);
  if (Number.isNaN(instant.getTime())) return false;
  const printed = instant.toISOString();
  return printed.startsWith(time === undefined ? day : `${day}T${time}`);
}

function looksLikeEmail(text: string): boolean {
  return /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(
    text,
  );
}
