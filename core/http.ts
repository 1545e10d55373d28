// The port through which every client talks. `undici-http.ts` implements it and is the one file that
// imports undici; this file stays light so that an activation may import it.

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A function is called once per attempt, so that a streamed body can be sent again. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** Until the answer begins, and between two pieces of its body. */
  readonly timeoutMs?: number;
  /** After a failure of the network, 429 or 503. Default: GET, HEAD, PUT and DELETE are retried, POST and PATCH are not. */
  readonly retry?: 'idempotent' | 'never';
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without query and userinfo: fit for a log. */
  readonly url: string;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
}

export interface Http {
  /** Resolves with any status; throws WorkbenchError `HTTP_*` when there is no answer, the signal's reason when aborted. */
  send(request: HttpRequest, options?: { readonly signal?: AbortSignal }): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** One call, as the timeline shows it. Holds no header, body, query or name. */
export interface HttpEvent {
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly errorCode?: string;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}
