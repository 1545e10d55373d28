// A ZIP's members one after another, never all at once, by its table of contents at the end: only that
// shows whether a member is whole. Layout: PKWARE APPNOTE 6.3, sections 4.3 to 4.5.
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { WorkbenchError } from '../errors.ts';
import { unreadable } from '../file-error.ts';
import { type Text, text } from '../text.ts';
import { type Entry, parseEntries, readDirectory } from './send-dicom-zip-directory.ts';
import { memberName } from './send-dicom-zip-name.ts';

export type Member =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly error: WorkbenchError };

/** Larger members are refused: they have to be unpacked first. */
const MAX_MEMBER_BYTES = 1024 * 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;
const CHUNK_BYTES = 256 * 1024;
const isEncrypted = 1;
const method = { stored: 0, deflated: 8 };

/** Every member, whole or with the reason why not; `shown` is the ZIP's name in sentences.
 * @throws WorkbenchError `FILE_UNREADABLE` for the ZIP as a whole */
export async function* zipMembers(path: string, shown: string): AsyncIterable<Member> {
  const handle = await open(path).catch((cause: unknown) =>
    Promise.reject(unreadable(path, cause)),
  );
  try {
    const directory = await readDirectory(handle);
    if (directory === undefined) throw unusable(zipCutShort(shown));
    const { entries, isWhole } = parseEntries(directory.bytes);
    let end = 0;
    for (const entry of entries) {
      const label = `${shown}!${entry.name}`;
      const data = await findData(handle, entry, directory.shift);
      yield* unlisted(handle, end, data?.headerAt ?? entry.offset, shown);
      if (!entry.name.endsWith('/')) yield await unpack(path, entry, data?.dataAt, label);
      if (data !== undefined) end = Math.max(end, data.dataAt + entry.packedSize);
    }
    yield* unlisted(handle, end, directory.at, shown);
    if (!isWhole) throw unusable(zipDamaged(shown));
  } catch (cause) {
    throw cause instanceof WorkbenchError ? cause : unreadable(path, cause);
  } finally {
    await handle.close();
  }
}

async function unpack(
  path: string,
  entry: Entry,
  dataAt: number | undefined,
  label: string,
): Promise<Member> {
  const { name } = entry;
  const refusal = refusalOf(entry, dataAt, label);
  if (refusal !== undefined) return { name, error: unusable(refusal) };
  const chunks: Uint8Array[] = [];
  let size = 0;
  let sum = 0;
  try {
    for await (const chunk of dataOf(path, entry, dataAt ?? 0)) {
      size += chunk.byteLength;
      if (size > entry.size) break;
      sum = crc32(chunk, sum);
      chunks.push(chunk);
    }
  } catch (cause) {
    // zlib's errors are the member's, all others the disk's
    const isTorn = (cause as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
    return { name, error: isTorn ? unusable(damaged(label), cause) : unreadable(path, cause) };
  }
  if (size < entry.size) return { name, error: unusable(cutShort(label)) };
  if (size > entry.size || sum !== entry.crc32) return { name, error: unusable(damaged(label)) };
  return { name, bytes: Buffer.concat(chunks) };
}

function refusalOf(entry: Entry, dataAt: number | undefined, label: string): Text | undefined {
  if (dataAt === undefined) return missing(label);
  if ((entry.flags & isEncrypted) !== 0) return encrypted(label);
  const isKnown = entry.method === method.stored || entry.method === method.deflated;
  return !isKnown || entry.size > MAX_MEMBER_BYTES ? unsupported(label) : undefined;
}

function dataOf(path: string, entry: Entry, start: number): AsyncIterable<Uint8Array> | [] {
  if (entry.packedSize === 0) return [];
  const end = start + entry.packedSize - 1;
  const packed = createReadStream(path, { start, end, highWaterMark: CHUNK_BYTES });
  if (entry.method === method.stored) return packed;
  // The reader of the last stream gets the error of either
  return pipeline(packed, createInflateRaw({ chunkSize: CHUNK_BYTES }), () => undefined);
}

/** Where its bytes start; undefined when no header of that name is there. */
async function findData(handle: FileHandle, entry: Entry, shift: number) {
  for (const at of new Set([entry.offset, entry.offset + shift])) {
    const local = await readLocal(handle, at);
    if (local?.name === entry.name) return { headerAt: at, dataAt: local.dataAt };
  }
  return undefined;
}

/** Members in a gap between listed ones: a header, perhaps behind the descriptor of the one before. */
async function* unlisted(handle: FileHandle, from: number, to: number, shown: string) {
  const descriptorBytes = [0, 12, 16, 20, 24];
  let at = from;
  while (at < to) {
    const candidates = descriptorBytes.map((bytes) => at + bytes).filter((start) => start < to);
    const locals = await Promise.all(candidates.map((start) => readLocal(handle, start)));
    const local = locals.find((found) => found !== undefined);
    if (local === undefined) return;
    const { name } = local;
    if (!name.endsWith('/')) yield { name, error: unusable(notListed(`${shown}!${name}`)) };
    at = local.dataAt + local.packedSize;
  }
}

async function readLocal(handle: FileHandle, at: number) {
  if (at < 0) return undefined;
  const head = await readAt(handle, at, LOCAL_HEADER_BYTES);
  if (head.byteLength < LOCAL_HEADER_BYTES || head.readUInt32LE(0) !== 0x04034b50) return undefined;
  const nameBytes = head.readUInt16LE(26);
  const name = await readAt(handle, at + LOCAL_HEADER_BYTES, nameBytes);
  return {
    name: memberName(name, head.readUInt16LE(6)),
    packedSize: head.readUInt32LE(18),
    dataAt: at + LOCAL_HEADER_BYTES + nameBytes + head.readUInt16LE(28),
  };
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function unusable(sentence: Text, cause?: unknown): WorkbenchError {
  return new WorkbenchError('FILE_UNREADABLE', sentence, { cause });
}

function zipCutShort(name: string): Text {
  return text('{name} is cut short: the end of the ZIP is missing. Copy it again.', { name });
}

function zipDamaged(name: string): Text {
  return text('The table of contents of {name} is damaged: files may be missing. Copy it again.', {
    name,
  });
}

function cutShort(name: string): Text {
  return text('{name} is cut short in the ZIP. Copy the ZIP again.', { name });
}

function damaged(name: string): Text {
  return text('{name} is damaged: its checksum in the ZIP does not fit. Copy the ZIP again.', {
    name,
  });
}

function missing(name: string): Text {
  return text('{name} is listed in the ZIP but is not in it. Copy the ZIP again.', { name });
}

function notListed(name: string): Text {
  return text(
    '{name} lies in the ZIP but is not in its table of contents. Unpack the ZIP yourself and send the folder.',
    { name },
  );
}

function encrypted(name: string): Text {
  return text('{name} is encrypted. Unpack the ZIP with its password and send the folder.', {
    name,
  });
}

function unsupported(name: string): Text {
  return text('{name} cannot be unpacked. Unpack the ZIP yourself and send the folder.', { name });
}
