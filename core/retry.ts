// When an HTTP call is worth another attempt, and after how long. Pure: time and chance come in as numbers.
import type { HttpRequest } from './http.ts';

export interface Chance {
  readonly nowMs: number;
  /** 0 to 1 */
  readonly random: number;
}

const baseDelayMs = 200;
const longestBackoffMs = 5_000;
/** A server that asks for more patience than this gets its answer handed to the caller. */
const longestRetryAfterMs = 30_000;

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

export function attemptsFor({ method, retry }: HttpRequest, most: number): number {
  const isRepeatable =
    retry === undefined ? idempotentMethods.has(method.toUpperCase()) : retry === 'idempotent';
  return isRepeatable ? most : 1;
}

/**
 * Delay before the next attempt after an answer, or `undefined` when the answer is final.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryDelayMs(
  answer: { readonly status: number; readonly retryAfter: string | undefined },
  attempt: number,
  { nowMs, random }: Chance,
): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const asked = parseRetryAfter(answer.retryAfter, nowMs);
  if (asked === undefined) return backoffMs(attempt, random);
  return asked > longestRetryAfterMs ? undefined : asked;
}

/** Full jitter: clients that failed together do not come back together. */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestBackoffMs, baseDelayMs * 2 ** (attempt - 1)));
}

/** Seconds or an HTTP date; a date in the past means now. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
