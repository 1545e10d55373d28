// A request as the handlers see it: the URI taken apart as Orthanc's HttpServer does, the body on demand.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { OrthancError } from './errors.ts';
import { parseLenient } from './json.ts';
import type { Method } from './router.ts';

export interface Call {
  readonly method: Method;
  readonly uri: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  /** What follows the matched path, for handlers of a whole subtree. */
  readonly trailing: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly remoteIp: string;
  readonly username: string;
  /** The request itself, for handlers that stream the body. */
  readonly request: IncomingMessage;
}

/** Decoded once, cut at a NUL as a C string is, with single slashes: what errors name. */
export function uriOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  const decoded = percentDecoded(path).split('\0', 1)[0] ?? '';
  return withoutDots(decoded.replace(/\/+/g, '/'));
}

// civetweb takes `.` and `..` out of a path, escaped ones too, and stays below the root.
function withoutDots(path: string): string {
  if (!/\/\.\.?(\/|$)/.test(path)) return path;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '.' && part !== '') kept.push(part);
  }
  return `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`;
}

export function splitUri(uri: string): string[] {
  return uri.split('/').filter(Boolean);
}

/** Arguments of the URL, with their escapes as Orthanc 1.10.1 and 1.12.7 leave them; a name without `=` has the empty string, the last of two wins. */
export function splitQuery(target: string): Map<string, string> {
  const query = new Map<string, string>();
  const at = target.indexOf('?');
  if (at < 0) return query;
  for (const part of target.slice(at + 1).split('&')) {
    const [name = '', ...rest] = part.split('=');
    if (name !== '') query.set(name, rest.join('='));
  }
  return query;
}

/** The body in memory, unpacked when it says `Content-Encoding: gzip`. */
export async function bodyOf(call: Call): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of call.request) chunks.push(chunk);
  return unpacked(
    chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks),
    call,
  );
}

export async function textBodyOf(call: Call): Promise<string> {
  return (await bodyOf(call)).toString('utf8');
}

/** The body as parsed JSON, undefined when it is none: each handler has its own words for that. */
export async function jsonBodyOf(call: Call): Promise<unknown> {
  try {
    return parseLenient(await textBodyOf(call));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function unpacked(body: Buffer, call: Call): Buffer {
  if (call.headers['content-encoding'] !== 'gzip') return body;
  try {
    return gunzipSync(body);
  } catch (cause) {
    throw new OrthancError('badFile', undefined, { cause });
  }
}

/**
 * A flag of the URL: present, and not switched off by `false` or `0` where the version looks at the value.
 *
 * @throws OrthancError when the value is looked at and is none
 */
export function hasFlag(call: Call, name: string, readsValue: boolean): boolean {
  const value = call.query.get(name);
  if (value === undefined) return false;
  return !readsValue || value === '' || booleanArgument(name, value);
}

/** @throws OrthancError for what is neither true nor false */
export function booleanArgument(name: string, value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new OrthancError(
    'outOfRange',
    `Expected a Boolean for GET argument "${name}", found: ${value}`,
  );
}

// Decodes byte by byte: a broken escape stays as it is instead of failing the request.
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  const source = Buffer.from(text, 'utf8');
  for (let index = 0; index < source.length; index++) {
    const hex = source.toString('latin1', index + 1, index + 3);
    if (source[index] === 0x25 && /^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      index += 2;
    } else {
      bytes.push(source[index] ?? 0);
    }
  }
  return Buffer.from(bytes).toString('utf8');
}
