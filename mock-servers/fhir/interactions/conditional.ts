// Conditions in place of an id (http://hl7.org/fhir/R4/http.html#cond-update).
import { refuse } from '../outcome.ts';
import { parseQuery } from '../search/query.ts';
import { readAll, runSearch } from '../search/search.ts';
import type { StoredVersion } from '../store/store.ts';
import type { FhirRequest } from '../wire.ts';
import type { World } from '../world.ts';

export type ConditionalVerb = 'CREATE' | 'UPDATE' | 'DELETE' | 'PATCH' | 'REFERENCE';

/**
 * The one resource that meets a condition such as `identifier=system|value`; undefined for none.
 *
 * @throws FhirError 412 when several do, 400 when there is no condition
 */
export function findOne(
  world: World,
  type: string,
  condition: string,
  verb: ConditionalVerb,
): StoredVersion | undefined {
  const found = findAll(world, type, condition, verb);
  if (found.length > 1) {
    // HAPI-0958
    throw refuse(
      412,
      `HAPI-0958: Failed to ${verb} resource with match URL "${type}?${condition}" because this search matched ${found.length} resources`,
      'multiple-matches',
    );
  }
  return found[0];
}

/** The query of a request as a condition. */
export function conditionOf({ terms }: Pick<FhirRequest, 'terms'>): string {
  const condition = new URLSearchParams();
  for (const [name, value] of terms) {
    if (name !== '_format' && name !== '_pretty') condition.append(name, value);
  }
  return String(condition);
}

export function findAll(
  world: World,
  type: string,
  condition: string,
  verb: ConditionalVerb,
): StoredVersion[] {
  const terms = [...new URLSearchParams(condition.replace(/^[^?=]*\?/, ''))];
  const query = parseQuery(terms);
  if (query.filters.length === 0) {
    throw refuse(
      412,
      `HAPI-0518: Failed to ${verb} resource with match URL "${type}?${condition}": it has no search parameters`,
      'invalid',
    );
  }
  const found = runSearch(world.store, type, query, world.searchContext());
  found.extend(Number.MAX_SAFE_INTEGER);
  return readAll(world.store, found.numbers);
}
