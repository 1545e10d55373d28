// Finds what has come apart: a statement without a row, a row without its statement, a row whose test is gone.
import type { FactRow } from './rows.ts';

/**
 * @param titles - full titles of the tests that run
 * @returns one sentence for each fault, none when every statement has its tests
 */
export function faultsOf(
  statements: readonly string[],
  rows: readonly FactRow[],
  titles: ReadonlySet<string>,
): string[] {
  return [
    ...statements.flatMap((statement) => statementFaults(statement, rows)),
    ...rows.flatMap((row) => rowFaults(row, statements, titles)),
  ];
}

function statementFaults(statement: string, rows: readonly FactRow[]): string[] {
  const count = rows.filter(([fact]) => statement.startsWith(fact)).length;
  return count === 1 ? [] : [`${count} rows for: ${statement.slice(0, 90)}`];
}

function rowFaults(
  [fact, ...proofs]: FactRow,
  statements: readonly string[],
  titles: ReadonlySet<string>,
): string[] {
  const isStated = statements.some((statement) => statement.startsWith(fact));
  const lost = proofs.filter((proof) => typeof proof === 'string' && !titles.has(proof));
  return [
    ...(isStated ? [] : [`not in the facts: ${fact}`]),
    ...(proofs.length > 0 ? [] : [`no test named for: ${fact}`]),
    ...lost.map((title) => `no such test: ${title}`),
  ];
}
