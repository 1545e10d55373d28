// One condition of a search as SQL over one table, or as a test of the resource itself.
import type { IndexTable } from './definitions.ts';

export type SqlValue = string | number;

export interface Criterion {
  readonly table: `index_${IndexTable}` | 'resource';
  /** Condition on the row named `alias`, without joining words. */
  sql(alias: string): string;
  readonly args: readonly SqlValue[];
  /** Holds for resources that have no such row. */
  readonly negated: boolean;
  /** Key of a parameter of which a resource has one value: conditions on it may be joined. */
  readonly singleKey?: number;
  /** Decides what SQL could only narrow down. */
  readonly accepts?: (resource: Readonly<Record<string, unknown>>) => boolean;
}

export function indexCriterion(
  table: IndexTable,
  keys: readonly number[],
  condition: SqlCondition,
  negated = false,
): Criterion {
  const parameter = keys.length === 1 ? '=?' : ` IN (${keys.map(() => '?').join(',')})`;
  return {
    table: `index_${table}`,
    sql: (alias) => `${alias}.param${parameter} AND (${condition.sql(alias)})`,
    args: [...keys, ...condition.args],
    negated,
  };
}

export function resourceCriterion(condition: SqlCondition, negated = false): Criterion {
  return { table: 'resource', negated, ...condition };
}

export interface SqlCondition {
  sql(alias: string): string;
  readonly args: readonly SqlValue[];
}

export function condition(sql: (alias: string) => string, ...args: SqlValue[]): SqlCondition {
  return { sql, args };
}

/** At least one of the conditions; none of none. Halved over and over: SQLite nests 1000 deep at most. */
export function anyOf(conditions: readonly SqlCondition[]): SqlCondition {
  const [first] = conditions;
  if (first === undefined) return condition(() => '0');
  if (conditions.length === 1) return first;
  const middle = conditions.length >> 1;
  const left = anyOf(conditions.slice(0, middle));
  const right = anyOf(conditions.slice(middle));
  return {
    sql: (alias) => `(${left.sql(alias)}) OR (${right.sql(alias)})`,
    args: [...left.args, ...right.args],
  };
}

/** Joins conditions on the same single value, so that one look at its row decides them all. */
export function mergeCriteria(criteria: readonly Criterion[]): readonly Criterion[] {
  const merged: Criterion[] = [];
  for (const criterion of criteria) {
    const at = merged.findIndex((other) => canMerge(other, criterion));
    const other = merged[at];
    if (other === undefined) merged.push(criterion);
    else {
      merged[at] = {
        ...other,
        sql: (alias) => `(${other.sql(alias)}) AND (${criterion.sql(alias)})`,
        args: [...other.args, ...criterion.args],
      };
    }
  }
  return merged;
}

function canMerge(left: Criterion, right: Criterion): boolean {
  return (
    left.singleKey !== undefined &&
    left.singleKey === right.singleKey &&
    left.table === right.table &&
    !left.negated &&
    !right.negated
  );
}
