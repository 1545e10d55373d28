// What a handler gets and gives. Handlers know nothing of sockets, so a batch can call them too.

export interface FhirRequest {
  readonly method: string;
  /** Decoded parts of the path below the base. */
  readonly segments: readonly string[];
  /** In the order received; of the URL, then of the form of a POST search. */
  readonly terms: readonly (readonly [string, string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed body; numbers keep their digits (parseExact). */
  readonly body: unknown;
}

export interface FhirResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text, or NDJSON with its own Content-Type. */
  readonly body?: string;
  /** ms, where an entry of a Bundle says it more precisely than a header can. */
  readonly updated?: number;
  /** In place of `body`, for what is too large to hold at once. */
  readonly chunks?: Iterable<string>;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** `Prefer: return=minimal, handling=strict` as a map; the first word counts. */
export function preferences({ headers }: FhirRequest): ReadonlyMap<string, string> {
  const prefer = headers['prefer'] ?? '';
  if (prefer !== lastPrefer.text) lastPrefer = { text: prefer, words: parsePrefer(prefer) };
  return lastPrefer.words;
}

/** Each entry of a transaction says the same. */
let lastPrefer: { readonly text: string; readonly words: ReadonlyMap<string, string> } = {
  text: '',
  words: new Map(),
};

function parsePrefer(prefer: string): ReadonlyMap<string, string> {
  const parts = prefer.split(/[;,]/).map((part) => part.trim().split('='));
  return new Map(
    parts.toReversed().map(([name = '', value = '']) => [name, value.replaceAll('"', '')]),
  );
}

export function termOf({ terms }: Pick<FhirRequest, 'terms'>, name: string): string | undefined {
  return terms.find(([key]) => key === name)?.[1];
}

/** A value of a body in a sentence, or as a text: not every value makes one by itself. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}

/** `W/"3"` and `"3"` name version 3. */
export function versionOf(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}

/** The request that stands around what the control plane does: no token is asked for it. */
export const controlRequest: FhirRequest = {
  method: 'POST',
  segments: [],
  terms: [],
  headers: {},
  body: undefined,
};
