// The control plane of our own mock servers, asked with node's plain http: this runs at start-up and
// for the heartbeat, where the real HTTP client would be too heavy.
import { request } from 'node:http';
import {
  controlPath,
  controlProduct,
  type MockClient,
  type SuiteUrls,
} from '#core/control/wire.ts';
import {
  hasShape,
  isArrayOf,
  isNumber,
  isOneOf,
  isRecord,
  isString,
  isStringArray,
  optional,
  parseJson,
} from '#core/guards.ts';

/** A loaded machine is slow; only a refused connection says that nobody is there. */
const TIMEOUT_MS = 10_000;

export interface MockHealth {
  readonly pid: number;
  readonly status: 'starting' | 'ready' | 'stopping';
  readonly startedAtMs: number;
  readonly urls: SuiteUrls;
  /** Absent when somebody else keeps them running, such as a terminal. */
  readonly lease: Readonly<Record<string, unknown>> | undefined;
}

/** @returns undefined when nothing answers there, or something that is not our mock */
export function readHealth(serverUrl: string): Promise<MockHealth | undefined> {
  return askHealth(serverUrl).catch(() => undefined);
}

/**
 * @returns undefined for something that is not our mock
 * @throws Error with code `ECONNREFUSED` when nobody is there, another one when the answer took too long
 */
export async function askHealth(serverUrl: string): Promise<MockHealth | undefined> {
  const answer = await ask('GET', serverUrl, '/health');
  return isHealth(answer) ? answer : undefined;
}

/** The clients that the seed has made, with their secrets: they are worth nothing anywhere else. */
export async function readMockClients(serverUrl: string): Promise<readonly MockClient[]> {
  const answer = await ask('GET', serverUrl, '/clients');
  return isClients(answer) ? answer.clients : [];
}

/** @throws Error with code `ECONNREFUSED` when the servers have ended */
export async function renewLease(serverUrl: string, seconds: number): Promise<void> {
  await ask('POST', serverUrl, '/lease', { seconds });
}

const isUrls = hasShape({
  openemr: optional(isString),
  fhir: optional(isString),
  orthanc: optional(isString),
  dimse: optional(isString),
});
export const isSuiteUrls = (value: unknown): value is SuiteUrls => isUrls(value);

const isHealth = hasShape({
  product: isOneOf(controlProduct),
  pid: isNumber,
  status: isOneOf('starting', 'ready', 'stopping'),
  startedAtMs: isNumber,
  urls: isSuiteUrls,
  lease: optional(isRecord),
});

const isClients = hasShape({
  clients: isArrayOf(
    hasShape({
      server: isOneOf('openemr', 'fhir', 'orthanc'),
      name: isString,
      clientId: isString,
      clientSecret: optional(isString),
      grants: isStringArray,
      scopes: isStringArray,
    }) as (value: unknown) => value is MockClient,
  ),
});

function ask(method: string, serverUrl: string, path: string, body?: unknown): Promise<unknown> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      `${new URL(serverUrl).origin}${controlPath}${path}`,
      {
        method,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: payload === undefined ? {} : { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(parseJson(text));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    call.on('error', reject);
    call.end(payload);
  });
}
