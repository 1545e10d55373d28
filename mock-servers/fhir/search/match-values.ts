// Values of a search as conditions on index rows, one function per type of parameter
// (http://hl7.org/fhir/R4/search.html#ptypes).
import { refuseParameter } from '../outcome.ts';
import { condition, type SqlCondition } from './criterion.ts';
import { type DateRange, parseDateRange } from './date-range.ts';
import { splitEscaped, unescapeValue } from './query.ts';
import { normalize } from './values.ts';

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

const prefixPattern = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[-+\d.])/;

export function splitPrefix(value: string): { readonly prefix: Prefix; readonly rest: string } {
  const prefix = prefixPattern.exec(value)?.[1] as Prefix | undefined;
  return { prefix: prefix ?? 'eq', rest: prefix === undefined ? value : value.slice(2) };
}

/** A prefix of every text that starts so; the highest code point bounds the range. */
export function matchString(value: string, modifier: string | undefined): SqlCondition {
  const text = unescapeValue(value);
  const norm = normalize(text);
  if (modifier === 'exact') {
    return condition((row) => `${row}.norm=? AND ${row}.value=?`, norm, text);
  }
  if (modifier === 'contains') return condition((row) => `instr(${row}.norm,?)>0`, norm);
  return condition((row) => `${row}.norm>=? AND ${row}.norm<?`, norm, `${norm}\u{10ffff}`);
}

/**
 * `code`, `system|code`, `|code` (without a system), `system|`.
 *
 * @param plain - the elements are plain codes: their system is the one stated here, or not known
 */
export function matchToken(
  value: string,
  plain?: { readonly system: string | undefined },
): SqlCondition {
  const [left = '', right] = splitEscaped(value, '|').map(unescapeValue);
  if (right === undefined) return condition((row) => `${row}.code=?`, left);
  if (plain !== undefined) {
    if (!['', plain.system ?? left].includes(left)) return condition(() => '0');
    return right === ''
      ? condition((row) => `${row}.code<>''`)
      : condition((row) => `${row}.code=?`, right);
  }
  if (right === '') return condition((row) => `${row}.system=?`, left);
  return condition((row) => `${row}.code=? AND ${row}.system=?`, right, left);
}

export function matchUri(value: string, modifier: string | undefined): SqlCondition {
  const uri = unescapeValue(value);
  if (modifier === 'below') {
    return condition((row) => `${row}.value>=? AND ${row}.value<?`, uri, `${uri}\u{10ffff}`);
  }
  if (modifier === 'above')
    return condition((row) => `substr(?,1,length(${row}.value))=${row}.value`, uri);
  return condition((row) => `${row}.value=?`, uri);
}

/** @param isPoint - no value is wider than a year, so that either bound narrows the other */
export function matchDate(value: string, name: string, now: number, isPoint = false): SqlCondition {
  const { prefix, rest } = splitPrefix(value);
  // A "+" of a time zone that was not percent-encoded arrives as a space.
  const range = parseDateRange(rest.replace(' ', '+'));
  if (range === undefined)
    throw refuseParameter(`Invalid date/time format for parameter ${name}: "${rest}".`);
  const wanted = dateConditions[prefix](prefix === 'ap' ? widen(range, now) : range);
  return isPoint ? and(narrowed(prefix, range), wanted) : wanted;
}

/** Each narrows by one bound that an index order knows, then says the rest. */
const dateConditions: Readonly<Record<Prefix, (range: DateRange) => SqlCondition>> = {
  eq: ({ low, high }) =>
    condition((row) => `${row}.low>=? AND ${row}.low<? AND ${row}.high<=?`, low, high, high),
  ne: ({ low, high }) => condition((row) => `NOT(${row}.low>=? AND ${row}.high<=?)`, low, high),
  gt: ({ high }) => condition((row) => `${row}.high>?`, high),
  lt: ({ low }) => condition((row) => `${row}.low<?`, low),
  ge: ({ low, high }) =>
    condition((row) => `${row}.high>? AND (${row}.low>=? OR ${row}.high>?)`, low, low, high),
  le: ({ low, high }) =>
    condition((row) => `${row}.low<? AND (${row}.high<=? OR ${row}.low<?)`, high, high, low),
  sa: ({ high }) => condition((row) => `${row}.low>=?`, high),
  eb: ({ low }) => condition((row) => `${row}.high<=?`, low),
  ap: ({ low, high }) => condition((row) => `${row}.low<? AND ${row}.high>?`, high, low),
};

const YEAR_MS = 366 * 86_400_000;

/** Bounds for the order of the other end; they follow from the condition itself. */
function narrowed(prefix: Prefix, { low, high }: DateRange): SqlCondition {
  if (['ge', 'gt', 'sa'].includes(prefix)) {
    return condition((row) => `${row}.low>=? AND ${row}.high>?`, low - YEAR_MS, low);
  }
  if (['le', 'lt', 'eb'].includes(prefix)) {
    return condition((row) => `${row}.low<? AND ${row}.high<=?`, high, high + YEAR_MS);
  }
  return condition(() => '1');
}

/** R4 suggests 10 % of the gap between now and the date. */
function widen({ low, high }: DateRange, now: number): DateRange {
  const gap = Math.round(Math.abs(now - low) / 10);
  return { low: low - gap, high: high + gap };
}

export function matchNumber(value: string, name: string): SqlCondition {
  const { prefix, rest } = splitPrefix(value);
  return compareNumber(prefix, rest, name);
}

/** `number`, `number|system|code`, `number||code-or-unit`. */
export function matchQuantity(value: string, name: string): SqlCondition {
  const { prefix, rest } = splitPrefix(value);
  const [number = '', system, code] = splitEscaped(rest, '|').map(unescapeValue);
  const compared = compareNumber(prefix, number, name);
  if (code === undefined || code === '') {
    return system === undefined || system === ''
      ? compared
      : and(
          compared,
          condition((row) => `${row}.system=?`, system),
        );
  }
  return system === undefined || system === ''
    ? and(
        compared,
        condition((row) => `(${row}.code=? OR ${row}.unit=?)`, code, code),
      )
    : and(
        compared,
        condition((row) => `${row}.system=? AND ${row}.code=?`, system, code),
      );
}

function and(left: SqlCondition, right: SqlCondition): SqlCondition {
  return condition((row) => `${left.sql(row)} AND ${right.sql(row)}`, ...left.args, ...right.args);
}

/** Equality takes the precision of what was written: 100 is 99.5 to 100.5, 1e2 is 95 to 105. */
function compareNumber(prefix: Prefix, text: string, name: string): SqlCondition {
  if (!/^[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?$/.test(text))
    throw refuseParameter(`Invalid number for parameter ${name}: "${text}".`);
  const value = Number(text);
  const half = precision(text) / 2;
  const near = Math.max(half, Math.abs(value) / 10);
  switch (prefix) {
    case 'eq':
      return condition(
        (row) => `${row}.low>=? AND ${row}.low<? AND ${row}.high<?`,
        value - half,
        value + half,
        value + half,
      );
    case 'ne':
      return condition((row) => `NOT(${row}.low>=? AND ${row}.high<?)`, value - half, value + half);
    case 'ap':
      return condition((row) => `${row}.low<=? AND ${row}.high>=?`, value + near, value - near);
    case 'gt':
      return condition((row) => `${row}.high>?`, value);
    case 'lt':
      return condition((row) => `${row}.low<?`, value);
    case 'ge':
      return condition((row) => `${row}.high>=?`, value);
    case 'le':
      return condition((row) => `${row}.low<=?`, value);
    case 'sa':
      return condition((row) => `${row}.low>?`, value);
    case 'eb':
      return condition((row) => `${row}.high<?`, value);
  }
}

function precision(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const decimals = mantissa.split('.')[1]?.length ?? 0;
  return 10 ** (Number(exponent) - decimals);
}
