// _sort: by the lowest value of a parameter, descending by the highest; resources without one last.
import { refuseParameter } from '../outcome.ts';
import type { ResourceStore } from '../store/store.ts';
import { requireParameter } from './context.ts';
import type { Criterion } from './criterion.ts';
import type { SearchDefinitions } from './definitions.ts';
import type { SortTerm } from './query.ts';
import { restrict, type Selection, selectNumbers } from './select.ts';

export interface SortKey {
  readonly table: string;
  readonly column: string;
  /** Of the index; undefined for a column of the resource itself. */
  readonly key: number | undefined;
  readonly descending: boolean;
}

/** Column that stands for a parameter's order. */
const columns = {
  string: ['norm', 'norm'],
  token: ['code', 'code'],
  reference: ['id', 'id'],
  date: ['low', 'high'],
  number: ['low', 'high'],
  quantity: ['low', 'high'],
  uri: ['value', 'value'],
} as const;

export function compileSort(
  type: string,
  { code, descending }: SortTerm,
  definitions: SearchDefinitions,
): SortKey {
  if (code === '_id') return { table: 'resource', column: 'id', key: undefined, descending };
  if (code === '_lastUpdated') {
    return { table: 'resource', column: 'updated', key: undefined, descending };
  }
  const parameter = requireParameter(type, code, definitions);
  if (parameter.type === 'composite' || parameter.type === 'special') {
    throw refuseParameter(`Parameter "${code}" cannot be used with _sort.`);
  }
  const [low, high] = columns[parameter.type];
  return {
    table: `index_${parameter.type}`,
    column: descending ? high : low,
    key: parameter.key,
    descending,
  };
}

/** Sorts numbers in place by the keys of each. */
export function sortNumbers(
  store: ResourceStore,
  numbers: number[],
  keys: readonly SortKey[],
): void {
  const valuesOf = new Map(
    numbers.map((rid) => [rid, keys.map((key) => sortValueOf(store, rid, key))]),
  );
  numbers.sort((a, b) => compareAll(valuesOf.get(a) ?? [], valuesOf.get(b) ?? [], keys) || a - b);
}

type SortValue = string | number | undefined;

function sortValueOf(
  store: ResourceStore,
  rid: number,
  { table, column, key, descending }: SortKey,
): SortValue {
  const pick = descending ? 'max' : 'min';
  const row =
    key === undefined
      ? store.prepare(`SELECT ${column} AS v FROM resource WHERE rid=?`).get(rid)
      : store
          .prepare(
            `SELECT ${pick}(${column}) AS v FROM ${table} INDEXED BY ${table}_rid WHERE rid=? AND param=?`,
          )
          .get(rid, key);
  const value = row?.['v'];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function compareAll(
  left: readonly SortValue[],
  right: readonly SortValue[],
  keys: readonly SortKey[],
): number {
  for (const [index, { descending }] of keys.entries()) {
    const a = left[index];
    const b = right[index];
    if (a === b) continue;
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
    return descending ? -compare(a, b) : compare(a, b);
  }
  return 0;
}

/** SQLite compares text by its UTF-8 bytes; both orders must agree. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/**
 * The matching numbers in their order, to be read one selection after the other. One key follows its
 * index, so that the first page costs no more in a large store.
 */
export function sortedSelections(
  type: number,
  criteria: readonly Criterion[],
  keys: readonly SortKey[],
): readonly Selection[] {
  const [key] = keys;
  if (key === undefined || keys.length > 1) return [sortedByAll(type, criteria, keys)];
  const direction = key.descending ? 'DESC' : 'ASC';
  if (key.key === undefined) {
    const { sql, args } = restrict('x', criteria, 'resource');
    const order = `ORDER BY x.${key.column} ${direction}, x.rid`;
    return [
      {
        sql: `SELECT x.rid FROM resource x WHERE x.type=${type} AND x.body IS NOT NULL${sql} ${order}`,
        args,
      },
    ];
  }
  return [withValue(criteria, key, direction), withoutValue(type, criteria, key)];
}

function withValue(criteria: readonly Criterion[], key: SortKey, direction: string): Selection {
  const merged = criteria.filter((criterion) => canMerge(criterion, key));
  const rest = restrict(
    'x',
    criteria.filter((criterion) => !merged.includes(criterion)),
    key.table as Criterion['table'],
  );
  const own = [`x.param=${key.key}`, ...merged.map((criterion) => `(${criterion.sql('x')})`)];
  return {
    sql: `SELECT x.rid FROM ${key.table} x WHERE ${own.join(' AND ')}${rest.sql} ORDER BY x.${key.column} ${direction}`,
    args: [...merged.flatMap(({ args }) => args), ...rest.args],
  };
}

function withoutValue(type: number, criteria: readonly Criterion[], key: SortKey): Selection {
  const { sql, args } = restrict('x', criteria, 'resource');
  return {
    sql: `SELECT x.rid FROM resource x WHERE x.type=${type} AND x.body IS NOT NULL${sql} AND NOT EXISTS(SELECT 1 FROM ${key.table} v INDEXED BY ${key.table}_rid WHERE v.rid=x.rid AND v.param=${key.key})`,
    args,
  };
}

/** A condition on the sorted rows themselves spares a look-up per row. */
function canMerge({ table, negated, singleKey }: Criterion, key: SortKey): boolean {
  return !negated && table === key.table && singleKey === key.key;
}

function sortedByAll(
  type: number,
  criteria: readonly Criterion[],
  keys: readonly SortKey[],
): Selection {
  const { sql, args } = selectNumbers(type, criteria);
  const order = keys
    .map(({ table, column, key, descending }) => {
      const pick = descending ? 'max' : 'min';
      const value =
        key === undefined
          ? `(SELECT ${column} FROM resource WHERE rid=m.rid)`
          : `(SELECT ${pick}(${column}) FROM ${table} WHERE rid=m.rid AND param=${key})`;
      return `${value} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
    })
    .join(', ');
  return { sql: `SELECT m.rid FROM (${sql}) m ORDER BY ${order}, m.rid`, args };
}
