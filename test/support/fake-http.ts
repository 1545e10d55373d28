// The Http port without a network: records what was sent and answers as told.
import type { Http, HttpRequest, HttpResponse } from '#core/http.ts';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Anything but a string is sent as JSON. */
  readonly body?: unknown;
}

export interface FakeHttp extends Http {
  readonly requests: readonly HttpRequest[];
  /** Form fields of a request that was sent. */
  form(index: number): Record<string, string>;
}

type Script = (request: HttpRequest) => FakeAnswer | Promise<FakeAnswer>;

/** Answers in order; an unexpected request fails the test. */
export function fakeHttp(...answers: readonly (FakeAnswer | Script)[]): FakeHttp {
  const left = [...answers];
  return scriptedHttp((request) => {
    const next = left.shift();
    if (next === undefined) throw new Error(`unexpected ${request.method} ${request.url}`);
    return typeof next === 'function' ? next(request) : next;
  });
}

export function scriptedHttp(script: Script): FakeHttp {
  const requests: HttpRequest[] = [];
  return {
    requests,
    form: (index) => Object.fromEntries(new URLSearchParams(String(requests[index]?.body))),
    async send(request, { signal } = {}) {
      signal?.throwIfAborted();
      requests.push(request);
      return fakeResponse(await script(request), request.url);
    },
    close: async () => {},
  };
}

export function fakeResponse(
  { status = 200, headers = {}, body = '' }: FakeAnswer,
  url = 'http://server.test/',
): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = new TextEncoder().encode(text);
  return {
    status,
    headers,
    url: url.replace(/[?#].*$/, ''),
    text: async () => text,
    bytes: async () => bytes,
    async *stream() {
      yield bytes;
    },
  };
}
