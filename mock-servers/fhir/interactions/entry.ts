// Entries of a batch or a transaction as requests, and answers as entries.
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { refuse } from '../outcome.ts';
import { segmentsOf } from '../segments.ts';
import type { FhirRequest, FhirResponse, JsonObject } from '../wire.ts';
import type { World } from '../world.ts';
import { instant } from './write.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** @throws FhirError 400 when the entry says no request */
export function requestOf(world: World, entry: JsonObject, outer: FhirRequest): FhirRequest {
  const stated = entry['request'];
  if (typeof stated !== 'object' || stated === null) {
    throw refuse(400, 'An entry of a batch or transaction needs a request.', 'required');
  }
  const { method, url, ifNoneMatch, ifMatch, ifNoneExist, ifModifiedSince } = stated as Record<
    string,
    unknown
  >;
  if (typeof method !== 'string' || !methods.includes(method) || typeof url !== 'string') {
    throw refuse(400, 'The request of an entry needs a method of HTTP and a url.', 'invalid');
  }
  const relative = url.startsWith(`${world.baseUrl()}/`)
    ? url.slice(world.baseUrl().length + 1)
    : url.replace(/^\//, '');
  const end = relative.includes('?') ? relative.indexOf('?') : relative.length;
  const query = relative.slice(end + 1);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const resource = entry['resource'];
  const isPatch = method === 'PATCH';
  return {
    method,
    segments: segmentsOf(relative.slice(0, end)),
    terms: query === '' ? [] : [...new URLSearchParams(query)],
    headers: {
      'content-type': isPatch ? 'application/json-patch+json' : 'application/fhir+json',
      'if-none-match': text(ifNoneMatch),
      'if-match': text(ifMatch),
      'if-none-exist': text(ifNoneExist),
      'if-modified-since': instantHeader(ifModifiedSince),
      prefer: outer.headers['prefer'] ?? 'return=minimal',
      authorization: outer.headers['authorization'],
    },
    body: isPatch ? patchBody(resource) : resource,
  };
}

function instantHeader(value: unknown): string | undefined {
  return typeof value === 'string' ? new Date(value).toUTCString() : undefined;
}

/** R4 3.1.0.11.2: a JSON Patch travels as a Binary. */
function patchBody(resource: unknown): unknown {
  const { resourceType, data } = (resource ?? {}) as Record<string, unknown>;
  if (resourceType !== 'Binary' || typeof data !== 'string') {
    throw refuse(
      400,
      'A PATCH in a Bundle needs a Binary with a JSON Patch in its data.',
      'structure',
    );
  }
  try {
    return parseExact(Buffer.from(data, 'base64').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw refuse(400, 'The data of the Binary is not a JSON Patch.', 'structure');
    throw error;
  }
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
};

/** An answer as JSON of an entry; bodies stay the text they are. */
export function entryText(
  world: World,
  { status, headers = {}, body, updated }: FhirResponse,
): string {
  const location = headers['Location'] ?? headers['Content-Location'];
  const response = JSON.stringify({
    status: `${status} ${reasons[status] ?? ''}`.trim(),
    location: location?.slice(world.baseUrl().length + 1),
    etag: headers['ETag'],
    lastModified: updated === undefined ? undefined : instant(updated),
  });
  if (body === undefined) return `{"response":${response}}`;
  return isOutcome(body)
    ? `{"response":${response.slice(0, -1)},"outcome":${body}}}`
    : `{"resource":${body},"response":${response}}`;
}

/** Of what happened; one that was stored and is read has an id. */
function isOutcome(body: string): boolean {
  return /^\{"resourceType":"OperationOutcome",(?!"id")/.test(body);
}

export function responseBundle(
  world: World,
  type: 'batch' | 'transaction',
  entries: readonly string[],
): FhirResponse {
  const head = JSON.stringify({
    resourceType: 'Bundle',
    id: world.newUuid(),
    type: `${type}-response`,
    link: [{ relation: 'self', url: world.baseUrl() }],
  });
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return { status: 200, body: `${head.slice(0, -1)}${list}}` };
}
