// The order of every request: journal id, control plane, faults, emulated server. Plain listeners of
// node:http, because each layer of express would cost every answer.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type RequestHandler } from 'express';
import type { Clock } from '#core/clock.ts';
import { controlPath, journalHeader } from '#core/control/wire.ts';
import type { Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import type { MockApp, ServerName } from './mock-app.ts';
import { applyFault, type Scenarios } from './scenarios.ts';

export interface AppDeps {
  readonly name: ServerName;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly scenarios: Scenarios;
  readonly control: RequestListener;
  readonly gate: Gate;
  /** The emulated server; there is one once the gate has opened for the first time. */
  mock(): MockApp | undefined;
  readonly journalHeader: boolean;
}

export function createApp(deps: AppDeps): RequestListener {
  const { name, clock, journal, scenarios, control, gate } = deps;
  let emulate: Emulate | undefined;
  const answer: Emulate = (request, response) => {
    const mock = deps.mock();
    // The start has failed: the sockets are about to close.
    if (!mock) return void response.destroy();
    emulate = emulator(mock.handler);
    emulate(request, response);
  };

  return (request, response) => {
    if (isControl(request.url)) return control(request, response);
    const entry = journal.open(name, request, clock.now());
    const startedAt = performance.now();
    let isInside = false;
    // One listener for all: each one more costs a plain read some percent.
    response.on('close', () => {
      entry.ms = performance.now() - startedAt;
      if (response.headersSent) entry.status = response.statusCode;
      if (isInside) gate.leave();
    });
    if (deps.journalHeader) addToHead(response, journalHeader, entry.id);
    const proceed = (): void => {
      if (gate.closed) return void gate.closed.then(proceed);
      // Who is gone already gives no sign of leaving.
      if (!response.destroyed) {
        isInside = true;
        gate.enter();
      }
      (emulate ?? answer)(request, response);
    };
    const scenario = scenarios.active ? scenarios.strike(name, request) : undefined;
    if (!scenario) return proceed();
    entry.scenario = scenario.name;
    applyFault(scenario, response, proceed);
  };
}

/**
 * A header that leaves with the others: one that is set before makes node:http walk all of them twice,
 * which is half the work of a small answer.
 */
function addToHead(response: ServerResponse, name: string, value: string): void {
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
  const replaced = (...head: unknown[]): ServerResponse => {
    const headers = head.at(-1);
    if (Array.isArray(headers)) return writeHead(...head.slice(0, -1), [name, value, ...headers]);
    if (typeof headers === 'object' && headers !== null) {
      return writeHead(...head.slice(0, -1), { [name]: value, ...headers });
    }
    response.setHeader(name, value);
    return writeHead(...head);
  };
  response.writeHead = replaced;
}

function isControl(url = '/'): boolean {
  if (!url.startsWith(controlPath)) return false;
  const next = url[controlPath.length];
  return next === undefined || next === '/' || next === '?';
}

type Emulate = (request: IncomingMessage, response: ServerResponse) => void;

function emulator(handler: RequestHandler): Emulate {
  // A router leans on what an application adds to requests; an application and a plain function do not.
  const run = ('stack' in handler ? hostApplication(handler) : handler) as (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => unknown;
  return (request, response) => {
    try {
      run(request, response, (error) => unanswered(response, error));
    } catch (error) {
      unanswered(response, error);
    }
  };
}

function hostApplication(router: RequestHandler): RequestHandler {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(router);
  return app;
}

/** Only a bug of a mock comes here: its dialect has its own 404 and error renderer. */
function unanswered(response: ServerResponse, error: unknown): void {
  if (error) process.stderr.write(`mock server: ${stackOf(error)}\n`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(error ? 500 : 404);
  response.end();
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'thrown value is not an Error';
}
