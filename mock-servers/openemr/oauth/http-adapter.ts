// Between node:http and the handlers: reads a request as PHP would, writes an answer, adds CORS.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Profile } from '../profiles.ts';
import type { Answer, OAuthRequest } from './answer.ts';
import { bodyForm, queryForm } from './php-form.ts';

/** PHP's post_max_size in OpenEMR's images; a larger body counts as none. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface SitePath {
  readonly site: string;
  /** With a leading slash, still percent-encoded. */
  readonly path: string;
}

/** `/default/token?x` to site and path. */
export function splitSite(url: string): SitePath {
  const [path = ''] = url.split('?', 1);
  const [, site = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  return { site, path: rest };
}

export async function readRequest(
  request: IncomingMessage,
  { site, path }: SitePath,
  note: OAuthRequest['note'],
): Promise<OAuthRequest> {
  const body = await readBody(request);
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return {
    method: request.method ?? 'GET',
    path,
    site,
    query: queryForm(rawQuery),
    rawQuery,
    form: await bodyForm(body, header('content-type')),
    rawBody: body.toString(),
    header,
    cookie: (name) => cookieOf(header('cookie'), name),
    note,
  };
}

export function writeAnswer(response: ServerResponse, answer: Answer): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    response.setHeader(name, headerValue(value));
  }
  if (answer.cookies?.length) response.setHeader('set-cookie', [...answer.cookies]);
  response.setHeader('content-length', Buffer.byteLength(answer.body));
  response.end(answer.body);
}

/** 7.0.3 oauth2/authorize.php:59-62 on every answer; 7.0.4 echoes an Origin. */
export function oauthCors(profile: Profile, origin: string | undefined): Record<string, string> {
  if (profile.oauthCors === 'always') return { 'access-control-allow-origin': '*', ...corsRest };
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, ...corsRest };
}

/** Both profiles echo the Origin on /apis. */
export function apiCors(origin: string | undefined): Record<string, string> {
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, ...corsRest };
}

const corsRest = {
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': 'origin, authorization, accept, content-type, x-requested-with',
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, TRACE, OPTIONS',
} as const;

/** What no header may carry is percent-encoded, as a browser would read a Location. */
function headerValue(value: string): string {
  return value.replace(/[^\t\x20-\x7e]/g, (character) =>
    encodeURIComponent(character.isWellFormed() ? character : '\ufffd'),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : Buffer.alloc(0);
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = header?.split(';').map((pair) => pair.trim().split('=', 2)) ?? [];
  return pairs.find(([key]) => key === name)?.[1];
}
