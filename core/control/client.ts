// Talks to the control plane of running mock servers. Every call that changes something first makes
// sure that it speaks to a mock: the default ports are the ones of real servers.
import { WorkbenchError } from '../errors.ts';
import { type Guard, hasShape, isArrayOf, isNumber, isRecord, isString } from '../guards.ts';
import type { Http } from '../http.ts';
import { HttpError, isSuccess, readJson } from '../http-error.ts';
import { text } from '../text.ts';
import {
  controlPath,
  controlProduct,
  type JournalEntry,
  type JournalNote,
  type MockClient,
  type SuiteHealth,
} from './wire.ts';

export interface ControlClient {
  /** @throws WorkbenchError `NOT_A_MOCK` when something else answers, `HTTP_*` when nothing does */
  health(options?: Cancel): Promise<SuiteHealth>;
  reset(to: 'seed' | 'empty', options?: Cancel): Promise<void>;
  /** Resolves when the servers begin to close. */
  stop(options?: Cancel): Promise<void>;
  journal(
    filter?: { readonly since?: string; readonly limit?: number },
    options?: Cancel,
  ): Promise<readonly JournalEntry[]>;
  /** The explanations that the mock noted beside one of its answers. */
  explain(journalId: string, options?: Cancel): Promise<readonly JournalNote[]>;
  clients(options?: Cancel): Promise<readonly MockClient[]>;
  renewLease(seconds: number, options?: Cancel): Promise<void>;
  /** Anything else of the control plane, such as `POST /scenarios`. */
  call(method: string, path: string, body?: unknown, options?: Cancel): Promise<unknown>;
}

export interface Cancel {
  readonly signal?: AbortSignal;
}

/** @param baseUrl - of any of the mock servers; a path such as `/fhir` is left off */
export function createControlClient(http: Http, baseUrl: string): ControlClient {
  const root = `${new URL(baseUrl).origin}${controlPath}`;

  const send = async (
    method: string,
    path: string,
    body: unknown,
    options: Cancel = {},
  ): Promise<unknown> => {
    const response = await http.send(
      {
        method,
        url: root + path,
        retry: 'never',
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      },
      options,
    );
    if (isSuccess(response)) return readJson(response, isRecord);
    throw new HttpError(response, await response.text());
  };
  const health = async (options?: Cancel): Promise<SuiteHealth> => {
    const answer = await send('GET', '/health', undefined, options).catch((error: unknown) => {
      throw isForeign(error) ? notAMock(root, error) : error;
    });
    if (!isHealth(answer)) throw notAMock(root);
    return answer;
  };
  const read = async <T>(path: string, guard: Guard<T>, options?: Cancel): Promise<T> => {
    const answer = await send('GET', path, undefined, options);
    if (!guard(answer)) throw notAMock(root);
    return answer;
  };
  const call: ControlClient['call'] = async (method, path, body, options) => {
    await health(options);
    return send(method, path, body, options);
  };
  return {
    health,
    call,
    reset: async (to, options) => void (await call('POST', '/reset', { to }, options)),
    stop: async (options) => void (await call('POST', '/stop', undefined, options)),
    async journal(filter = {}, options) {
      const query = new URLSearchParams();
      if (filter.since !== undefined) query.set('since', filter.since);
      if (filter.limit !== undefined) query.set('limit', String(filter.limit));
      return (await read(`/journal?${query}`, isJournal, options)).entries;
    },
    explain: async (journalId, options) =>
      (await read(`/explain/${encodeURIComponent(journalId)}`, hasNotes, options)).notes,
    clients: async (options) => (await read('/clients', hasClients, options)).clients,
    renewLease: async (seconds, options) =>
      void (await call('POST', '/lease', { seconds }, options)),
  };
}

const isHealth = (value: unknown): value is SuiteHealth =>
  isRecord(value) &&
  value['product'] === controlProduct &&
  isString(value['status']) &&
  isNumber(value['pid']) &&
  isRecord(value['urls']) &&
  isRecord(value['servers']);

const isNote = (value: unknown): value is JournalNote => isRecord(value) && isString(value['key']);
const hasNotes = hasShape<{ notes: JournalNote[] }>({ notes: isArrayOf(isNote) });

const isEntry = (value: unknown): value is JournalEntry =>
  isRecord(value) && isString(value['id']) && isString(value['path']) && isNumber(value['ms']);
const isJournal = hasShape<{ entries: JournalEntry[] }>({ entries: isArrayOf(isEntry) });

const isClient = (value: unknown): value is MockClient =>
  isRecord(value) && isString(value['clientId']) && isString(value['server']);
const hasClients = hasShape<{ clients: MockClient[] }>({ clients: isArrayOf(isClient) });

/** Something answered, but not as a control plane does. */
function isForeign(error: unknown): boolean {
  const codes: readonly unknown[] = ['HTTP_STATUS', 'HTTP_NOT_JSON', 'HTTP_LOGIN_PAGE'];
  return error instanceof WorkbenchError && codes.includes(error.code);
}

function notAMock(url: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'NOT_A_MOCK',
    text(
      '{url} does not belong to the mock servers. Control commands never touch a real server: check the address, or start the mock servers.',
      { url },
    ),
    { cause },
  );
}
