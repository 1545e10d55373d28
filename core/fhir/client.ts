// FHIR R4 over HTTP. `http` is expected to add the access token (oauth/authorized-http.ts).
import { parseBaseUrl } from '../base-url.ts';
import { WorkbenchError } from '../errors.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import { isSuccess, parseBody, readJson } from '../http-error.ts';
import { isCreatedPatient } from '../openemr/wire.ts';
import { text } from '../text.ts';
import { refusal } from './outcome-error.ts';
import type { CapabilityStatement, FhirResource } from './r4.ts';
import { type SearchParams, searchQuery } from './search.ts';
import { type SearchPage, toSearchPage } from './search-page.ts';
import { isBundle, isResource, parseResource, type ResourceOf, type ResourceType } from './wire.ts';

export interface FhirOptions {
  readonly http: Http;
  /** Such as `http://127.0.0.1:8081/apis/default/fhir`. */
  readonly baseUrl: string;
}

interface Cancel {
  readonly signal?: AbortSignal;
}

export interface Versioned<T> {
  readonly resource: T;
  /** As the server sent it, for `If-Match`. */
  readonly etag?: string;
}

/** Servers differ in what they answer to a write: the resource, its id only, or nothing. */
export interface Saved<T> {
  readonly id: string;
  readonly resource?: T;
  readonly etag?: string;
}

export interface FhirClient {
  readonly baseUrl: string;
  capabilities(cancel?: Cancel): Promise<CapabilityStatement>;
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
 * Every method throws `OutcomeError` (`FHIR_OUTCOME`, `FHIR_NOT_FOUND`, `FHIR_CONFLICT`) when the server
 * names problems, `HttpError` on any other refusal, and `HTTP_*` when there is no usable answer.
 */
export function createFhirClient({ http, baseUrl }: FhirOptions): FhirClient {
  const base = parseBaseUrl(baseUrl);

  async function call(request: HttpRequest, cancel: Cancel | undefined): Promise<HttpResponse> {
    const headers = { accept: 'application/fhir+json', ...request.headers };
    const response = await http.send({ ...request, headers }, cancel);
    if (!isSuccess(response)) throw await refusal(response);
    return response;
  }

  const get = (url: string, cancel?: Cancel) => call({ method: 'GET', url }, cancel);

  async function readAt<T extends ResourceType>(
    type: T,
    path: string,
    cancel?: Cancel,
  ): Promise<Versioned<ResourceOf<T>>> {
    const response = await get(`${base}/${path}`, cancel);
    const value = parseBody(response, await response.text());
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
    async capabilities(cancel) {
      const response = await get(`${base}/metadata`, cancel);
      return parseResource(parseBody(response, await response.text()), 'CapabilityStatement');
    },
    read: (type, id, cancel) => readAt(type, `${type}/${checkId(id)}`, cancel),
    vread: (type, id, versionId, cancel) =>
      readAt(type, `${type}/${checkId(id)}/_history/${checkId(versionId)}`, cancel),
    searchPage,
    nextPage,
    search,
    create: (resource, cancel) =>
      write(resource, { method: 'POST', url: `${base}/${resource.resourceType}` }, cancel),
    update: (resource, { etag = etagFrom(resource), ...cancel } = {}) => {
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

function etagOf(response: HttpResponse): { etag?: string } {
  const { etag } = response.headers;
  return etag === undefined ? {} : { etag };
}

function etagFrom({ meta }: FhirResource): string | undefined {
  return meta?.versionId === undefined ? undefined : `W/"${meta.versionId}"`;
}

async function savedFrom<R extends FhirResource>(
  response: HttpResponse,
  sent: R,
): Promise<Saved<R>> {
  const body = await response.text();
  const value = body.trim() === '' ? undefined : parseBody(response, body);
  if (isSame(value, sent)) {
    const etag = response.headers['etag'] ?? etagFrom(value);
    return { id: value.id ?? '', resource: value, ...(etag === undefined ? {} : { etag }) };
  }
  // OpenEMR 7.0.3: POST answers {"pid":7,"uuid":"…"} instead of the resource, without Location.
  const uuid = isCreatedPatient(value) ? value.uuid : undefined;
  const id = uuid ?? idInLocation(response.headers['location']) ?? sent.id;
  if (id === undefined) throw noId();
  return { id, ...etagOf(response) };
}

function isSame<R extends FhirResource>(value: unknown, sent: R): value is R {
  return isResource(value) && value.resourceType === sent.resourceType && value.id !== undefined;
}

function idInLocation(location: string | undefined): string | undefined {
  return location?.match(/\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?\/?$/)?.[1];
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

function noId(): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_ANSWER',
    text(
      'The server accepted the resource but did not say under which id. Search for it before sending it again.',
    ),
  );
}
