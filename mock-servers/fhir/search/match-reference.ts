// A value of a search as a condition on references (http://hl7.org/fhir/R4/search.html#reference).
import type { SearchContext } from './context.ts';
import { condition, type SqlCondition } from './criterion.ts';
import { parseLocal } from './reference.ts';

/** @param type - that the modifier names */
export function matchReference(
  value: string,
  type: string | undefined,
  { definitions, baseUrl }: SearchContext,
): SqlCondition {
  const local = parseLocal(value, baseUrl);
  const number = definitions.typeNumber(local?.type ?? '');
  const isOfType = type === undefined || local?.type === type || value.includes(`/${type}/`);
  if (local !== undefined && number > 0 && isOfType) return target(number, local.id);
  if (type !== undefined && !value.includes('/'))
    return target(definitions.typeNumber(type), value);
  // A bare id, of whatever type, or the URL of something elsewhere.
  return condition((row) => (isOfType ? `${row}.id=?` : `${row}.id=? AND 0`), value);
}

function target(type: number, id: string): SqlCondition {
  return condition((row) => `${row}.id=? AND ${row}.target=?`, id, type);
}
