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

export type PrimitiveCheck = (value: unknown) => boolean;

const accepts: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (value) => typeof value === 'boolean',
  decimal: isNumber,
  integer: integerFrom(-2_147_483_648),
  unsignedInt: integerFrom(0),
  positiveInt: integerFrom(1),
  string: isText,
  markdown: isText,
  xhtml: isText,
  code: (value) => typeof value === 'string' && patterns.code.test(value),
  id: (value) => typeof value === 'string' && patterns.id.test(value),
  uri: isUri,
  url: isUri,
  canonical: isUri,
  oid: (value) => typeof value === 'string' && patterns.oid.test(value),
  uuid: (value) => typeof value === 'string' && patterns.uuid.test(value),
  date: (value) => typeof value === 'string' && patterns.date.test(value) && isCalendarDay(value),
  dateTime: (value) =>
    typeof value === 'string' && patterns.dateTime.test(value) && isCalendarDay(value),
  instant: (value) =>
    typeof value === 'string' && patterns.instant.test(value) && isCalendarDay(value),
  time: (value) => typeof value === 'string' && patterns.time.test(value),
  base64Binary: isBase64,
};

/** Whether a value is one of the type. An unknown type name is a programming error. */
export function primitiveCheck(type: string): PrimitiveCheck {
  const check = accepts[type];
  if (check === undefined) throw new TypeError(`not a primitive type: ${type}`);
  return check;
}

/** What is wrong with a value that the type does not accept. */
export function primitiveFault(type: string, value: unknown): PrimitiveFault {
  if (type === 'boolean') return 'type';
  const isNumeric = ['decimal', 'integer', 'unsignedInt', 'positiveInt'].includes(type);
  const isOfType = isNumeric ? isNumber(value) : typeof value === 'string';
  return isOfType ? 'value' : 'type';
}

function integerFrom(low: number): PrimitiveCheck {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= 2_147_483_647;
}

function isUri(value: unknown): boolean {
  return typeof value === 'string' && patterns.uri.test(value);
}

/** A number, or one that keeps the digits it was written with (exact-json.ts). */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || JSON.isRawJSON(value);
}

function isText(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_STRING_LENGTH &&
    !forbiddenControl.test(value)
  );
}

function isBase64(value: unknown): boolean {
  if (typeof value !== 'string' || !patterns.base64Binary.test(value)) return false;
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
