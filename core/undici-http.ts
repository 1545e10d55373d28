// The one file that uses undici. Decides when to try again and counts what went over the wire;
// http-failure.ts says what a failure means, retry.ts how long to wait.
import { setTimeout as delay } from 'node:timers/promises';
import { connect, getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { parseHttpUrl } from './base-url.ts';
import type { Clock } from './clock.ts';
import { WorkbenchError } from './errors.ts';
import type { Http, HttpEvent, HttpRequest, HttpResponse } from './http.ts';
import { incomingResponse, outgoingBody } from './http-body.ts';
import { needsTls } from './http-error.ts';
import { describeFailure, isPassing } from './http-failure.ts';
import { type ProxySettings, proxyFailure, proxyFor } from './http-proxy.ts';
import { redactUrl } from './redact.ts';
import { attemptsFor, backoffMs, type Chance, retryDelayMs } from './retry.ts';

export interface HttpOptions {
  readonly clock: Clock;
  /** 0 to 1, for the jitter between attempts. */
  readonly random?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly userAgent?: string;
  /** PEM certificates that are trusted besides those of the system. */
  readonly ca?: string;
  /** Ways round which a firewall lets nothing through. */
  readonly proxy?: ProxySettings;
  /** Of one idempotent call, the first one included. Default 3. */
  readonly maxAttempts?: number;
  /** Until the answer begins, and between two pieces of its body. Default 30 s. */
  readonly timeoutMs?: number;
  /** Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Called once an attempt failed or its answer was read to the end. */
  readonly onEvent?: (event: HttpEvent) => void;
}

const tlsProbeMs = 2_000;

interface Attempt {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly shownUrl: string;
  readonly number: number;
  readonly signal: AbortSignal | undefined;
  /** On the way to the server. */
  readonly proxy: URL | undefined;
}

export function createHttp(options: HttpOptions): Http {
  const { clock, maxAttempts = 3, random = Math.random, wait = waitFor } = options;
  const agents = createAgents(options);

  async function send(
    request: HttpRequest,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<HttpResponse> {
    const url = parseHttpUrl(request.url);
    const shownUrl = redactUrl(url);
    const proxy = options.proxy && proxyFor(url, options.proxy);
    const attempts = attemptsFor(request, maxAttempts);
    for (let number = 1; ; number += 1) {
      signal?.throwIfAborted();
      const attempt = { request, url, shownUrl, number, signal, proxy };
      const result = await tryOnce(agents.through(proxy), attempt, options);
      const chance = { nowMs: clock.now(), random: random() };
      const pauseMs = number < attempts ? pauseBeforeRetry(result, number, chance) : undefined;
      if (pauseMs === undefined) return settle(result, url, proxy);
      await Promise.all([drain(result), wait(pauseMs, signal)]);
    }
  }

  return { send, close: agents.destroy };
}

/** One for the direct way, and one for each proxy once it is needed. */
function createAgents({ ca, timeoutMs = 30_000, connectTimeoutMs = 10_000 }: HttpOptions) {
  const shared = {
    allowH2: false,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 4_000,
    // Orthanc closes an idle connection after one second: stop using it half a second before.
    keepAliveTimeoutThreshold: 500,
  };
  const tls = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
  const connect = { timeout: connectTimeoutMs, ...tls };
  const direct = new Agent({ ...shared, connect });
  const proxied = new Map<string, ProxyAgent>();
  return {
    through(proxy: URL | undefined): Dispatcher {
      if (proxy === undefined) return direct;
      const { href: uri } = proxy;
      const known = proxied.get(uri);
      if (known !== undefined) return known;
      const made = new ProxyAgent({ ...shared, uri, requestTls: connect, proxyTls: connect });
      proxied.set(uri, made);
      return made;
    },
    async destroy(): Promise<void> {
      await Promise.all([direct, ...proxied.values()].map((agent) => agent.destroy()));
    },
  };
}

function isFailure(result: HttpResponse | WorkbenchError): result is WorkbenchError {
  return result instanceof WorkbenchError;
}

/** An answer left unread would keep its connection; whether its body is whole no longer matters. */
async function drain(result: HttpResponse | WorkbenchError): Promise<void> {
  if (!isFailure(result)) await result.bytes().catch(() => undefined);
}

function pauseBeforeRetry(
  result: HttpResponse | WorkbenchError,
  attempt: number,
  chance: Chance,
): number | undefined {
  if (!isFailure(result)) {
    const retryAfter = result.headers['retry-after'];
    return retryDelayMs({ status: result.status, retryAfter }, attempt, chance);
  }
  return isPassing(result) ? backoffMs(attempt, chance.random) : undefined;
}

async function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** @throws the signal's reason when aborted, or whatever the source of a streamed body threw */
async function tryOnce(
  agent: Dispatcher,
  { request, url, shownUrl, number, signal, proxy }: Attempt,
  { clock, onEvent, userAgent = 'openemr-workbench' }: HttpOptions,
): Promise<HttpResponse | WorkbenchError> {
  const startedAtMs = clock.now();
  const body = outgoingBody(request.body);

  function report(outcome: Pick<HttpEvent, 'status' | 'errorCode' | 'responseBytes'>): void {
    const requestBytes = body.sentBytes();
    onEvent?.({
      method: request.method,
      url: shownUrl,
      attempt: number,
      startedAtMs,
      durationMs: clock.now() - startedAtMs,
      ...(requestBytes === undefined ? {} : { requestBytes }),
      ...outcome,
    });
  }

  /** An abort and a failing source are not failures of the network: they are thrown as they are. */
  function failed(error: unknown, status?: number): WorkbenchError {
    signal?.throwIfAborted();
    const source = body.sourceError();
    if (source !== undefined) throw source;
    const failure = (proxy && proxyFailure(error, proxy, url)) ?? describeFailure(error, shownUrl);
    if (failure === undefined) throw error;
    report({ ...(status === undefined ? {} : { status }), errorCode: failure.code });
    return failure;
  }

  try {
    const answer = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method as Dispatcher.HttpMethod,
      headers: { 'user-agent': userAgent, ...request.headers },
      body: body.data,
      signal: signal ?? null,
      ...timeLimits(request),
    });
    const status = answer.statusCode;
    return incomingResponse({
      status,
      headers: joinHeaders(answer.headers),
      url: shownUrl,
      body: answer.body,
      onFailure: (error) => failed(error, status),
      onEnd: (responseBytes) => report({ status, responseBytes }),
    });
  } catch (error) {
    return failed(error);
  }
}

function timeLimits({ timeoutMs }: HttpRequest): { headersTimeout?: number; bodyTimeout?: number } {
  return timeoutMs === undefined ? {} : { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
}

function joinHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** A TLS port drops plain HTTP without a word: ask once, so that the sentence can name the cure. */
async function settle(
  result: HttpResponse | WorkbenchError,
  url: URL,
  proxy: URL | undefined,
): Promise<HttpResponse> {
  if (!isFailure(result)) return result;
  const mayBeTls = result.code === 'HTTP_DROPPED' && url.protocol === 'http:' && !proxy;
  throw mayBeTls && (await speaksTls(url)) ? needsTls(redactUrl(url), result) : result;
}

function speaksTls({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent over this connection, so it does not matter whose certificate it is.
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 80),
      rejectUnauthorized: false,
    });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(tlsProbeMs, () => finish(false));
    socket.once('secureConnect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
