// Between sockets and handlers: reads bodies, negotiates the format, writes answers, renders refusals.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { dispatch, renderError } from './dispatch.ts';
import { FhirError, refuse } from './outcome.ts';
import { findRoute } from './routes.ts';
import { segmentsOf } from './segments.ts';
import { type FhirRequest, type FhirResponse, termOf } from './wire.ts';
import type { World } from './world.ts';
import { boundYoungSpace } from './young-space.ts';

export const FHIR_JSON = 'application/fhir+json;charset=UTF-8';
/** A body beyond this is answered with 413. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** Below this gzip gains nothing. */
const MIN_GZIP_BYTES = 1400;

const inflate = promisify(gunzip);
const deflate = promisify(gzip);

/** Answers one request below `/fhir`; never rejects. */
export async function answer(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let pretty = false;
  try {
    const parsed = await readRequest(request);
    pretty = termOf(parsed, '_pretty') === 'true';
    requireJson(parsed);
    await send(request, response, await dispatch(world, parsed), pretty);
  } catch (error) {
    await send(request, response, renderError(error), pretty);
  }
}

async function readRequest(request: IncomingMessage): Promise<FhirRequest> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const terms = mark < 0 ? [] : [...new URLSearchParams(url.slice(mark + 1))];
  const headers = request.headers as FhirRequest['headers'];
  const method = request.method ?? 'GET';
  const segments = segmentsOf(path);
  // A path or method that is not served is refused as such, whatever is sent along.
  findRoute(method, segments);
  const text = ['GET', 'HEAD'].includes(method) ? '' : await readText(request);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  if (isForm && segments.at(-1) === '_search') {
    return {
      method,
      segments,
      headers,
      terms: [...terms, ...new URLSearchParams(text)],
      body: undefined,
    };
  }
  return {
    method,
    segments,
    headers,
    terms,
    body: text === '' ? undefined : parseBody(text, headers['content-type']),
  };
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  boundYoungSpace(size);
  const bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return decodeUtf8(bytes);
  if (!/^(?:x-)?gzip$/i.test(encoding))
    throw refuse(415, `Content-Encoding ${encoding} is not supported: use gzip.`, 'not-supported');
  try {
    return decodeUtf8(await inflate(bytes, { maxOutputLength: MAX_BODY_BYTES }));
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    if (error instanceof FhirError) throw error;
    throw refuse(400, 'The body is not valid gzip data.', 'structure');
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw refuse(400, 'The body is not valid UTF-8.', 'structure');
    throw error;
  }
}

function tooLarge(): FhirError {
  return refuse(413, `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB.`, 'too-costly');
}

const jsonTypes = /^(?:application\/(?:fhir\+json|json|json-patch\+json|json\+fhir)|text\/json)\b/i;

function parseBody(text: string, contentType: string | undefined): unknown {
  if (contentType !== undefined && !jsonTypes.test(contentType)) {
    throw refuse(
      415,
      `Content-Type ${contentType} is not supported: send application/fhir+json, or application/json-patch+json to patch.`,
      'not-supported',
    );
  }
  try {
    return parseExact(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The message of the parser may quote the body, so it stays here.
    throw refuse(
      400,
      'HAPI-0450: Failed to parse request body as JSON resource: the body is not valid JSON.',
      'structure',
    );
  }
}

const acceptable =
  /(?:^|[\s,])(?:\*\/\*|application\/\*|application\/(?:fhir\+json|json|json\+fhir|fhir\+ndjson|x-ndjson|ndjson)|text\/json)/i;
const formats = /^(?:json|application\/(?:fhir[+ ]json|json)|text\/json)$/i;

/** XML is not spoken here; 406 says so (R4 3.1.0.1.11). */
function requireJson(request: FhirRequest): void {
  const format = termOf(request, '_format');
  const accept = request.headers['accept'];
  const refused =
    format === undefined
      ? accept !== undefined && accept !== '' && !acceptable.test(accept)
      : !formats.test(format.replace(/;.*$/s, '').trim());
  if (refused) {
    throw refuse(
      406,
      `This server gives JSON only, not ${format ?? accept}: ask for application/fhir+json.`,
      'not-supported',
    );
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, chunks }: FhirResponse,
  pretty: boolean,
): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  const text = body !== undefined && pretty ? JSON.stringify(parseExact(body), null, 2) : body;
  const all: Record<string, string> = {
    ...(text === undefined ? {} : { 'Content-Type': FHIR_JSON }),
    ...headers,
    ...echoedId(request),
  };
  if (chunks !== undefined) {
    response.writeHead(status, all);
    await pipeline(Readable.from(chunks), response);
    return;
  }
  let bytes = Buffer.from(text ?? '');
  if (packs(request, bytes)) {
    bytes = await deflate(bytes);
    all['Content-Encoding'] = 'gzip';
  }
  if (status !== 304 && status !== 204) all['Content-Length'] = String(bytes.length);
  response.writeHead(status, all);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Whether an answer goes out as gzip. */
export function packs({ headers }: IncomingMessage, bytes: Uint8Array): boolean {
  if (bytes.length < MIN_GZIP_BYTES) return false;
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(headers['accept-encoding'] ?? ''));
}

/** HAPI gives a client's own id of the request back. */
function echoedId({ headers }: IncomingMessage): Record<string, string> {
  const id = headers['x-request-id'];
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? { 'X-Request-ID': id } : {};
}
