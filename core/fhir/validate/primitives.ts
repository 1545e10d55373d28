// Primitive types of R4 (http://hl7.org/fhir/R4/datatypes.html#primitive). Where the official
// expression is looser than the text beside it (dates of no calendar, base64 with exponential
// back-tracking), the text is followed.

/** What is wrong with a primitive value. */
export type PrimitiveFault = 'type' | 'value';

const timeZone = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))';
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?';
const year = '(?!0000)\\d{4}';
const day = `${year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])`;
const partialDate = `${year}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01]))?)?`;

const patterns = {
  base64Binary: /^[\s]*(?:[0-9a-zA-Z+/]\s*){0,}(?:=\s*){0,2}$/,
  code: /^[^\s]+(?:\s[^\s]+)*$/,
  date: new RegExp(`^${partialDate}$`),
  dateTime: new RegExp(`^(?:${partialDate}|${day}T${time}${timeZone})$`),
  id: /^[A-Za-z0-9\-.]{1,64}$/,
  instant: new RegExp(`^${day}T${time}${timeZone}$`),
  oid: /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/,
  time: new RegExp(`^${time}$`),
  uri: /^\S+$/,
  uuid: /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

/** Characters below 32 other than tab, line feed and carriage return (R4 2.24.0.1, string). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const forbiddenControl = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const MAX_STRING_LENGTH = 1024 * 1024;

/** Undefined when the value is good. */
export type PrimitiveCheck = (value: unknown) => PrimitiveFault | undefined;

const checks: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'type'),
  decimal: (value) => (isNumber(value) ? undefined : 'type'),
  integer: integerBetween(-2_147_483_648),
  unsignedInt: integerBetween(0),
  positiveInt: integerBetween(1),
  string: textThat(isText),
  markdown: textThat(isText),
  xhtml: textThat(isText),
  code: textThat((value) => patterns.code.test(value)),
  id: textThat((value) => patterns.id.test(value)),
  uri: textThat((value) => patterns.uri.test(value)),
  url: textThat((value) => patterns.uri.test(value)),
  canonical: textThat((value) => patterns.uri.test(value)),
  oid: textThat((value) => patterns.oid.test(value)),
  uuid: textThat((value) => patterns.uuid.test(value)),
  date: textThat((value) => patterns.date.test(value) && isCalendarDay(value)),
  dateTime: textThat((value) => patterns.dateTime.test(value) && isCalendarDay(value)),
  instant: textThat((value) => patterns.instant.test(value) && isCalendarDay(value)),
  time: textThat((value) => patterns.time.test(value)),
  base64Binary: textThat(isBase64),
};

/** An unknown type name is a programming error. */
export function primitiveCheck(type: string): PrimitiveCheck {
  const check = checks[type];
  if (check === undefined) throw new TypeError(`not a primitive type: ${type}`);
  return check;
}

function textThat(accepts: (value: string) => boolean): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'string') return 'type';
    return accepts(value) ? undefined : 'value';
  };
}

function integerBetween(low: number): PrimitiveCheck {
  return (value) => {
    if (!isNumber(value)) return 'type';
    if (typeof value !== 'number') return 'value';
    return Number.isInteger(value) && value >= low && value <= 2_147_483_647 ? undefined : 'value';
  };
}

/** A number, or one that keeps the digits it was written with (exact-json.ts). */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || JSON.isRawJSON(value);
}

function isText(value: string): boolean {
  return value.length > 0 && value.length <= MAX_STRING_LENGTH && !forbiddenControl.test(value);
}

function isBase64(value: string): boolean {
  if (!patterns.base64Binary.test(value)) return false;
  const digits = value.replace(/\s/g, '').length;
  return digits > 0 && digits % 4 === 0;
}

const ZERO = 48;

/** The expressions allow 30 February. */
function isCalendarDay(value: string): boolean {
  if (value.length < 10) return true;
  const dayOfMonth = value.charCodeAt(8) * 10 + value.charCodeAt(9) - 11 * ZERO;
  if (dayOfMonth <= 28) return true;
  return (
    dayOfMonth <=
    new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0)).getUTCDate()
  );
}
