// One search parameter as an SQL condition. OpenEMR's rules: comma is OR, strings compare by prefix,
// everything without case; a wrong value makes the whole search invalid.
import type { Cell } from '../records/database.ts';
import { dictionary } from '../records/dictionary.ts';
import { contains } from '../records/patient-index.ts';
import { isUuid } from '../records/records.ts';
import type { Parameter } from './service.ts';

export interface Condition {
  readonly sql: string;
  readonly bound: readonly Cell[];
}

/** The search cannot be understood. A collection then answers as if nothing matched (facts 3.2). */
export class SearchFieldError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'SearchFieldError';
    this.field = field;
  }
}

/** @throws SearchFieldError */
export function conditionOf(
  name: string,
  modifier: string,
  value: string,
  parameter: Parameter,
): Condition {
  if (modifier === 'missing') return missing(name, value, parameter);
  const compare = comparisons[parameter.kind];
  const conditions = splitValues(value).flatMap((single) =>
    parameter.columns.map((column) => {
      const compared = compare(`"${column}"`, single, modifier, name);
      return parameter.isIndexed ? narrowed(column, single, compared) : compared;
    }),
  );
  return {
    sql: `(${conditions.map((condition) => condition.sql).join(' OR ')})`,
    bound: conditions.flatMap((condition) => condition.bound),
  };
}

// Prefix, piece and whole are all contained in the field: the index leaves few rows to compare.
function narrowed(column: string, value: string, compared: Condition): Condition {
  const candidates = contains(column, value);
  if (!candidates) return compared;
  return {
    sql: `(${candidates.sql} AND ${compared.sql})`,
    bound: [...candidates.bound, ...compared.bound],
  };
}

type Compare = (column: string, value: string, modifier: string, name: string) => Condition;

const comparisons: Readonly<Record<Parameter['kind'], Compare>> = {
  uuid(column, value, modifier, name) {
    refuseModifier(modifier, name);
    if (!isUuid(value)) throw new SearchFieldError(name, invalidUuid);
    return { sql: `${column} = ?`, bound: [value.toLowerCase()] };
  },
  reference(column, value, modifier, name) {
    refuseModifier(modifier, name);
    const uuid = value.split('/').at(-1) ?? '';
    if (!isUuid(uuid)) throw new SearchFieldError(name, invalidUuid);
    return { sql: `${column} = ?`, bound: [uuid.toLowerCase()] };
  },
  // OpenEMR parses `system|code` and compares the code alone.
  token(column, value, modifier, name) {
    refuseModifier(modifier, name);
    const code = value.includes('|') ? value.slice(value.indexOf('|') + 1) : value;
    return { sql: `${column} = ? COLLATE NOCASE`, bound: [code] };
  },
  string(column, value, modifier, name) {
    const sql = stringComparisons[modifier]?.(column);
    if (sql === undefined) throw new SearchFieldError(name, unsupportedModifier);
    return { sql, bound: [value] };
  },
  date: (column, value, modifier, name) => compareDate(column, value, modifier, name, 10),
  datetime: (column, value, modifier, name) => compareDate(column, value, modifier, name, 19),
};

const stringComparisons = dictionary({
  '': (column: string) => `instr(fold(${column}), fold(?)) = 1`,
  contains: (column: string) => `instr(fold(${column}), fold(?)) > 0`,
  exact: (column: string) => `${column} = ? COLLATE NOCASE`,
});

const invalidUuid =
  'The search field argument was invalid, improperly formatted, or could not be parsed.  Inner message: UUID columns must be a valid UUID string';
const unsupportedModifier = 'This search modifier is not supported for this field';

function refuseModifier(modifier: string, name: string): void {
  if (modifier !== '') throw new SearchFieldError(name, unsupportedModifier);
}

function missing(name: string, value: string, parameter: Parameter): Condition {
  if (value !== 'true' && value !== 'false') throw new SearchFieldError(name, unsupportedModifier);
  const empty = parameter.columns.map((column) => `ifnull("${column}", '') = ''`);
  const all = `(${empty.join(' AND ')})`;
  return { sql: value === 'true' ? all : `NOT ${all}`, bound: [] };
}

function splitValues(value: string): string[] {
  return value.split(/(?<!\\),/).map((single) => single.replaceAll('\\,', ','));
}

const datePattern =
  /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

// A partial date stands for its whole period: `2025-01` is January.
function compareDate(
  column: string,
  value: string,
  modifier: string,
  name: string,
  length: 10 | 19,
): Condition {
  refuseModifier(modifier, name);
  const match = datePattern.exec(value.replace(' ', '+'));
  const period = match && periodOf(match);
  if (!period) {
    throw new SearchFieldError(name, 'Date format invalid must match ISO8601 format and values');
  }
  const [first, last] = period.map((instant) => instant.slice(0, length)) as [string, string];
  const stored = `substr(${column}, 1, ${length})`;
  const within = { sql: `(${stored} >= ? AND ${stored} <= ?)`, bound: [first, last] };
  const after = { sql: `${stored} > ?`, bound: [last] };
  const before = { sql: `${stored} < ?`, bound: [first] };
  const byPrefix: Readonly<Record<string, Condition>> = {
    gt: after,
    sa: after,
    lt: before,
    eb: before,
    ge: { sql: `${stored} >= ?`, bound: [first] },
    le: { sql: `${stored} <= ?`, bound: [last] },
    ne: { sql: `NOT ${within.sql}`, bound: within.bound },
  };
  return byPrefix[match[1] ?? 'eq'] ?? within;
}

/** First and last second; undefined for a day that no calendar has. */
function periodOf(match: RegExpExecArray): [string, string] | undefined {
  const [, , year = '', month, day, hour, minute, second, zone] = match;
  const time =
    hour === undefined ? '00:00:00Z' : `${hour}:${minute}:${second ?? '00'}${zone ?? 'Z'}`;
  const from = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T${time}`);
  if (Number.isNaN(from.getTime())) return undefined;
  const to = new Date(from);
  if (month === undefined) to.setUTCFullYear(to.getUTCFullYear() + 1);
  else if (day === undefined) to.setUTCMonth(to.getUTCMonth() + 1);
  else to.setTime(to.getTime() + secondsOf(hour, second) * 1000);
  to.setUTCSeconds(to.getUTCSeconds() - 1);
  return [sql(from), sql(to)];
}

function secondsOf(hour: string | undefined, second: string | undefined): number {
  if (hour === undefined) return 86_400;
  return second === undefined ? 60 : 1;
}

function sql(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}
