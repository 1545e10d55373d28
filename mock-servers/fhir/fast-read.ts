// A plain read by id is most of what a server does, so it takes the short way: one look-up, stored
// bytes out, kept for the next reader until anything changes. Whatever asks for more (a query, a
// condition, another format) goes through http.ts.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { FHIR_JSON, packs } from './http.ts';
import type { World } from './world.ts';

const plainAccept = /^(?:\*\/\*|application\/(?:fhir\+)?json|application\/fhir\+json;.*)$/;

const mostKept = 256;
const largestKeptBytes = 65_536;

interface Answer {
  readonly headers: OutgoingHttpHeaders;
  readonly bytes: Uint8Array;
}

/** @returns whether the request has been answered */
export function fastRead(world: World, basePath: string) {
  const { store } = world;
  const path = new RegExp(`^${basePath}/([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})$`);
  const kept = new Map<string, Answer>();
  let keptAt = store.changes;

  const answerOf = (url: string): Answer | undefined => {
    if (keptAt !== store.changes || kept.size === mostKept) {
      kept.clear();
      keptAt = store.changes;
    }
    const known = kept.get(url);
    if (known !== undefined) return known;
    const match = path.exec(url);
    if (match === null) return undefined;
    const [, type = '', id = ''] = match;
    const stored = store.readBytes(world.definitions().typeNumber(type), id);
    if (stored === undefined) return undefined;
    const [version, updated, bytes] = stored;
    const headers = {
      'Content-Type': FHIR_JSON,
      'Content-Length': bytes.length,
      ETag: `W/"${version}"`,
      'Last-Modified': new Date(updated).toUTCString(),
      'Content-Location': `${world.baseUrl()}/${type}/${id}/_history/${version}`,
    };
    if (bytes.length <= largestKeptBytes) kept.set(url, { headers, bytes });
    return { headers, bytes };
  };

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '', headers } = request;
    if (method !== 'GET' || !isPlain(headers)) return false;
    const answer = answerOf(url);
    if (answer === undefined || packs(request, answer.bytes)) return false;
    response.writeHead(200, answer.headers);
    response.end(answer.bytes);
    return true;
  };
}

function isPlain(headers: IncomingMessage['headers']): boolean {
  const { accept } = headers;
  return (
    (accept === undefined || plainAccept.test(accept)) &&
    headers['if-none-match'] === undefined &&
    headers['if-modified-since'] === undefined &&
    headers['x-request-id'] === undefined
  );
}
