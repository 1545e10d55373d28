// Runs a search: criteria to resource numbers, in pages that stay as they were found.

import { indexColumns } from '../store/schema.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';
import type { SearchContext } from './context.ts';
import type { Criterion } from './criterion.ts';
import type { FilterTerm, SearchQuery } from './query.ts';
import { type Selection, selectNumbers } from './select.ts';
import { compileSort, sortedSelections, sortNumbers } from './sort.ts';

/** Results a search looks for at once; HAPI too gives a total only when it knows it by then. */
export const CHUNK = 1000;

/** A search under way: what it has found, and how to find more. */
export interface Found {
  readonly numbers: number[];
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
  store.flushIndex();
  const number = context.definitions.typeNumber(type);
  const criteria = orderCriteria(store, number, [
    ...query.filters.map((term: FilterTerm) => context.compile(type, term, context)),
    ...filters,
  ]);
  const sort = query.sort.map((term) => compileSort(type, term, context.definitions));
  const horizon = Number(store.prepare('SELECT max(rid) AS n FROM resource').get()?.['n'] ?? 0);
  const accepts = criteria.flatMap((criterion) => criterion.accepts ?? []);
  const seen = new Set<number>();
  let isOrdered = sort.length === 0;
  const selections = () =>
    isOrdered && sort.length > 0
      ? sortedSelections(number, criteria, sort)
      : [selectNumbers(number, criteria)];
  const found: Found = {
    numbers: [],
    complete: false,
    extend(count) {
      if (found.complete || count <= found.numbers.length) return;
      // Asked again, a search starts over and skips what it has: deletions cannot shift it. Twice
      // as much each time keeps that cheap.
      const wanted = Math.max(count, CHUNK, found.numbers.length * 2);
      for (const rid of candidates(store, selections())) {
        if (rid > horizon || seen.has(rid) || !passes(store, rid, accepts)) continue;
        if (found.numbers.length === wanted) return;
        seen.add(rid);
        found.numbers.push(rid);
      }
      found.complete = true;
    },
  };
  found.extend(1);
  if (found.complete) {
    if (sort.length > 0) sortNumbers(store, found.numbers, sort);
    else found.numbers.sort((a, b) => a - b);
  } else if (!isOrdered) {
    // Too many to sort at once: take them again, now in the order of the index.
    isOrdered = true;
    found.numbers.length = 0;
    seen.clear();
    found.extend(1);
  }
  return found;
}

/** A result that is known already. */
export function foundNumbers(numbers: readonly number[]): Found {
  return { numbers: [...numbers], complete: true, extend: () => undefined };
}

function* candidates(store: ResourceStore, selections: readonly Selection[]): Iterable<number> {
  for (const { sql, args } of selections) {
    for (const row of store.prepare(sql).iterate(...args)) yield Number(row['rid']);
  }
}

function passes(
  store: ResourceStore,
  rid: number,
  accepts: readonly NonNullable<Criterion['accepts']>[],
): boolean {
  if (accepts.length === 0) return true;
  const body = store.readByNumber(rid)?.body;
  if (typeof body !== 'string') return false;
  const resource = JSON.parse(body);
  return accepts.every((accept) => accept(resource));
}

/** Puts the criterion first that the fewest rows meet, counted as far as a chunk. */
function orderCriteria(
  store: ResourceStore,
  type: number,
  criteria: readonly Criterion[],
): readonly Criterion[] {
  const drivers = criteria.filter(({ negated, table }) => !negated && table !== 'resource');
  if (drivers.length < 2) return criteria;
  const ranked = drivers
    .map((criterion) => ({ criterion, rows: countRows(store, type, criterion) }))
    .sort((a, b) => a.rows - b.rows)
    .map(({ criterion }) => criterion);
  return [...ranked, ...criteria.filter((criterion) => !drivers.includes(criterion))];
}

function countRows(store: ResourceStore, type: number, criterion: Criterion): number {
  const { sql, args } = selectNumbers(type, [criterion]);
  const limited = `SELECT count(*) AS n FROM (${sql} LIMIT ${CHUNK})`;
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
