// The query of a search, split into what selects resources and what shapes the answer
// (http://hl7.org/fhir/R4/search.html).
import { refuseParameter } from '../outcome.ts';

export interface SearchQuery {
  readonly filters: readonly FilterTerm[];
  readonly sort: readonly SortTerm[];
  readonly count: number;
  readonly includes: readonly IncludeTerm[];
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false' | undefined;
  readonly elements: readonly string[];
  readonly total: 'none' | 'estimate' | 'accurate' | undefined;
  /** As received, without what only concerns the format; for the link `self`. */
  readonly terms: readonly (readonly [string, string])[];
}

/** `code:modifier=value` or `_has:...`; chains stay in `name`. */
export interface FilterTerm {
  readonly name: string;
  readonly modifier: string | undefined;
  readonly value: string;
}

export interface SortTerm {
  readonly code: string;
  readonly descending: boolean;
}

export interface IncludeTerm {
  readonly reverse: boolean;
  readonly iterate: boolean;
  /** `*` for every type or parameter. */
  readonly source: string;
  readonly code: string;
  readonly target: string | undefined;
}

/** HAPI's default and limit. */
const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;

/** Handled by the adapter, for every interaction. */
const formatTerms: ReadonlySet<string> = new Set(['_format', '_pretty']);
export const summaries = ['true', 'text', 'data', 'count', 'false'] as const;
const totals = ['none', 'estimate', 'accurate'] as const;

export function parseQuery(terms: readonly (readonly [string, string])[]): SearchQuery {
  const shown = terms.filter(([name, value]) => !formatTerms.has(name) && value !== '');
  const last = (name: string) => shown.findLast(([key]) => key === name)?.[1];
  return {
    filters: shown
      .filter(([name]) => !isResultTerm(name))
      .map(([name, value]) => parseFilter(name, value)),
    sort: (last('_sort') ?? '').split(',').filter(Boolean).map(parseSort),
    count: parseCount(last('_count')),
    includes: shown
      .filter(([name]) => /^_(?:rev)?include\b/.test(name))
      .map(([name, value]) => parseInclude(name, value)),
    summary: oneOf('_summary', last('_summary'), summaries),
    elements: (last('_elements') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    total: oneOf('_total', last('_total'), totals),
    terms: shown,
  };
}

const resultTerms = /^_(?:sort|count|include|revinclude|summary|elements|total)(?::|$)/;

function isResultTerm(name: string): boolean {
  if (/^_contained(?:Type)?$/.test(name)) {
    throw refuseParameter(
      `Parameter ${name} is not supported: contained resources are not searched.`,
    );
  }
  if (/^_(?:sort|count|summary|elements|total):/.test(name))
    throw refuseParameter(`Parameter "${name}" is not known: it takes no modifier.`);
  return resultTerms.test(name);
}

export function parseFilter(name: string, value: string): FilterTerm {
  if (name.startsWith('_has:')) return { name, modifier: undefined, value };
  // A chain keeps the modifiers of its links: `subject:Patient.name:exact`, and what `_has` says.
  if (name.includes('._has:')) return { name, modifier: undefined, value };
  const lastDot = name.lastIndexOf('.');
  const colon = name.indexOf(':', lastDot + 1);
  if (colon < 0) return { name, modifier: undefined, value };
  return { name: name.slice(0, colon), modifier: name.slice(colon + 1), value };
}

function parseSort(text: string): SortTerm {
  const descending = text.startsWith('-');
  return { code: descending ? text.slice(1) : text, descending };
}

function parseCount(text: string | undefined): number {
  if (text === undefined) return DEFAULT_COUNT;
  if (!/^\d{1,9}$/.test(text))
    throw refuseParameter(`Invalid value for parameter _count: "${text}" is not a number.`);
  return Math.min(Number(text), MAX_COUNT);
}

function parseInclude(name: string, value: string): IncludeTerm {
  const modifier = name.split(':')[1];
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') {
    throw refuseParameter(`Invalid modifier for parameter ${name}: only :iterate is known.`);
  }
  const [source = '', code, target] = value.split(':');
  if (code === undefined && source !== '*') {
    throw refuseParameter(
      `Invalid ${name} parameter value: "${value}". Use Type:parameter or Type:parameter:TargetType.`,
    );
  }
  return {
    reverse: name.startsWith('_revinclude'),
    iterate: modifier !== undefined,
    source,
    code: code ?? '*',
    target,
  };
}

/** @throws FhirError 400 for a value that is none of `known` */
export function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = known.find((word) => word === value);
  if (found === undefined)
    throw refuseParameter(
      `Invalid value for parameter ${name}: "${value}". Use one of ${known.join(', ')}.`,
    );
  return found;
}

/** Splits at a separator that is not escaped by a backslash. */
export function splitEscaped(text: string, separator: ',' | '$' | '|'): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && at + 1 < text.length) {
      part += char + text[at + 1];
      at += 1;
    } else if (char === separator) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}

/** `\,` `\$` `\|` `\\` stand for the character itself. */
export function unescapeValue(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,$|\\])/g, '$1') : text;
}
