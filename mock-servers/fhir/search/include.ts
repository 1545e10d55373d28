// _include and _revinclude: resources around the matches of a page.
import { refuseParameter } from '../outcome.ts';
import type { ResourceStore } from '../store/store.ts';
import { requireParameter, type SearchContext } from './context.ts';
import type { IncludeTerm } from './query.ts';

/** HAPI stops there too. */
const MAX_INCLUDED = 1000;

/** Numbers of the included resources, without the matches themselves. */
export function findIncluded(
  store: ResourceStore,
  matches: readonly number[],
  includes: readonly IncludeTerm[],
  context: SearchContext,
): number[] {
  if (includes.length === 0) return [];
  store.flushIndex();
  const compiled = includes.map((include) => compileInclude(include, context));
  const all = new Set(matches);
  const found: number[] = [];
  let frontier: readonly number[] = matches;
  // The first round follows every include, later ones those that iterate.
  for (let active = compiled; frontier.length > 0 && found.length < MAX_INCLUDED; ) {
    frontier = newNeighbours(store, frontier, active, all);
    found.push(...frontier);
    active = compiled.filter(({ iterate }) => iterate);
  }
  return found.slice(0, MAX_INCLUDED);
}

function newNeighbours(
  store: ResourceStore,
  frontier: readonly number[],
  includes: readonly CompiledInclude[],
  known: Set<number>,
): number[] {
  const next: number[] = [];
  for (const include of includes) {
    for (const other of frontier.flatMap((rid) => include.neighbours(store, rid))) {
      if (!known.has(other)) next.push(other);
      known.add(other);
    }
  }
  return next;
}

interface CompiledInclude {
  readonly iterate: boolean;
  neighbours(store: ResourceStore, rid: number): number[];
}

function compileInclude(include: IncludeTerm, context: SearchContext): CompiledInclude {
  const { definitions } = context;
  const { reverse, iterate, source, code, target } = include;
  if (source !== '*' && definitions.typeNumber(source) === 0) {
    throw refuseParameter(`Invalid _include parameter: unknown resource type "${source}".`);
  }
  if (target !== undefined && definitions.typeNumber(target) === 0) {
    throw refuseParameter(`Invalid _include parameter: unknown target type "${target}".`);
  }
  const parameter = code === '*' ? undefined : requireParameter(source, code, definitions);
  if (parameter !== undefined && parameter.type !== 'reference')
    throw refuseParameter(`Invalid _include parameter: "${code}" of ${source} is not a reference.`);
  const keys = parameter === undefined ? undefined : [parameter.key];
  const sourceType = source === '*' ? undefined : definitions.typeNumber(source);
  const targetType = target === undefined ? undefined : definitions.typeNumber(target);
  return {
    iterate,
    neighbours: reverse ? referring(keys, sourceType) : referred(keys, sourceType, targetType),
  };
}

/** Resources that the one of number `rid` refers to. */
function referred(
  keys: readonly number[] | undefined,
  sourceType: number | undefined,
  targetType: number | undefined,
) {
  const conditions = [
    ...(keys === undefined ? [] : [`i.param IN (${keys.join(',')})`]),
    ...(sourceType === undefined ? [] : [`i.param/1000=${sourceType}`]),
    ...(targetType === undefined ? [] : [`i.target=${targetType}`]),
  ];
  const sql = `SELECT DISTINCT r.rid FROM index_reference i INDEXED BY index_reference_rid JOIN resource r ON r.type=i.target AND r.id=i.id WHERE i.rid=?${conditions.map((part) => ` AND ${part}`).join('')} AND r.body IS NOT NULL`;
  return (store: ResourceStore, rid: number) => numbersOf(store, sql, rid);
}

/** Resources that refer to it. */
function referring(keys: readonly number[] | undefined, sourceType: number | undefined) {
  const conditions = [
    ...(keys === undefined ? [] : [`i.param IN (${keys.join(',')})`]),
    ...(keys === undefined && sourceType !== undefined ? [`i.param/1000=${sourceType}`] : []),
  ];
  const sql = `SELECT DISTINCT i.rid FROM resource t JOIN index_reference i ON i.id=t.id AND i.target=t.type WHERE t.rid=?${conditions.map((part) => ` AND ${part}`).join('')} ORDER BY i.rid LIMIT ${MAX_INCLUDED}`;
  return (store: ResourceStore, rid: number) => numbersOf(store, sql, rid);
}

function numbersOf(store: ResourceStore, sql: string, rid: number): number[] {
  return store
    .prepare(sql)
    .all(rid)
    .map((row) => Number(row['rid']));
}
