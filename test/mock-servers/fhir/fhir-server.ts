// A FHIR mock on a free port, for the tests of this folder.
import { createFhirMock, type FhirMockOptions } from '#mock-servers/fhir/fhir-mock.ts';
import type { MockApp } from '#mock-servers/kernel/mock-app.ts';
import { createSeededRandom } from '#mock-servers/kernel/random.ts';
import { listen } from '#test/support/listen.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly body: any;
}

export interface FhirServer {
  readonly mock: MockApp;
  /** With `/fhir`. */
  readonly url: string;
  nowMs: number;
  /** Sends JSON unless the body is a string. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

export async function startFhir(
  to: 'seed' | 'empty' = 'empty',
  options: FhirMockOptions = {},
): Promise<FhirServer> {
  const random = createSeededRandom('test', 'fhir');
  let base = '';
  const server = {
    nowMs: Date.parse('2026-01-15T09:00:00Z'),
  };
  const mock = createFhirMock(
    {
      clock: { now: () => server.nowMs },
      randomBytes: random.randomBytes,
      newUuid: random.newUuid,
      baseUrl: () => base,
      note: () => undefined,
    },
    options,
  );
  await mock.reset(to);
  const { url, close } = await listen((request, response) => {
    // The kernel hosts the handler in an express application; these are the members the mock uses.
    mock.handler(request as never, response as never, () => response.writeHead(404).end());
  });
  base = url;
  const fhirUrl = `${url}/fhir`;
  const send: FhirServer['send'] = async (method, path, body, headers = {}) => {
    const sent =
      body === undefined
        ? { headers }
        : {
            headers: { 'content-type': 'application/fhir+json', ...headers },
            body: typeof body === 'string' ? body : JSON.stringify(body),
          };
    const target = path.startsWith('http') ? path : `${fhirUrl}${path}`;
    const response = await fetch(target, { method, ...sent });
    return answerOf(response, await response.text());
  };
  return Object.assign(server, {
    mock,
    url: fhirUrl,
    send,
    get: (path: string, headers?: Readonly<Record<string, string>>) =>
      send('GET', path, undefined, headers),
    close: async () => {
      await close();
      await mock.close();
    },
  });
}

function answerOf({ status, headers }: Response, text: string): Answer {
  const isJson = /^application\/(?:fhir\+)?json/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
}

/** Ids of the matches, in order. */
export function matchIds(answer: Answer): string[] {
  return (answer.body.entry ?? [])
    .filter((entry: { search?: { mode?: string } }) => entry.search?.mode !== 'include')
    .map((entry: { resource: { id: string } }) => entry.resource.id);
}
