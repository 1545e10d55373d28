// Search on a type, by GET and POST, and its pages.
import { refuseParameter } from '../outcome.ts';
import { parseQuery, type SearchQuery } from '../search/query.ts';
import { CHUNK, countAll, type Found, readAll, runSearch } from '../search/search.ts';
import type { StoredVersion } from '../store/store.ts';
import { type FhirRequest, type FhirResponse, preferences, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { instant, typeNumber } from './write.ts';

export function searchType(world: World, request: FhirRequest): FhirResponse {
  const [type = ''] = request.segments;
  typeNumber(world, type);
  const query = parseQuery(knownTerms(world, type, request));
  const context = world.searchContext();
  const found = runSearch(world.store, type, query, context);
  const total = totalOf(found, query, () => countAll(world.store, type, query, context));
  const selfUrl = urlOf(`${world.baseUrl()}/${type}`, query.terms);
  if (query.summary === 'count' || query.count === 0) {
    return {
      status: 200,
      body: bundleText(world, {
        selfUrl,
        total: total ?? countAll(world.store, type, query, context),
        entries: [],
        links: [],
      }),
    };
  }
  const session = { id: world.newUuid(), found, query, selfUrl, total };
  if (!found.complete || found.numbers.length > query.count) world.sessions.add(session);
  return pageOf(world, session, 0, query.count);
}

/** `GET /fhir?_getpages=...`: a later page of a search. */
export function searchPage(world: World, request: FhirRequest): FhirResponse {
  const session = world.sessions.get(termOf(request, '_getpages') ?? '');
  const offset = Number(termOf(request, '_getpagesoffset') ?? 0);
  const count = Number(termOf(request, '_count') ?? session.query.count);
  if (![offset, count].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw refuseParameter('Invalid value for parameter _getpagesoffset or _count.');
  }
  return pageOf(world, session, offset, Math.min(Math.max(count, 1), CHUNK));
}

interface Pages {
  readonly id: string;
  readonly found: Found;
  readonly query: SearchQuery;
  readonly selfUrl: string;
  readonly total: number | undefined;
}

function pageOf(
  world: World,
  { id, found, query, selfUrl, total }: Pages,
  offset: number,
  count: number,
): FhirResponse {
  found.extend(offset + count + 1);
  const entries = readAll(world.store, found.numbers.slice(offset, offset + count));
  const page = (at: number) =>
    urlOf(world.baseUrl(), [
      ['_getpages', id],
      ['_getpagesoffset', String(at)],
      ['_count', String(count)],
      ['_bundletype', 'searchset'],
    ]);
  const links: Link[] = [];
  if (found.numbers.length > offset + count)
    links.push({ relation: 'next', url: page(offset + count) });
  if (offset > 0) links.push({ relation: 'previous', url: page(Math.max(0, offset - count)) });
  const self = offset === 0 ? selfUrl : page(offset);
  void query;
  return { status: 200, body: bundleText(world, { selfUrl: self, total, entries, links }) };
}

/** HAPI gives the total when it has it at hand; _total=accurate counts it, _total=none leaves it out. */
function totalOf(found: Found, { total }: SearchQuery, count: () => number): number | undefined {
  if (total === 'none') return undefined;
  if (found.complete) return found.numbers.length;
  return total === 'accurate' || total === 'estimate' ? count() : undefined;
}

interface Link {
  readonly relation: string;
  readonly url: string;
}

interface BundleParts {
  readonly selfUrl: string;
  readonly total: number | undefined;
  readonly entries: readonly StoredVersion[];
  readonly links: readonly Link[];
}

/** Put together as text, so that each resource goes out as it was stored. */
function bundleText(world: World, { selfUrl, total, entries, links }: BundleParts): string {
  const types = world.definitions().types;
  const head = JSON.stringify({
    resourceType: 'Bundle',
    id: world.newUuid(),
    meta: { lastUpdated: instant(world.clock.now()) },
    type: 'searchset',
    total,
    link: [{ relation: 'self', url: selfUrl }, ...links],
  });
  if (entries.length === 0) return head;
  const base = world.baseUrl();
  const texts = entries.map(
    ({ type, id, body }) =>
      `{"fullUrl":"${base}/${types[type - 1]}/${id}","resource":${body},"search":{"mode":"match"}}`,
  );
  return `${head.slice(0, -1)},"entry":[${texts.join(',')}]}`;
}

function urlOf(path: string, terms: readonly (readonly [string, string])[]): string {
  const query = terms.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** Keeps what is readable and legal in a query. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|2C|2F|24)/g, decodeURIComponent);
}

/** With handling=lenient unknown parameters are left out, else they are refused (HAPI's default). */
function knownTerms(world: World, type: string, request: FhirRequest): FhirRequest['terms'] {
  if (preferences(request).get('handling') !== 'lenient') return request.terms;
  const known = world.definitions().parameters(type);
  return request.terms.filter(
    ([name]) => name.startsWith('_') || known.has(name.split(/[.:]/)[0] ?? ''),
  );
}
