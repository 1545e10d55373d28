// One condition of a search as SQL over one table, or as a test of the resource itself.
import type { IndexTable } from './extract.ts';

export type SqlValue = string | number;

export interface Criterion {
  readonly table: `index_${IndexTable}` | 'resource';
  /** Condition on the row named `alias`, without joining words. */
  sql(alias: string): string;
  readonly args: readonly SqlValue[];
  /** Holds for resources that have no such row. */
  readonly negated: boolean;
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

/** At least one of the conditions; none of none. */
export function anyOf(conditions: readonly SqlCondition[]): SqlCondition {
  const [first] = conditions;
  if (first !== undefined && conditions.length === 1) return first;
  return {
    sql: (alias) => conditions.map((part) => `(${part.sql(alias)})`).join(' OR ') || '0',
    args: conditions.flatMap(({ args }) => args),
  };
}

export function allOf(conditions: readonly SqlCondition[]): SqlCondition {
  return {
    sql: (alias) => conditions.map((part) => `(${part.sql(alias)})`).join(' AND ') || '1',
    args: conditions.flatMap(({ args }) => args),
  };
}

export const always: SqlCondition = condition(() => '1');
