// What may leave the process in a log, an event or an error text. Allow-list: a field nobody thought
// of is hidden. Values of allowed fields are scrubbed once more, because a URL or a text may carry a secret.

const hidden = '[redacted]';

const safeKeys: ReadonlySet<string> = new Set(
  (
    'address area attempt attempts bytes cause code count delayMs durationMs errorCode event expiresInS ' +
    'failed grant host interaction jobState kind level locale method operation page pages ' +
    'port profile progress protocol requestBytes resourceType responseBytes retryInMs rows ' +
    'scopes server signal site skipped startedAtMs state status step total url version'
  ).split(' '),
);

/** JWTs, OpenEMR's defuse-encrypted codes and refresh tokens, Bearer and Basic values, long opaque runs other than Orthanc ids. */
const secretLike =
  /eyJ[\w-]{8,}(?:\.[\w-]*){0,4}|def50200[0-9a-f]*|\b(?:Bearer|Basic)\s+\S+|(?<![\w-])(?!(?:[0-9a-f]{8}-){4}[0-9a-f]{8}\b)[\w-]{40,}/gi;
const urlLike = /\bhttps?:\/\/[^\s"'<>]+/gi;
const longest = 300;

/** A URL fit for a log: no user, password, query or fragment. What does not parse is hidden whole. */
export function redactUrl(url: string | URL): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  return parsed === null ? hidden : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

/** Removes what looks like a credential, and the query of every URL, from a text that is otherwise ours. */
export function redactText(value: string): string {
  const scrubbed = value.replace(urlLike, (url) => redactUrl(url)).replace(secretLike, hidden);
  return scrubbed.length > longest ? `${scrubbed.slice(0, longest)}…` : scrubbed;
}

/** Keeps the allowed fields of a log entry; bodies become type and size, everything else `[redacted]`. */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      safeKeys.has(key) ? redactValue(value) : describe(value),
    ]),
  );
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return value;
  if (Array.isArray(value)) return value.map((item) => redactValue(item));
  return describe(value);
}

function describe(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return errorCode(value);
  return hidden;
}

/** Name and code of an error: its message may quote what it failed on. */
function errorCode(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`;
}
