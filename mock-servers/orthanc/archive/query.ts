// Matching of DICOM queries as Orthanc does it: ranges for dates, `*` and `?`, lists by backslash, and
// upper case unless asked otherwise.
import { attributeOf } from '#core/dicom/dictionary.ts';

export type Constraint = (value: string | undefined) => boolean;

const dateVrs = new Set(['DA', 'TM', 'DT']);

/** Whether a query may be a range. */
export function isDateOrTime(tag: string): boolean {
  return dateVrs.has(attributeOf(tag)?.vr ?? 'UN');
}

export interface MatchOptions {
  readonly isCaseSensitive: boolean;
}

/** What a tag must look like; undefined when everything fits. */
export function constraintOf(
  tag: string,
  query: string,
  options: MatchOptions,
): Constraint | undefined {
  if (query === '' || query === '*') return undefined;
  const vr = attributeOf(tag)?.vr ?? 'UN';
  if (dateVrs.has(vr) && query.includes('-')) return range(query);
  // Orthanc never folds the case of UIDs and dates.
  const isCaseSensitive = options.isCaseSensitive || vr === 'UI' || dateVrs.has(vr);
  const fold = (text: string) => (isCaseSensitive ? text : text.toUpperCase()).trim();
  if (query.includes('\\')) return oneOf(query.split('\\').map(fold), fold);
  if (/[*?]/.test(query)) return wildcard(fold(query), fold);
  return oneOf([fold(query)], fold);
}

/** Whether a query holds characters that no exact identifier has. */
export function hasWildcard(query: string): boolean {
  return /[*?\\]/.test(query);
}

function oneOf(wanted: readonly string[], fold: (text: string) => string): Constraint {
  const set = new Set(wanted);
  return (value) => value !== undefined && (set.has(fold(value)) || valuesOf(value, set, fold));
}

// Of several values, such as ModalitiesInStudy, one is enough.
function valuesOf(
  value: string,
  wanted: ReadonlySet<string>,
  fold: (text: string) => string,
): boolean {
  return value.includes('\\') && value.split('\\').some((each) => wanted.has(fold(each)));
}

function wildcard(pattern: string, fold: (text: string) => string): Constraint {
  return (value) => value !== undefined && fitsWildcard(pattern, fold(value));
}

/** Only the last `*` is ever tried again, so that no pattern takes longer than both lengths multiplied. */
export function fitsWildcard(pattern: string, value: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (from < value.length) {
    if (pattern[at] === '*') {
      star = at++;
      retry = from;
    } else if (pattern[at] === '?') {
      at += 1;
      from += widthAt(value, from);
    } else if (pattern[at] === value[from]) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      retry += widthAt(value, retry);
      from = retry;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** One character may be two units of a string. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function range(query: string): Constraint {
  const at = query.indexOf('-');
  const low = query.slice(0, at).trim();
  const high = query.slice(at + 1).trim();
  return (value) => {
    const trimmed = value?.trim();
    if (trimmed === undefined || trimmed === '') return false;
    return (low === '' || trimmed >= low) && (high === '' || trimmed <= high);
  };
}
