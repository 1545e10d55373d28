// Values of elements as rows of the index, one function per type of parameter
// (http://hl7.org/fhir/R4/search.html#table: which data types a parameter type covers).
import { BEGIN_OF_TIME, type DateRange, END_OF_TIME, parseDateRange } from './date-range.ts';

type Json = Readonly<Record<string, unknown>>;

/** Folds case and accents; Hangul stays composed, so that a syllable is a prefix of a name. */
export function normalize(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase().trim();
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .trim();
}

/** @returns [normalized, as written] */
export function stringsOf(value: unknown, type: string): [string, string][] {
  const parts =
    type === 'HumanName'
      ? fieldsOf(value, ['text', 'family', 'given', 'prefix', 'suffix'])
      : type === 'Address'
        ? fieldsOf(value, ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'])
        : [value];
  return parts.filter(isString).map((part) => [normalize(part), part]);
}

/** @returns [code, system]; "" for no system */
export function tokensOf(value: unknown, type: string): [string, string][] {
  switch (type) {
    case 'CodeableConcept': {
      const codings = listOf(objectOf(value)['coding']);
      if (codings.length === 1) return tokensOf(codings[0], 'Coding');
      return codings.flatMap((coding) => tokensOf(coding, 'Coding'));
    }
    case 'Coding': {
      const { code, system } = objectOf(value);
      return token(code, system);
    }
    case 'Identifier': {
      const { value: code, system } = objectOf(value);
      return token(code, system);
    }
    case 'ContactPoint':
      return token(objectOf(value)['value'], undefined);
    case 'boolean':
      return typeof value === 'boolean' ? [[String(value), '']] : [];
    default:
      return token(value, undefined);
  }
}

function token(code: unknown, system: unknown): [string, string][] {
  const hasSystem = isString(system);
  if (!isString(code) && !hasSystem) return [];
  return [[isString(code) ? code : '', hasSystem ? system : '']];
}

/** @returns [low, high) in ms */
export function datesOf(value: unknown, type: string): [number, number][] {
  const ranges =
    type === 'Period' ? periodOf(value) : type === 'Timing' ? timingOf(value) : rangeOf(value);
  return ranges.map(({ low, high }) => [low, high]);
}

function rangeOf(value: unknown): DateRange[] {
  const range = isString(value) ? parseDateRange(value) : undefined;
  return range === undefined ? [] : [range];
}

function periodOf(value: unknown): DateRange[] {
  const { start, end } = objectOf(value);
  const [from] = rangeOf(start);
  const [to] = rangeOf(end);
  if (from === undefined && to === undefined) return [];
  return [{ low: from?.low ?? BEGIN_OF_TIME, high: to?.high ?? END_OF_TIME }];
}

/** The whole of a schedule, from its first event to its last. */
function timingOf(value: unknown): DateRange[] {
  const { event, repeat } = objectOf(value);
  const ranges = [...listOf(event).flatMap(rangeOf), ...periodOf(objectOf(repeat)['boundsPeriod'])];
  if (ranges.length === 0) return [];
  return [
    {
      low: Math.min(...ranges.map(({ low }) => low)),
      high: Math.max(...ranges.map(({ high }) => high)),
    },
  ];
}

/** @returns [low, high], both included */
export function numbersOf(value: unknown, type: string): [number, number][] {
  if (type === 'Range') {
    const { low, high } = objectOf(value);
    const from = numberOf(objectOf(low)['value']);
    const to = numberOf(objectOf(high)['value']);
    if (from === undefined && to === undefined) return [];
    return [[from ?? -Number.MAX_VALUE, to ?? Number.MAX_VALUE]];
  }
  const number = numberOf(value);
  return number === undefined ? [] : [[number, number]];
}

/** @returns [low, high, system, code, unit] */
export function quantitiesOf(
  value: unknown,
  type: string,
): [number, number, string, string, string][] {
  if (type === 'SampledData') return [];
  const [range] =
    type === 'Range' ? numbersOf(value, type) : numbersOf(objectOf(value)['value'], 'decimal');
  if (range === undefined) return [];
  const source =
    type === 'Range'
      ? objectOf(objectOf(value)['low'] ?? objectOf(value)['high'])
      : objectOf(value);
  if (type === 'Money') return [[...range, 'urn:iso:std:iso:4217', textOf(source['currency']), '']];
  return [[...range, textOf(source['system']), textOf(source['code']), textOf(source['unit'])]];
}

export function urisOf(value: unknown): [string][] {
  return isString(value) ? [[value]] : [];
}

/** Raw numbers (written with digits that a double would drop) count by their value. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : undefined;
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown, names: readonly string[]): unknown[] {
  const object = objectOf(value);
  return names.flatMap((name) => object[name] ?? []);
}

function textOf(value: unknown): string {
  return isString(value) ? value : '';
}

function isString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
