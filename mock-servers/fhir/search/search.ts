// Runs a search: criteria to resource numbers, in pages that stay as they were found.

import { refuse } from '../outcome.ts';
import { indexColumns } from '../store/schema.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';
import type { SearchContext } from './context.ts';
import { type Criterion, mergeCriteria } from './criterion.ts';
import type { SearchQuery } from './query.ts';
import { type Selection, selectNumbers } from './select.ts';
import { compileSort, type SortKey, sortedSelections, sortNumbers } from './sort.ts';

/** Up to here results are counted; HAPI too gives a total only when it knows it by then. */
export const CHUNK = 1000;
/** So few are collected and sorted at once, in the order in which they were created by default. */
const FEW = 200;

/** A search under way: what it has found, and how to find more. */
export interface Found {
  readonly numbers: number[];
  /** How many there are altogether, if that is known. */
  readonly total: number | undefined;
  /** Everything that matches is in `numbers`. */
  complete: boolean;
  /** Finds at least `count` results, if there are so many; what came later than the start is left out. */
  extend(count: number): void;
}

/** @param filters - besides those of the query, such as the one of a compartment */
export function runSearch(
  store: ResourceStore,
  type: string,
  query: SearchQuery,
  context: SearchContext,
  filters: readonly Criterion[] = [],
): Found {
  const number = context.definitions.typeNumber(type);
  store.flushIndex(looksElsewhere(query) ? undefined : number);
  const compiled = query.filters.map((term) => context.compile(type, term, context));
  const merged = mergeCriteria([...compiled, ...filters]);
  requireFeasible(selectNumbers(number, merged));
  const criteria = orderCriteria(store, number, merged);
  const sort = query.sort.map((term) => compileSort(type, term, context.definitions));
  const accepts = criteria.flatMap((criterion) => criterion.accepts ?? []);
  const unsorted = selectNumbers(number, criteria);
  const count = accepts.length > 0 ? undefined : countUpTo(store, unsorted, CHUNK + 1);
  if (count === undefined || count <= FEW) {
    const first = newFound(store, [unsorted], accepts, undefined);
    first.extend(count === undefined ? CHUNK : count + 1);
    if (first.complete) return sorted(store, first.numbers, sort);
  }
  const selections = sort.length > 0 ? sortedSelections(number, criteria, sort) : [unsorted];
  const total = count === undefined || count > CHUNK ? undefined : count;
  return newFound(store, selections, accepts, total);
}

/** Within what SQLite takes: 32766 values, a text of a million bytes. */
function requireFeasible({ sql, args }: Selection): void {
  if (args.length < 30_000 && sql.length < 900_000) return;
  throw refuse(400, 'The search has too many values: split it into several.', 'too-costly');
}

/** Chains and `_has` read the index of other types too. */
function looksElsewhere({ filters }: SearchQuery): boolean {
  return filters.some(({ name }) => name.startsWith('_has:') || name.includes('.'));
}

function sorted(store: ResourceStore, numbers: number[], sort: readonly SortKey[]): Found {
  if (sort.length > 0) sortNumbers(store, numbers, sort);
  else numbers.sort((a, b) => a - b);
  return foundNumbers(numbers);
}

type Accept = NonNullable<Criterion['accepts']>;

function newFound(
  store: ResourceStore,
  selections: readonly Selection[],
  accepts: readonly Accept[],
  total: number | undefined,
): Found {
  const horizon = Number(store.prepare('SELECT max(rid) AS n FROM resource').get()?.['n'] ?? 0);
  const seen = new Set<number>();
  const found: Found = {
    numbers: [],
    total,
    complete: false,
    extend(count) {
      if (found.complete || count <= found.numbers.length) return;
      // Asked again, a search starts over and skips what it has: deletions cannot shift it. Twice
      // as much each time keeps that cheap.
      const wanted = Math.max(count, found.numbers.length * 2);
      for (const rid of candidates(store, selections)) {
        if (rid > horizon || seen.has(rid) || !passes(store, rid, accepts)) continue;
        if (found.numbers.length === wanted) return;
        seen.add(rid);
        found.numbers.push(rid);
      }
      found.complete = true;
    },
  };
  return found;
}

/** A result that is known already. */
export function foundNumbers(numbers: readonly number[]): Found {
  return {
    numbers: [...numbers],
    total: numbers.length,
    complete: true,
    extend: () => undefined,
  };
}

function* candidates(store: ResourceStore, selections: readonly Selection[]): Iterable<number> {
  for (const { sql, args } of selections) {
    for (const row of store.prepare(sql).iterate(...args)) yield Number(row['rid']);
  }
}

function passes(store: ResourceStore, rid: number, accepts: readonly Accept[]): boolean {
  if (accepts.length === 0) return true;
  const body = store.readByNumber(rid)?.body;
  if (typeof body !== 'string') return false;
  const resource = JSON.parse(body);
  return accepts.every((accept) => accept(resource));
}

/** Puts the criterion first that the fewest rows meet. */
function orderCriteria(
  store: ResourceStore,
  type: number,
  criteria: readonly Criterion[],
): readonly Criterion[] {
  const drivers = criteria.filter(({ negated, table }) => !negated && table !== 'resource');
  if (drivers.length < 2) return criteria;
  const ranked = rank(store, type, drivers, CHUNK) ?? rank(store, type, drivers, 5 * CHUNK);
  const first = ranked ?? drivers;
  return [...first, ...criteria.filter((criterion) => !drivers.includes(criterion))];
}

/** Counted as far as `limit`; undefined when all reach it. */
function rank(
  store: ResourceStore,
  type: number,
  drivers: readonly Criterion[],
  limit: number,
): readonly Criterion[] | undefined {
  const counted = drivers.map((criterion) => ({
    criterion,
    rows: countUpTo(store, selectNumbers(type, [criterion]), limit),
  }));
  if (counted.every(({ rows }) => rows === limit)) return undefined;
  return counted.toSorted((a, b) => a.rows - b.rows).map(({ criterion }) => criterion);
}

function countUpTo(store: ResourceStore, { sql, args }: Selection, limit: number): number {
  const limited = `SELECT count(*) AS n FROM (${sql} LIMIT ${limit})`;
  return Number(store.prepare(limited).get(...args)?.['n']);
}

/** How many match altogether, however many that are. */
export function countAll(
  store: ResourceStore,
  type: string,
  query: SearchQuery,
  context: SearchContext,
  filters: readonly Criterion[] = [],
): number {
  const found = runSearch(store, type, { ...query, sort: [] }, context, filters);
  found.extend(Number.MAX_SAFE_INTEGER);
  return found.numbers.length;
}

/** Whether a row that is not in the index would meet a condition. */
export function conditionTester(store: ResourceStore): SearchContext['test'] {
  return (table, row, { sql, args }) => {
    const columns = indexColumns[table].map((name) => `? AS ${name}`).join(',');
    const select = `SELECT 1 FROM (SELECT ${columns}) x WHERE ${sql('x')}`;
    return store.prepare(select).get(...row, ...args) !== undefined;
  };
}

/** Current versions, in the order of the numbers; what has been deleted since is left out. */
export function readAll(
  store: ResourceStore,
  numbers: readonly number[],
): (StoredVersion & { readonly body: string })[] {
  return numbers.flatMap((rid) => {
    const stored = store.readByNumber(rid);
    return stored === undefined || stored.body === null ? [] : [{ ...stored, body: stored.body }];
  });
}
