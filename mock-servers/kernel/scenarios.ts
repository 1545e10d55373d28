// Faults between the socket and the emulated server: the handlers of the mocks never know of them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Scenario, ServerName } from '#core/control/wire.ts';

export interface Scenarios {
  /** False costs nothing on the way of a request. */
  readonly active: boolean;
  add(scenario: Scenario): void;
  remove(name: string): boolean;
  clear(): void;
  list(): readonly (Scenario & { readonly hits: number })[];
  /** The scenario that strikes this request; counts the hit. */
  strike(server: ServerName, request: IncomingMessage): Scenario | undefined;
}

export function createScenarios(fraction: () => number): Scenarios {
  const byName = new Map<string, { scenario: Scenario; hits: number }>();
  return {
    get active() {
      return byName.size > 0;
    },
    add: (scenario) => void byName.set(scenario.name, { scenario, hits: 0 }),
    remove: (name) => byName.delete(name),
    clear: () => byName.clear(),
    list: () => [...byName.values()].map(({ scenario, hits }) => ({ ...scenario, hits })),
    strike(server, request) {
      const entry = [...byName.values()].find(
        ({ scenario, hits }) =>
          concerns(scenario, server, request) &&
          hits < (scenario.times ?? Number.POSITIVE_INFINITY) &&
          fraction() < (scenario.probability ?? 1),
      );
      if (entry) entry.hits += 1;
      return entry?.scenario;
    },
  };
}

function concerns(scenario: Scenario, server: ServerName, request: IncomingMessage): boolean {
  return (
    (scenario.server === undefined || scenario.server === server) &&
    (scenario.method === undefined || scenario.method.toUpperCase() === request.method) &&
    (scenario.path === undefined || (request.url ?? '/').startsWith(scenario.path))
  );
}

/**
 * Applies a fault to an answer that has not begun.
 *
 * @param proceed - hands the request on to the emulated server
 */
export function applyFault(
  scenario: Scenario,
  response: ServerResponse,
  proceed: () => void,
): void {
  const { fault } = scenario;
  switch (fault.kind) {
    case 'delay': {
      const timer = setTimeout(proceed, fault.ms);
      response.once('close', () => clearTimeout(timer));
      return;
    }
    case 'status':
      answerWith(fault, response);
      return;
    case 'drop':
      response.socket?.destroy();
      return;
    case 'truncate':
      truncateBody(response, fault.bytes);
      proceed();
      return;
  }
}

function answerWith(fault: Extract<Fault, { kind: 'status' }>, response: ServerResponse): void {
  try {
    response.writeHead(fault.status, fault.headers);
    response.end(fault.body);
  } catch (error) {
    // Headers that contradict each other, such as a trailer without chunks: no reason to end everything.
    process.stderr.write(`mock scenario: ${String(error)}\n`);
    response.destroy();
  }
}

/** The headers promise the whole body; the socket closes after the first bytes of it. */
function truncateBody(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const write = response.write.bind(response) as (chunk: Buffer, done?: () => void) => boolean;
  const pass = (chunk: unknown): boolean => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return true;
    const part = Buffer.from(chunk as Uint8Array).subarray(0, Math.max(0, left));
    left -= part.length;
    return left > 0 ? write(part) : write(part, () => response.socket?.destroy());
  };
  response.write = pass;
  response.end = ((chunk?: unknown) => {
    if (!response.headersSent && typeof chunk === 'string') {
      response.setHeader('content-length', Buffer.byteLength(chunk));
    }
    pass(chunk);
    if (left > 0) response.socket?.destroy();
    return response;
  }) as ServerResponse['end'];
}

/** Ready-made faults by the trap that they rehearse; `POST /__admin/scenarios {"pack": "flaky"}`. */
export const scenarioPacks: Readonly<Record<string, Scenario>> = {
  slow: { name: 'slow', fault: { kind: 'delay', ms: 3000 } },
  unavailable: {
    name: 'unavailable',
    fault: { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
    times: 3,
  },
  'too-many-requests': {
    name: 'too-many-requests',
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    times: 1,
  },
  'unauthorized-once': {
    name: 'unauthorized-once',
    fault: { kind: 'status', status: 401, headers: { 'www-authenticate': 'Bearer' } },
    times: 1,
  },
  flaky: { name: 'flaky', fault: { kind: 'status', status: 500 }, probability: 0.3 },
  dropped: { name: 'dropped', fault: { kind: 'drop' }, times: 1 },
  truncated: { name: 'truncated', fault: { kind: 'truncate', bytes: 100 }, times: 1 },
  'login-page': {
    name: 'login-page',
    fault: {
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!DOCTYPE html><html><head><title>Login</title></head><body><form method="post" action="/login"><input type="password" name="clearPass"></form></body></html>',
    },
    times: 1,
  },
};
