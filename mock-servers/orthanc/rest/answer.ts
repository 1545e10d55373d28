// What a handler hands back. Handlers know no HTTP library: one adapter (send.ts) turns an Answer into bytes
// on the wire.
import type { Readable } from 'node:stream';
import { type Json, styledJson } from './json.ts';

export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A `Readable` is sent without a length and closes the connection, as Orthanc streams archives. */
  readonly body?: string | Uint8Array | StoredFile | Readable;
}

/** A stored file that is sent as it is, piece by piece. */
export interface StoredFile {
  readonly path: string;
  /** Where it begins, if not at the start. */
  readonly offset?: number;
  readonly size: number;
  readonly range?: { readonly start: number; readonly end: number };
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function jsonAnswer(value: Json): Answer {
  return { status: 200, contentType: JSON_TYPE, body: styledJson(value) };
}

/** Some answers leave Orthanc through a plain buffer: no charset in their Content-Type. */
export function bareJsonAnswer(text: string): Answer {
  return { status: 200, contentType: 'application/json', body: text };
}

export function textAnswer(text: string, headers?: Readonly<Record<string, string>>): Answer {
  return { status: 200, contentType: 'text/plain', body: text, ...(headers && { headers }) };
}

export function bytesAnswer(
  body: Uint8Array | StoredFile,
  contentType: string,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return { status: 200, contentType, body, ...(headers && { headers }) };
}

/** A status without a body: Orthanc says no more for an unknown id, a missing tag or a forbidden change. */
export function bareStatus(status: number, headers?: Readonly<Record<string, string>>): Answer {
  return headers ? { status, headers } : { status };
}
