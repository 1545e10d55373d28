// FHIR R4 over HTTP. `http` is expected to add the access token (oauth/authorized-http.ts).
import { parseBaseUrl } from '../base-url.ts';
import { WorkbenchError } from '../errors.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import { isSuccess, parseBody, readJson } from '../http-error.ts';
import { text } from '../text.ts';
import { refusal } from './outcome-error.ts';
import type { CapabilityStatement, FhirResource } from './r4.ts';
import { etagFrom, etagOf, type Saved, savedFrom, type Versioned } from './saved.ts';
import { type SearchParams, searchQuery } from './search.ts';
import { type SearchPage, toSearchPage } from './search-page.ts';
import { parseExact } from './validate/exact-json.ts';
import { isBundle, parseResource, type ResourceOf, type ResourceType } from './wire.ts';

export type { Saved, Versioned };

export interface FhirOptions {
  readonly http: Http;
  /** Such as `http://127.0.0.1:8081/apis/default/fhir`. */
  readonly baseUrl: string;
}

interface Cancel {
  readonly signal?: AbortSignal;
}

export interface FhirClient {
  readonly baseUrl: string;
  capabilities(cancel?: Cancel): Promise<CapabilityStatement>;
  /** A number that would lose digits is kept as a raw JSON value (validate/exact-json.ts), so that it can be sent back. */
  read<T extends ResourceType>(
    type: T,
    id: string,
    cancel?: Cancel,
  ): Promise<Versioned<ResourceOf<T>>>;
  vread<T extends ResourceType>(
    type: T,
    id: string,
    versionId: string,
    cancel?: Cancel,
  ): Promise<Versioned<ResourceOf<T>>>;
  searchPage<T extends ResourceType>(
    type: T,
    params?: SearchParams,
    cancel?: Cancel,
  ): Promise<SearchPage<ResourceOf<T>>>;
  /** The page a `SearchPage.nextUrl` points at. */
  nextPage<T extends ResourceType>(
    type: T,
    nextUrl: string,
    cancel?: Cancel,
  ): Promise<SearchPage<ResourceOf<T>>>;
  /** Every match over all pages, fetched as they are consumed. */
  search<T extends ResourceType>(
    type: T,
    params?: SearchParams,
    cancel?: Cancel,
  ): AsyncIterable<ResourceOf<T>>;
  create<R extends FhirResource>(resource: R, cancel?: Cancel): Promise<Saved<R>>;
  /** Sends `If-Match` when `etag` or `meta.versionId` is known; then it is never sent twice. */
  update<R extends FhirResource>(
    resource: R,
    options?: Cancel & { readonly etag?: string },
  ): Promise<Saved<R>>;
  delete(type: ResourceType, id: string, cancel?: Cancel): Promise<void>;
}

/**
 * Every method throws `OutcomeError` (`FHIR_OUTCOME`, `FHIR_NOT_FOUND`, `FHIR_READ_ONLY`, `FHIR_CONFLICT`) when the server
 * names problems, `HttpError` on any other refusal, and `HTTP_*` when there is no usable answer.
 */
export function createFhirClient({ http, baseUrl }: FhirOptions): FhirClient {
  const base = parseBaseUrl(baseUrl);

  async function call(request: HttpRequest, cancel: Cancel | undefined): Promise<HttpResponse> {
    const headers = { accept: 'application/fhir+json', ...request.headers };
    const response = await http.send({ ...request, headers }, cancel);
    if (!isSuccess(response)) throw await refusal(response, request.method);
    return response;
  }

  const get = (url: string, cancel?: Cancel) => call({ method: 'GET', url }, cancel);

  async function readAt<T extends ResourceType>(
    type: T,
    path: string,
    cancel?: Cancel,
  ): Promise<Versioned<ResourceOf<T>>> {
    const response = await get(`${base}/${path}`, cancel);
    const value = parseBody(response, await response.text(), parseExact);
    return { resource: parseResource(value, type), ...etagOf(response) };
  }

  async function page<T extends ResourceType>(
    type: T,
    url: string,
    cancel?: Cancel,
  ): Promise<SearchPage<ResourceOf<T>>> {
    const response = await get(url, cancel);
    return toSearchPage(await readJson(response, isBundle, notABundle), type);
  }

  const nextPage: FhirClient['nextPage'] = (type, nextUrl, cancel) =>
    page(type, onHostOf(base, nextUrl), cancel);

  const searchPage: FhirClient['searchPage'] = (type, params = {}, cancel) => {
    const query = searchQuery(params);
    return page(type, `${base}/${type}${query === '' ? '' : `?${query}`}`, cancel);
  };

  async function* search<T extends ResourceType>(
    type: T,
    params: SearchParams = {},
    cancel?: Cancel,
  ): AsyncIterable<ResourceOf<T>> {
    const seen = new Set<string>();
    let current = await searchPage(type, params, cancel);
    yield* current.matches;
    while (current.nextUrl !== undefined) {
      if (seen.has(current.nextUrl)) throw endlessPaging(type);
      seen.add(current.nextUrl);
      current = await nextPage(type, current.nextUrl, cancel);
      yield* current.matches;
    }
  }

  async function write<R extends FhirResource>(
    resource: R,
    request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'retry'>,
    cancel: Cancel | undefined,
  ): Promise<Saved<R>> {
    const headers = {
      'content-type': 'application/fhir+json',
      prefer: 'return=representation',
      ...request.headers,
    };
    const body = JSON.stringify(resource);
    return savedFrom(await call({ ...request, headers, body }, cancel), resource);
  }

  return {
    baseUrl: base,
    capabilities: async (cancel) =>
      (await readAt('CapabilityStatement', 'metadata', cancel)).resource,
    read: async (type, id, cancel) => readAt(type, `${type}/${checkId(id)}`, cancel),
    vread: async (type, id, versionId, cancel) =>
      readAt(type, `${type}/${checkId(id)}/_history/${checkId(versionId)}`, cancel),
    searchPage,
    nextPage,
    search,
    create: async (resource, cancel) =>
      write(resource, { method: 'POST', url: `${base}/${resource.resourceType}` }, cancel),
    update: async (resource, { etag = etagFrom(resource), ...cancel } = {}) => {
      const url = `${base}/${resource.resourceType}/${checkId(resource.id ?? '')}`;
      // Sent again after a lost answer, our own first write would look like somebody else's.
      const guarded =
        etag === undefined ? {} : ({ headers: { 'if-match': etag }, retry: 'never' } as const);
      return write(resource, { method: 'PUT', url, ...guarded }, cancel);
    },
    async delete(type, id, cancel) {
      const url = `${base}/${type}/${checkId(id)}`;
      await (await call({ method: 'DELETE', url }, cancel)).bytes();
    },
  };
}

/** @see https://hl7.org/fhir/R4/datatypes.html#id */
function checkId(id: string): string {
  if (/^[A-Za-z0-9.-]{1,64}$/.test(id) && id !== '.' && id !== '..') return id;
  throw new WorkbenchError(
    'FHIR_BAD_RESOURCE',
    text(
      'This is not a FHIR id: it must have 1 to 64 letters, digits, dots or hyphens. Copy the id from the resource list.',
    ),
  );
}

/** A server behind a proxy may name itself by an inner host: the token goes only where the user pointed. */
function onHostOf(base: string, link: string): string {
  if (!URL.canParse(link, `${base}/`)) throw notABundle();
  const { pathname, search } = new URL(link, `${base}/`);
  return `${new URL(base).origin}${pathname}${search}`;
}

function notABundle(): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_ANSWER',
    text(
      'The server answered the search with something that is not a FHIR Bundle. Check that the address is the base of a FHIR R4 server.',
    ),
  );
}

function endlessPaging(type: string): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_ANSWER',
    text(
      'The server links the pages of {type} in a circle, so the list was stopped. Narrow the search.',
      { type },
    ),
  );
}
