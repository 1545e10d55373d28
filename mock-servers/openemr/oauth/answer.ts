// What a handler is given and gives back: no express here, so that a test calls handlers without a socket.

import { phpJson } from '../php-json.ts';
import type { PhpForm } from './php-form.ts';

export interface OAuthRequest {
  readonly method: string;
  /** Of the site, without `/oauth2/{site}`: `/token`. */
  readonly path: string;
  readonly site: string;
  readonly query: PhpForm;
  /** Without `?`. */
  readonly rawQuery: string;
  /** Empty unless the body is urlencoded or multipart, as PHP's `$_POST`. */
  readonly form: PhpForm;
  readonly rawBody: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** Puts an explanation beside the wire. */
  note(key: string, args?: Readonly<Record<string, string | number>>): void;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string;
}

/** PHP's `default_mimetype` and `default_charset`. */
export const phpHtml = 'text/html; charset=UTF-8';

export const noStore = { pragma: 'no-cache', 'cache-control': 'no-store' } as const;

export function emptyAnswer(status: number): Answer {
  return { status, headers: { 'content-type': phpHtml }, body: '' };
}

export function htmlAnswer(body: string, status = 200): Answer {
  return { status, headers: { 'content-type': phpHtml }, body };
}

export function jsonAnswer(
  body: unknown,
  {
    status = 200,
    headers = {},
  }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: phpJson(body),
  };
}

export function redirectAnswer(location: string, status = 302): Answer {
  return { status, headers: { 'content-type': phpHtml, location }, body: '' };
}
