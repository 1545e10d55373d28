// Turns an Answer into bytes on the wire with the headers of Orthanc's embedded HTTP server, in their order.
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { Version } from '../versions.ts';
import type { Answer, StoredFile } from './answer.ts';
import { type OrthancError, statusPhrase } from './errors.ts';
import { tabbedJson } from './json.ts';

const gzipAsync = promisify(gzip);
const deflateAsync = promisify(deflate);

export interface Sending {
  readonly version: Version;
  /** Value of Accept-Encoding when the configuration allows compression, else empty. */
  readonly acceptEncoding: string;
}

export async function send(answer: Answer, res: ServerResponse, sending: Sending): Promise<void> {
  const { body } = answer;
  if (body instanceof Readable) return sendStream(answer, body, res);
  if (isStoredFile(body)) return sendFile(answer, body, res, sending);
  const packed = await compressed(body ?? '', sending);
  const headers = startOf(answer, res);
  if (packed.encoding) headers.push('Content-Encoding', packed.encoding);
  headers.push('Content-Length', String(Buffer.byteLength(packed.body)));
  res.writeHead(answer.status, ordered(headers, sending.version));
  // A text leaves together with the head, bytes in a second piece.
  res.end(packed.body);
}

const UNKNOWN_TAG = 27;

/** The body of an error that Orthanc explains. */
export function errorAnswer(
  error: OrthancError,
  method: string,
  uri: string,
  version: Version,
): Answer {
  const body = tabbedJson({
    Details:
      error.orthancStatus === UNKNOWN_TAG && !version.namesUnknownTags ? undefined : error.details,
    HttpError: statusPhrase(error.status),
    HttpStatus: error.status,
    Message: error.publicMessage,
    Method: method,
    OrthancError: error.publicMessage,
    OrthancStatus: error.orthancStatus,
    Uri: uri,
  });
  return {
    status: error.status,
    body,
    headers: error.headers,
    ...(version.typedErrors && { contentType: 'text/plain' }),
  };
}

async function sendStream(answer: Answer, body: Readable, res: ServerResponse): Promise<void> {
  // Orthanc streams without a length and without chunks: the end of the connection ends the body.
  res.useChunkedEncodingByDefault = false;
  res.shouldKeepAlive = false;
  const headers = ['Connection', 'close', ...typeAndHeaders(answer)];
  res.sendDate = false;
  res.removeHeader('Transfer-Encoding');
  res.writeHead(answer.status, headers);
  await pipeline(body, res);
}

async function sendFile(
  answer: Answer,
  file: StoredFile,
  res: ServerResponse,
  { version }: Sending,
): Promise<void> {
  const start = file.range?.start ?? 0;
  const end = file.range?.end ?? file.size - 1;
  const headers = [...startOf(answer, res), 'Content-Length', String(end - start + 1)];
  res.writeHead(answer.status, ordered(headers, version));
  if (end < start) {
    res.end();
    return;
  }
  const { path, offset = 0 } = file;
  const place = { start: offset + start, end: offset + end, highWaterMark: 256 * 1024 };
  await pipeline(createReadStream(path, place), res);
}

function isStoredFile(body: Answer['body']): body is StoredFile {
  return typeof body === 'object' && 'path' in body;
}

function startOf(answer: Answer, res: ServerResponse): string[] {
  res.sendDate = false;
  const connection = res.shouldKeepAlive
    ? ['Connection', 'keep-alive', 'Keep-Alive', 'timeout=1']
    : ['Connection', 'close'];
  return [...connection, ...typeAndHeaders(answer)];
}

function typeAndHeaders(answer: Answer): string[] {
  const type = answer.contentType === undefined ? [] : ['Content-Type', answer.contentType];
  const named = Object.entries(answer.headers ?? {}).flatMap(([name, value]) => [
    name,
    wire(value),
  ]);
  return [...type, ...named];
}

/** UTF-8, as Orthanc writes a name that the client has chosen; Node refuses what would end the header. */
function wire(value: string): string {
  return Buffer.from(value.replace(/[\0\r\n]/g, ' ')).toString('latin1');
}

function ordered(headers: string[], version: Version): string[] {
  if (!version.sendsNosniff || headers.includes('Pragma')) return headers;
  const at = headers.indexOf('Content-Length');
  return [...headers.slice(0, at), 'X-Content-Type-Options', 'nosniff', ...headers.slice(at)];
}

async function compressed(
  body: string | Uint8Array,
  { acceptEncoding }: Sending,
): Promise<{ body: string | Uint8Array; encoding?: string }> {
  if (body.length === 0 || acceptEncoding === '') return { body };
  const accepted = acceptEncoding.split(',').map((part) => part.split(';')[0]?.trim());
  if (accepted.includes('gzip')) return { body: await gzipAsync(body), encoding: 'gzip' };
  if (accepted.includes('deflate')) return { body: await deflateAsync(body), encoding: 'deflate' };
  return { body };
}
