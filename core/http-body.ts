// Bodies on their way out and in: counted, and with failures that can be told apart.
import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse } from './http.ts';

export interface OutgoingBody {
  readonly data: string | Uint8Array | Readable | null;
  /** Bytes handed to the socket so far. */
  sentBytes(): number | undefined;
  /** Set when the source of a streamed body failed, such as a file that cannot be read. */
  sourceError(): unknown;
}

export function outgoingBody(body: HttpRequest['body']): OutgoingBody {
  if (typeof body !== 'function') {
    const size = body === undefined ? undefined : Buffer.byteLength(body);
    return { data: body ?? null, sentBytes: () => size, sourceError: () => undefined };
  }
  let sent = 0;
  let failure: unknown;
  async function* counted(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of source) {
        sent += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  return {
    data: Readable.from(counted(body()), { objectMode: false }),
    sentBytes: () => sent,
    sourceError: () => failure,
  };
}

export interface IncomingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Makes the error a reader of the body sees; may itself throw. */
  readonly onFailure: (error: unknown, readBytes: number) => unknown;
  /** The body was read to its end, or given up by its reader. */
  readonly onEnd: (readBytes: number) => void;
}

/** `text()` and `bytes()` keep the body, so they may be called again and by several; `stream()` takes it away. */
export function incomingResponse(answer: IncomingAnswer): HttpResponse {
  let whole: Promise<Uint8Array> | undefined;
  async function* stream(): AsyncIterable<Uint8Array> {
    if (whole === undefined) yield* received();
    else yield await whole;
  }
  async function* received(): AsyncIterable<Uint8Array> {
    let read = 0;
    let isFailed = false;
    try {
      for await (const chunk of answer.body) {
        read += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      isFailed = true;
      throw answer.onFailure(error, read);
    } finally {
      if (!isFailed) answer.onEnd(read);
    }
  }
  async function collect(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of received()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  const bytes = (): Promise<Uint8Array> => {
    whole ??= collect();
    return whole;
  };
  return {
    status: answer.status,
    headers: answer.headers,
    url: answer.url,
    stream,
    bytes,
    text: async () => new TextDecoder().decode(await bytes()),
  };
}
