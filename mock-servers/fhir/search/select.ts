// Criteria of one type as one SELECT of resource numbers.
import type { Criterion, SqlValue } from './criterion.ts';

export interface Selection {
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

/**
 * Numbers of the resources that meet all criteria, each once, in no stated order.
 *
 * @param criteria - the first positive one drives the search: put the rarest first
 */
export function selectNumbers(type: number, criteria: readonly Criterion[]): Selection {
  const driver = criteria.find(({ negated, table }) => !negated && table !== 'resource');
  const others = criteria.filter((criterion) => criterion !== driver);
  if (driver === undefined) {
    const { sql, args } = restrict('x', others, 'resource');
    return {
      sql: `SELECT x.rid FROM resource x WHERE x.type=${type} AND x.body IS NOT NULL${sql}`,
      args,
    };
  }
  const { sql, args } = restrict('x', others, driver.table);
  return {
    sql: `SELECT DISTINCT x.rid FROM ${driver.table} x WHERE ${driver.sql('x')}${sql}`,
    args: [...driver.args, ...args],
  };
}

/** The criteria as conditions on the resource of row `alias`. */
export function restrict(
  alias: string,
  criteria: readonly Criterion[],
  table: Criterion['table'],
): Selection {
  const parts = criteria.map((criterion, index) => {
    // On the resource itself a condition needs no look-up.
    if (table === 'resource' && criterion.table === 'resource') {
      return `${criterion.negated ? 'NOT ' : ''}(${criterion.sql(alias)})`;
    }
    const row = `${alias}${index}`;
    const indexed = criterion.table === 'resource' ? '' : ` INDEXED BY ${criterion.table}_rid`;
    return `${criterion.negated ? 'NOT ' : ''}EXISTS(SELECT 1 FROM ${criterion.table} ${row}${indexed} WHERE ${row}.rid=${alias}.rid AND ${criterion.sql(row)})`;
  });
  return {
    sql: parts.map((part) => ` AND ${part}`).join(''),
    args: criteria.flatMap(({ args }) => args),
  };
}
