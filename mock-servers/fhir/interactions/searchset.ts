// A page of a search as a Bundle, with its links and what it includes.
import { refuseParameter } from '../outcome.ts';
import { findIncluded } from '../search/include.ts';
import type { SearchQuery } from '../search/query.ts';
import { CHUNK, type Found, readAll } from '../search/search.ts';
import { type FhirRequest, type FhirResponse, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { type Shape, shapeOf } from './shape.ts';
import { instant } from './write.ts';

export interface Pages {
  readonly id: string;
  readonly found: Found;
  readonly query: SearchQuery;
  readonly selfUrl: string;
  readonly total: number | undefined;
}

/** The first page; the search is kept when there are more. */
export function firstPage(
  world: World,
  request: FhirRequest,
  pages: Omit<Pages, 'id'>,
): FhirResponse {
  const { found, query } = pages;
  const session = { ...pages, id: world.newUuid() };
  if (!found.complete || found.numbers.length > query.count) world.sessions.add(session);
  return pageOf(world, request, session, 0, query.count);
}

/** `GET /fhir?_getpages=...`: a later page. */
export function laterPage(world: World, request: FhirRequest): FhirResponse {
  const session = world.sessions.get(termOf(request, '_getpages') ?? '');
  const offset = Number(termOf(request, '_getpagesoffset') ?? 0);
  const count = Number(termOf(request, '_count') ?? session.query.count);
  if (![offset, count].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw refuseParameter('Invalid value for parameter _getpagesoffset or _count.');
  }
  return pageOf(world, request, session, offset, Math.min(Math.max(count, 1), CHUNK));
}

function pageOf(
  world: World,
  request: FhirRequest,
  pages: Pages,
  offset: number,
  count: number,
): FhirResponse {
  const { id, found, query, selfUrl, total } = pages;
  found.extend(offset + count + 1);
  const matches = found.numbers.slice(offset, offset + count);
  const included = findIncluded(world.store, matches, query.includes, world.searchContext());
  const page = (start: number) =>
    searchUrl(world.baseUrl(), [
      ['_getpages', id],
      ['_getpagesoffset', String(start)],
      ['_count', String(count)],
      ['_bundletype', 'searchset'],
    ]);
  const links: Link[] = [{ relation: 'self', url: offset === 0 ? selfUrl : page(offset) }];
  if (found.numbers.length > offset + count)
    links.push({ relation: 'next', url: page(offset + count) });
  if (offset > 0) links.push({ relation: 'previous', url: page(Math.max(0, offset - count)) });
  const shape = shapeOf(world, query);
  return searchset(world, total, links, [
    ...entryTexts(world, request, matches, 'match', shape),
    ...entryTexts(world, request, included, 'include', shape),
  ]);
}

export interface Link {
  readonly relation: string;
  readonly url: string;
}

/** Put together as text, so that each resource goes out as it was stored. */
export function searchset(
  world: World,
  total: number | undefined,
  link: readonly Link[],
  entries: readonly string[],
): FhirResponse {
  const head = JSON.stringify({
    resourceType: 'Bundle',
    id: world.newUuid(),
    meta: { lastUpdated: instant(world.clock.now()) },
    type: 'searchset',
    total,
    link,
  });
  const body = entries.length === 0 ? head : `${head.slice(0, -1)},"entry":[${entries.join(',')}]}`;
  return { status: 200, body };
}

/** What the token does not allow is left out: an include may lead to another type. */
function entryTexts(
  world: World,
  request: FhirRequest,
  numbers: readonly number[],
  mode: 'match' | 'include',
  shape: Shape,
): string[] {
  const { types } = world.definitions();
  const base = world.baseUrl();
  return readAll(world.store, numbers).flatMap(({ type, id, body }) => {
    const name = types[type - 1] ?? '';
    if (!world.allows(request, name)) return [];
    return `{"fullUrl":"${base}/${name}/${id}","resource":${shape(body)},"search":{"mode":"${mode}"}}`;
  });
}

export function searchUrl(path: string, terms: FhirRequest['terms']): string {
  const query = terms.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** Keeps what is readable and legal in a query. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|2C|2F|24)/g, decodeURIComponent);
}
