// What arrives at the control plane is unknown until one of these has looked at it.
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Fault, Scenario, ServerName } from '#core/control/wire.ts';
import type { MockClock } from './clock.ts';
import type { JournalFilter } from './journal.ts';
import { scenarioPacks } from './scenarios.ts';

/** A refusal of the control plane; the message goes to the caller. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
  }
}

export function parseResetTarget(body: unknown): 'seed' | 'empty' {
  const to = record(body)['to'] ?? 'seed';
  if (to === 'seed' || to === 'empty') return to;
  throw bad('"to" is "seed" or "empty".');
}

export function parseName(body: unknown): string {
  const { name } = record(body);
  if (typeof name === 'string' && /^[\w.-]{1,64}$/.test(name)) return name;
  throw bad('"name" is 1 to 64 letters, digits, dots, hyphens or underscores.');
}

export function parseSeconds(body: unknown): number | undefined {
  const { seconds } = record(body);
  if (seconds === undefined) return undefined;
  if (typeof seconds === 'number' && seconds > 0 && seconds <= 86_400) return seconds;
  throw bad('"seconds" is a number above 0, one day at most.');
}

export function parseJournalFilter(query: Readonly<Record<string, unknown>>): JournalFilter {
  const filter: { -readonly [K in keyof JournalFilter]: JournalFilter[K] } = {};
  if (typeof query['server'] === 'string') filter.server = query['server'];
  if (typeof query['method'] === 'string') filter.method = query['method'];
  for (const name of ['status', 'since', 'limit'] as const) {
    if (query[name] === undefined) continue;
    const number = Number(query[name]);
    if (!Number.isInteger(number) || number < 0) throw bad(`"${name}" is a whole number.`);
    filter[name] = number;
  }
  return filter;
}

/** `{"set": "2026-01-01T00:00:00Z"}`, `{"advanceMs": 3600000}`, `{"freeze": true}`, `{"reset": true}`. */
export function parseClockChange(body: unknown): (clock: MockClock) => void {
  const { set, advanceMs, freeze, reset } = record(body);
  if (reset === true) return (clock) => clock.reset();
  if (typeof set === 'string' && !Number.isNaN(Date.parse(set))) {
    return (clock) => clock.set(writable(Date.parse(set)));
  }
  if (typeof advanceMs === 'number' && Number.isFinite(advanceMs)) {
    return (clock) => clock.set(writable(clock.now() + advanceMs));
  }
  if (freeze === true) return (clock) => clock.freeze();
  if (freeze === false) return (clock) => clock.resume();
  throw bad('Send one of "set" (ISO time), "advanceMs", "freeze" (true or false), "reset" (true).');
}

// Dates of FHIR and DICOM have four digits for the year; expiries still have to fit behind the end.
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.parse('9999-01-01T00:00:00Z');

function writable(ms: number): number {
  if (ms >= earliestMs && ms < latestMs) return ms;
  throw bad('The clock stays between the years 1 and 9998.');
}

/** `{"pack": "flaky"}` with changes beside it, or a whole scenario of one's own. */
export function assertScenario(body: unknown): Scenario {
  const { pack, ...own } = record(body);
  const base = typeof pack === 'string' ? scenarioPacks[pack] : undefined;
  if (pack !== undefined && !base) {
    throw bad(`Unknown pack; there are ${Object.keys(scenarioPacks).join(', ')}.`);
  }
  const wish: Record<string, unknown> = { ...base, ...own };
  const { name, server, method, path, fault, times, probability } = wish;
  if (typeof name !== 'string' || name === '') throw bad('A scenario needs a "name".');
  const conditions = {
    ...(server !== undefined && { server: serverName(server) }),
    ...(method !== undefined && { method: string('method', method) }),
    ...(path !== undefined && { path: string('path', path) }),
    ...(times !== undefined && { times: number('times', times, 1, 1e9) }),
    ...(probability !== undefined && { probability: number('probability', probability, 0, 1) }),
  };
  return { name, ...conditions, fault: assertFault(fault) };
}

function assertFault(value: unknown): Fault {
  const fault = record(value);
  switch (fault['kind']) {
    case 'delay':
      return { kind: 'delay', ms: number('fault.ms', fault['ms'], 0, 600_000) };
    case 'drop':
      return { kind: 'drop' };
    case 'truncate':
      return { kind: 'truncate', bytes: number('fault.bytes', fault['bytes'], 0, 1e9) };
    case 'status':
      return {
        kind: 'status',
        status: integer('fault.status', fault['status'], 200, 599),
        ...(fault['headers'] !== undefined && { headers: httpHeaders(fault['headers']) }),
        ...(fault['body'] !== undefined && { body: string('fault.body', fault['body']) }),
      };
    default:
      throw bad('"fault.kind" is "delay", "status", "drop" or "truncate".');
  }
}

function record(value: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw bad('Send a JSON object.');
}

function serverName(value: unknown): ServerName {
  if (value === 'openemr' || value === 'fhir' || value === 'orthanc') return value;
  throw bad('"server" is "openemr", "fhir" or "orthanc".');
}

function string(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw bad(`"${name}" is a text.`);
}

function number(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw bad(`"${name}" is a number from ${least} to ${most}.`);
}

function integer(name: string, value: unknown, least: number, most: number): number {
  const given = number(name, value, least, most);
  if (Number.isInteger(given)) return given;
  throw bad(`"${name}" is a whole number.`);
}

function httpHeaders(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value));
  return Object.fromEntries(entries.map(([name, text]) => [name, headerValue(name, text)]));
}

/** What Node would refuse only when the fault strikes. */
function headerValue(name: string, value: unknown): string {
  const given = string(name, value);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, given);
  } catch {
    throw bad('A name or value in "fault.headers" has a character that HTTP does not allow.');
  }
  return given;
}

function bad(message: string): RequestError {
  return new RequestError(400, message);
}
