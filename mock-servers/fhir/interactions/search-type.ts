// Search on a type, in a compartment and over several types, by GET and POST.
import { refuse, refuseParameter } from '../outcome.ts';
import { compartmentCriterion } from '../search/compartment.ts';
import type { Criterion } from '../search/criterion.ts';
import type { SearchDefinitions } from '../search/definitions.ts';
import { parseQuery, type SearchQuery } from '../search/query.ts';
import { countAll, type Found, foundNumbers, runSearch } from '../search/search.ts';
import { compileSort, type SortKey, sortNumbers } from '../search/sort.ts';
import { type FhirRequest, type FhirResponse, preferences, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { namedTypes } from './named-types.ts';
import { firstPage, laterPage, searchset, searchUrl } from './searchset.ts';
import { typeNumber } from './write.ts';

export function searchType(world: World, request: FhirRequest): FhirResponse {
  const [type = ''] = request.segments;
  typeNumber(world, type);
  return search(world, request, type, `${world.baseUrl()}/${type}`, []);
}

/** `Patient/1/Observation?...` */
export function searchCompartment(world: World, request: FhirRequest): FhirResponse {
  const [name = '', id = '', type = ''] = request.segments;
  typeNumber(world, name);
  typeNumber(world, type);
  const criterion = compartmentCriterion(name, id, type, world.searchContext());
  return search(world, request, type, `${world.baseUrl()}/${name}/${id}/${type}`, [criterion]);
}

/** Without a type: a page of an earlier search, or a search over the types that `_type` names. */
export function searchSystem(world: World, request: FhirRequest): FhirResponse {
  if (termOf(request, '_getpages') !== undefined) return laterPage(world, request);
  const named = namedTypes(world, request);
  const types = (named ?? world.definitions().types).filter((type) => world.allows(request, type));
  const terms = request.terms.filter(([name]) => name !== '_type');
  const query = parseQuery(terms);
  if (request.terms.length === 0) {
    throw refuse(
      400,
      'HAPI-0287: This is the base URL of FHIR server. Unable to handle this request, as it does not contain a resource type or operation name. See /metadata for what the server does, or read a type such as /Patient.',
    );
  }
  if (query.filters.length === 0 && named === undefined) {
    throw refuse(
      400,
      'A search over all types needs at least one parameter, such as _id, _lastUpdated or _type.',
      'invalid',
    );
  }
  const order = types.length > 1 ? commonOrder(query, world.definitions()) : [];
  const numbers = types.flatMap((type) => {
    const own = parseQuery(knownTerms(world, type, { ...request, terms }));
    const found = runSearch(world.store, type, own, world.searchContext());
    found.extend(Number.MAX_SAFE_INTEGER);
    return found.numbers;
  });
  if (order.length > 0) sortNumbers(world.store, numbers, order);
  const selfUrl = searchUrl(world.baseUrl(), request.terms);
  return answer(world, request, query, foundNumbers(numbers), selfUrl, () => numbers.length);
}

/** Types are searched one after the other; what they share can put the results in one order. */
function commonOrder({ sort }: SearchQuery, definitions: SearchDefinitions): readonly SortKey[] {
  return sort.map((term) => {
    if (!['_id', '_lastUpdated'].includes(term.code))
      throw refuseParameter(
        `Over several types _sort takes _id and _lastUpdated, not "${term.code}".`,
      );
    return compileSort('', term, definitions);
  });
}

function search(
  world: World,
  request: FhirRequest,
  type: string,
  path: string,
  filters: readonly Criterion[],
): FhirResponse {
  const query = parseQuery(knownTerms(world, type, request));
  const context = world.searchContext();
  const found = runSearch(world.store, type, query, context, filters);
  const count = () => countAll(world.store, type, query, context, filters);
  return answer(world, request, query, found, searchUrl(path, query.terms), count);
}

function answer(
  world: World,
  request: FhirRequest,
  query: SearchQuery,
  found: Found,
  selfUrl: string,
  count: () => number,
): FhirResponse {
  if (query.summary === 'count' || query.count === 0) {
    return searchset(world, found.total ?? count(), [{ relation: 'self', url: selfUrl }], []);
  }
  if (query.summary === 'text' && query.includes.length > 0) {
    throw refuseParameter('_include and _revinclude may not be used with _summary=text.');
  }
  return firstPage(world, request, { found, query, selfUrl, total: totalOf(found, query, count) });
}

/** HAPI gives the total when it has it at hand; _total=accurate counts it, _total=none leaves it out. */
function totalOf(found: Found, { total }: SearchQuery, count: () => number): number | undefined {
  if (total === 'none') return undefined;
  if (found.total !== undefined) return found.total;
  return total === undefined ? undefined : count();
}

/** With handling=lenient unknown parameters are left out, else they are refused (HAPI's default). */
function knownTerms(world: World, type: string, request: FhirRequest): FhirRequest['terms'] {
  if (preferences(request).get('handling') !== 'lenient') return request.terms;
  const known = world.definitions().parameters(type);
  const common = /^_(?:id|lastUpdated|has|sort|count|include|revinclude|summary|elements|total)\b/;
  return request.terms.filter(
    ([name]) => common.test(name) || known.has(name.split(/[.:]/)[0] ?? ''),
  );
}
