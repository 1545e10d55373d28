// Compares two recordings. Masked: times, ids and UIDs that a server invents, ports, boundaries. Lists of
// resources are compared without order, because 1.10 lists by arrival and 1.12 by id.
import type { Recorded, Recording } from './scenario.ts';

export type Difference = 'missing' | 'status' | 'headers' | 'body';

/** The keys of answers that differ, with what differs first. */
export function differences(real: Recording, other: Recording): Map<string, Difference> {
  const mask = masker(real, other);
  const found = new Map<string, Difference>();
  for (const [key, expected] of Object.entries(real)) {
    const difference = compareOne(expected, other[key], mask);
    if (difference) found.set(key, difference);
  }
  return found;
}

/** Both sides of one answer after masking, for the message of a failing test. */
export function masked(real: Recording, other: Recording, key: string): readonly [string, string] {
  const mask = masker(real, other);
  return [real[key], other[key]].map((entry) => (entry ? normalized(entry, mask) : 'missing')) as [
    string,
    string,
  ];
}

type Mask = (text: string) => string;

function compareOne(
  real: Recorded,
  other: Recorded | undefined,
  mask: Mask,
): Difference | undefined {
  if (!other) return 'missing';
  if (real.status !== other.status) return 'status';
  if (headersOf(real, mask) !== headersOf(other, mask)) return 'headers';
  return bodyOf(real, mask) === bodyOf(other, mask) ? undefined : 'body';
}

function normalized(entry: Recorded, mask: Mask): string {
  return `${entry.status} ${headersOf(entry, mask)} ${bodyOf(entry, mask)}`;
}

function headersOf({ headers }: Recorded, mask: Mask): string {
  return JSON.stringify(
    Object.entries(headers)
      .map(([name, value]) => [name, mask(value)])
      .sort(),
  );
}

function bodyOf({ body }: Recorded, mask: Mask): string {
  const text = body['text'];
  const isError = body['kind'] === 'text' && typeof text === 'string' && text.startsWith('{');
  return JSON.stringify(cleaned(isError ? errorBody(text) : body, mask));
}

function errorBody(text: string): unknown {
  try {
    return { kind: 'json-as-text', json: JSON.parse(text) };
  } catch {
    // A text that only begins like JSON.
    return { kind: 'text', text };
  }
}

const hidden = new Set(
  'FileUuid DatabaseServerIdentifier DicomPort HttpPort Port EffectiveRuntime ArchiveSize Timestamp'.split(
    ' ',
  ),
);
const unordered = new Set(['json', 'entries', 'Series', 'Instances', 'Studies']);

function cleaned(value: unknown, mask: Mask, name = ''): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => cleaned(item, mask));
    return unordered.has(name) ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  // A DICOMDIR holds a new UID, whose length depends on the number of the server's process.
  const isDirectory = 'name' in value && value.name === 'DICOMDIR';
  const entries = Object.entries(value)
    .filter(([key]) => !hidden.has(key) && !(isDirectory && key === 'size'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, cleaned(inner, mask, key)]);
  return Object.fromEntries(entries);
}

function masker(real: Recording, other: Recording): Mask {
  const known = new Set([...uploadedIds(real), ...uploadedIds(other)]);
  const days = [today(real), today(other)].join('|');
  const day = new RegExp(`(?<!\\d)(${days})(?!\\d|T)`, 'g');
  return (text) =>
    text
      .replace(/\d{8}T\d{6}(\.\d+)?/g, '<time>')
      .replace(
        /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[0-9a-f-]+)?/g,
        '<uuid>',
      )
      .replace(/[0-9a-f]{8}(-[0-9a-f]{8}){4}/g, (id) => (known.has(id) ? id : '<id>'))
      .replace(day, '<today>')
      .replace(/(?<!\d)\d{6}\.0{6}/g, '<now>')
      .replace(/boundary=[^;"]+/g, 'boundary=<b>')
      .replace(/127\.0\.0\.1:\d+|localhost:\d+/g, '<host>')
      .replace(/(?<![\d.])(1\.2\.276\.0\.7230010\.3|2\.25)\.[\d.]+/g, '<uid>');
}

/** Ids of uploaded files are facts; all others are the server's invention. */
function* uploadedIds(recording: Recording): Generator<string> {
  for (const [key, { body }] of Object.entries(recording)) {
    if (!key.startsWith('upload|')) continue;
    for (const [id] of JSON.stringify(body).matchAll(/[0-9a-f]{8}(-[0-9a-f]{8}){4}/g)) yield id;
  }
}

function today(recording: Recording): string {
  return (
    String(recording['system|empty GET /tools/now#1']?.body['text'] ?? '').slice(0, 8) || 'none'
  );
}
