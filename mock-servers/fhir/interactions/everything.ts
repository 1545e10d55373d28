// Patient/$everything: the patient, all of its compartment, and what these refer to.
import { refuseParameter } from '../outcome.ts';
import { compartmentCriterion } from '../search/compartment.ts';
import { findIncluded } from '../search/include.ts';
import { parseQuery, type SearchQuery } from '../search/query.ts';
import { foundNumbers, readAll, runSearch } from '../search/search.ts';
import type { FhirRequest, FhirResponse } from '../wire.ts';
import type { World } from '../world.ts';
import { requireStored } from './instance.ts';
import { namedTypes } from './named-types.ts';
import { termsOf } from './parameters.ts';
import { firstPage, searchset, searchUrl } from './searchset.ts';
import { changedSince } from './since.ts';

const known = ['_since', '_type', '_count', '_format', '_pretty'];
const everyReference = {
  reverse: false,
  iterate: false,
  source: '*',
  code: '*',
  target: undefined,
};

export function everything(world: World, request: FhirRequest): FhirResponse {
  const [, id = ''] = request.segments;
  const patient = requireStored(world, 'Patient', id);
  const terms = [...request.terms, ...termsOf(request.body)];
  for (const [name] of terms) {
    if (!known.includes(name))
      throw refuseParameter(`Parameter ${name} is not supported by $everything.`);
  }
  const named = namedTypes(world, { terms });
  const types = named ?? world.definitions().types;
  const own = [patient.rid, ...compartmentOf(world, request, id, types, changedSince({ terms }))];
  const around = named === undefined ? referredBy(world, request, own) : [];
  const found = foundNumbers([...new Set([...own, ...around])]);
  const query = parseQuery(terms.filter(([name]) => name === '_count'));
  const selfUrl = searchUrl(`${world.baseUrl()}/Patient/${id}/$everything`, terms);
  const total = found.numbers.length;
  if (query.count === 0) return searchset(world, total, [{ relation: 'self', url: selfUrl }], []);
  return firstPage(world, request, { found, query, selfUrl, total });
}

function compartmentOf(
  world: World,
  request: FhirRequest,
  id: string,
  types: readonly string[],
  query: SearchQuery,
): number[] {
  const context = world.searchContext();
  return types
    .filter(
      (type) =>
        type !== 'Patient' &&
        world.allows(request, type) &&
        context.definitions.compartment('Patient', type) !== undefined,
    )
    .flatMap((type) => {
      const criterion = compartmentCriterion('Patient', id, type, context);
      const found = runSearch(world.store, type, query, context, [criterion]);
      found.extend(Number.MAX_SAFE_INTEGER);
      return found.numbers;
    });
}

function referredBy(world: World, request: FhirRequest, numbers: readonly number[]): number[] {
  const { types } = world.definitions();
  const around = findIncluded(world.store, numbers, [everyReference], world.searchContext());
  return readAll(world.store, around)
    .filter(({ type }) => world.allows(request, types[type - 1] ?? ''))
    .map(({ rid }) => rid);
}
