// What the parts of a search share.
import { refuseParameter } from '../outcome.ts';
import type { Criterion, SqlCondition } from './criterion.ts';
import type { IndexTable, SearchDefinitions, SearchParameter } from './definitions.ts';
import type { IndexRow } from './extract.ts';
import type { FilterTerm } from './query.ts';

export interface SearchContext {
  readonly definitions: SearchDefinitions;
  readonly baseUrl: string;
  readonly now: number;
  /** A term as a criterion; chains call it for their rest. */
  compile(type: string, term: FilterTerm, context: SearchContext): Criterion;
  /** Whether a row that is not in the index would meet a condition. */
  test(table: IndexTable, row: IndexRow, condition: SqlCondition): boolean;
}

export function requireParameter(
  type: string,
  code: string,
  definitions: SearchDefinitions,
): SearchParameter {
  const parameter = definitions.parameters(type).get(code);
  if (parameter !== undefined) return parameter;
  const valid = ['_id', '_lastUpdated', ...definitions.parameters(type).keys()].sort();
  // HAPI-0524
  throw refuseParameter(
    `Unknown search parameter "${code}" for resource type "${type}". Valid search parameters for this search are: [${valid.join(', ')}]`,
  );
}

export function refuseModifier({ name, modifier }: FilterTerm): Error {
  return refuseParameter(`Modifier :${modifier} is not supported for parameter "${name}".`);
}
