// What the kernel asks of each mock server, and what it gives it.
import type { Server } from 'node:http';
import type { RequestHandler } from 'express';
import type { Clock } from '#core/clock.ts';
import type { JournalNote, MockClient, ServerName } from '#core/control/wire.ts';

export type { JournalNote, MockClient, ServerName };

/** Ports given to every mock: nothing in a mock reads the real clock or makes its own random values. */
export interface SuiteContext {
  readonly clock: Clock;
  /** Seeded pseudo-random bytes: the same seed gives the same ids and tokens. */
  randomBytes(size: number): Buffer;
  /** Version 4 UUID drawn from `randomBytes`. */
  newUuid(): string;
  /** Real base URL of a running server, without a trailing slash; known once it listens. */
  baseUrl(server: ServerName): string;
  /** Called by a mock with a sentence for the journal entry of the request under way (explanations stay beside the wire). */
  note(journalId: string, explanation: JournalNote): void;
}

export interface MockApp {
  readonly name: ServerName;
  /**
   * The emulated routes, with body parsing, 404 and error rendering of their own dialect. An express
   * application or router, or a plain function, which then gets the bare objects of node:http.
   */
  readonly handler: RequestHandler;
  /** Adjusts the socket-level quirks of the real server (Date header, keep-alive). */
  readonly tune?: (server: Server) => void;
  /**
   * Ends what requests wait for from other servers, until the returned function is called: the state they
   * work on is about to be replaced.
   */
  interrupt?(): () => void;
  /** Brings the state to the seed, or to emptiness; atomic for a client. */
  reset(to: 'seed' | 'empty'): Promise<void>;
  /** Shown under `/__admin/health`: counts only, nothing personal. */
  stats(): Readonly<Record<string, number>>;
  /** OAuth clients of the seed, for `/__admin/clients` and the environment of `exec`. */
  clients?(): readonly MockClient[];
  /** The state for a named snapshot, taken between two requests; `restore` accepts what `snapshot` gave. */
  snapshot?(): Promise<unknown>;
  restore?(state: unknown): Promise<void>;
  /** Frees what a state of `snapshot` holds outside memory; it is not restored any more. */
  discard?(state: unknown): Promise<void>;
  /** Adds to the state what `POST /__admin/seed` sends under this server's name; gives counts. */
  seed?(data: unknown): Promise<Readonly<Record<string, number>>>;
  /** Opens what listens besides HTTP (DIMSE); resolves when bound. */
  start?(): Promise<void>;
  /** The bound DIMSE port, after `start`. */
  dimsePort?(): number;
  close(): Promise<void>;
}

/** Loads a mock and makes one of it, empty; the kernel seeds and opens it. */
export type MockMaker = (context: SuiteContext) => Promise<MockApp>;
