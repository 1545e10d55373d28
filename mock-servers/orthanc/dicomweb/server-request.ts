// One HTTP request of the plugin's client to a DICOMweb server.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { OrthancError } from '../rest/errors.ts';
import type { WebServer } from '../web-server.ts';

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the server's address, with the arguments in it. */
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in chunks, or with its length where it is one buffer. */
  readonly body?: Readable | Buffer;
  /** Breaks off the request, or the answer that is read. */
  readonly signal: AbortSignal;
}

/** Without an answer for so long, the server counts as gone (HttpTimeout of the plugin). */
const USUAL_TIMEOUT_MS = 60_000;

/** The answer of a 2xx. @throws OrthancError `Unknown resource`, `Error in the network protocol` */
export async function askServer(
  server: WebServer,
  { method, uri, headers, body, signal }: ServerRequest,
): Promise<IncomingMessage> {
  const url = new URL(server.url + uri.replace(/^\/+/, ''));
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const timeout = server.timeout > 0 ? server.timeout * 1000 : USUAL_TIMEOUT_MS;
  const outgoing = send(url, {
    method,
    timeout,
    agent: false,
    signal,
    headers: {
      Accept: '*/*',
      ...credentials(server),
      ...server.headers,
      ...headers,
      ...(Buffer.isBuffer(body) && { 'Content-Length': String(body.length) }),
    },
  });
  const answer = await answered(outgoing, body).catch((cause: unknown) => {
    throw new OrthancError('network', undefined, { cause });
  });
  const { statusCode = 0 } = answer;
  if (statusCode >= 200 && statusCode < 300) return answer;
  answer.destroy();
  throw new OrthancError(statusCode === 404 ? 'unknownResource' : 'network');
}

export async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(answer)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @throws OrthancError `Error in the network protocol` when the server hangs up before the end */
export async function* chunksOf(answer: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* answer;
    // Node takes the reset of an answer without a length for its end.
    if (answer.socket.errored) throw answer.socket.errored;
  } catch (cause) {
    throw new OrthancError('network', undefined, { cause });
  }
}

/** `?a=b&c=d` in the order of the names, as the plugin writes it. */
export function withArguments(uri: string, values: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(values)
    .sort()
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(values[name] ?? '')}`);
  return pairs.length === 0 ? uri : `${uri}?${pairs.join('&')}`;
}

function answered(
  outgoing: ClientRequest,
  body: Readable | Buffer | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once('response', resolve);
  outgoing.once('error', reject);
  outgoing.once('timeout', () => outgoing.destroy(new Error('the server does not answer')));
  if (body instanceof Readable) {
    body.once('error', (error) => outgoing.destroy(error));
    body.pipe(outgoing);
  } else {
    outgoing.end(body);
  }
  return promise;
}

function credentials({ username, password }: WebServer): Record<string, string> {
  if (username === '') return {};
  return {
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  };
}
