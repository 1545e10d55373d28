// A plain read by id is most of what a server does, so it takes the short way: one look-up, stored
// text out. Whatever asks for more (a query, a condition, another format) goes through http.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FHIR_JSON } from './http.ts';
import type { World } from './world.ts';

const plainAccept = /^(?:\*\/\*|application\/(?:fhir\+)?json|application\/fhir\+json;.*)$/;

/** @returns whether the request has been answered */
export function fastRead(world: World, basePath: string) {
  const path = new RegExp(`^${basePath}/([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})$`);
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '', headers } = request;
    if (method !== 'GET') return false;
    const match = path.exec(url);
    if (match === null || !isPlain(headers)) return false;
    const [, type = '', id = ''] = match;
    const stored = world.store.read(world.definitions().typeNumber(type), id);
    if (stored === undefined || stored.body === null) return false;
    response.writeHead(200, {
      'Content-Type': FHIR_JSON,
      'Content-Length': Buffer.byteLength(stored.body),
      ETag: `W/"${stored.version}"`,
      'Last-Modified': new Date(stored.updated).toUTCString(),
      'Content-Location': `${world.baseUrl()}/${type}/${id}/_history/${stored.version}`,
    });
    response.end(stored.body);
    return true;
  };
}

function isPlain(headers: IncomingMessage['headers']): boolean {
  const { accept } = headers;
  return (
    (accept === undefined || plainAccept.test(accept)) &&
    headers['if-none-match'] === undefined &&
    headers['if-modified-since'] === undefined &&
    headers['accept-encoding'] === undefined &&
    headers['x-request-id'] === undefined
  );
}
