// The control plane of the mock servers as both sides see it: `/__admin/` on every server speaks for
// the whole suite. Nothing here is part of what the mocks emulate.

export const controlPath = '/__admin';

/** On an emulated answer, the id of its journal entry: the only trace of the mock on the wire. */
export const journalHeader = 'x-mock-journal-id';

/** How a client knows a mock from a real server before it resets anything. */
export const controlProduct = 'openemr-workbench-mock';

export type ServerName = 'openemr' | 'fhir' | 'orthanc';

/** What the READY line says: base URLs as a client configures them, and the DIMSE address. */
export interface SuiteUrls {
  readonly openemr?: string;
  /** Ends in `/fhir`. */
  readonly fhir?: string;
  readonly orthanc?: string;
  /** `127.0.0.1:4242` */
  readonly dimse?: string;
}

export interface SuiteHealth {
  readonly product: typeof controlProduct;
  readonly status: 'starting' | 'ready' | 'stopping';
  readonly pid: number;
  readonly startedAtMs: number;
  readonly urls: SuiteUrls;
  /** Counts only. */
  readonly servers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Answered requests since the start, by server. */
  readonly requests: Readonly<Record<string, number>>;
  readonly clock: ClockState;
  readonly lease?: LeaseState;
}

export interface JournalNote {
  /** Stable key of an explanation, such as `oauth.client-disabled`. */
  readonly key: string;
  readonly args?: Readonly<Record<string, string | number>>;
}

/** One answered request. Holds no query value, header, body, token or name. */
export interface JournalEntry {
  readonly id: string;
  readonly server: ServerName;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** Names of the query parameters, without their values. */
  readonly query: readonly string[];
  /** Missing when the connection ended before an answer. */
  readonly status?: number;
  readonly ms: number;
  /** Name of the scenario that changed the answer. */
  readonly scenario?: string;
  readonly notes: readonly JournalNote[];
}

export interface ClockState {
  readonly nowMs: number;
  readonly iso: string;
  readonly offsetMs: number;
  readonly frozen: boolean;
}

export interface LeaseState {
  readonly seconds: number;
  readonly expiresAtMs: number;
}

/** An OAuth client or user that the seed has made, so that a test need not register one. */
export interface MockClient {
  readonly server: ServerName;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly grants: readonly string[];
  readonly scopes: readonly string[];
}

/** A fault between the socket and the emulated server. Unset conditions match everything. */
export interface Scenario {
  readonly name: string;
  readonly server?: ServerName;
  readonly method?: string;
  /** Prefix of the path. */
  readonly path?: string;
  readonly fault: Fault;
  /** Ends after so many hits; without it the scenario stays. */
  readonly times?: number;
  /** 0 to 1, drawn from the seeded source; default 1. */
  readonly probability?: number;
}

export type Fault =
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The socket closes without an answer. */
  | { readonly kind: 'drop' }
  /** The answer ends after so many bytes of its body and the socket closes. */
  | { readonly kind: 'truncate'; readonly bytes: number };
