// Reads ZIP archives by their central directory, from memory or from a file too large for it.
import { closeSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** A source that can be read at any place. */
export interface RandomAccess {
  readonly size: number;
  read(offset: number, length: number): Buffer;
  close(): void;
}

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  read(): Buffer;
}

/** The archive is damaged, cut short or uses what is not read here (ZIP64 parts of it, encryption). */
export class ZipError extends Error {}

export function memoryAccess(bytes: Buffer): RandomAccess {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    close: () => undefined,
  };
}

export function fileAccess(path: string, size: number): RandomAccess {
  const fd = openSync(path, 'r');
  return {
    size,
    read(offset, length) {
      const buffer = Buffer.allocUnsafe(length);
      return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
    },
    close: () => closeSync(fd),
  };
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** No single member of a DICOM archive is larger; a bomb is refused before it is unpacked. */
const MAX_MEMBER = 1024 * 1024 * 1024;

/** @throws ZipError when there is no central directory */
export function* zipEntries(source: RandomAccess): Generator<ZipEntry> {
  const { count, offset } = endOfDirectory(source);
  let at = offset;
  for (let index = 0; index < count; index++) {
    const head = exactly(source, at, 46);
    if (head.readUInt32LE(0) !== CENTRAL) throw new ZipError('no central directory entry');
    const nameLength = head.readUInt16LE(28);
    const name = exactly(source, at + 46, nameLength).toString('utf8');
    const entry = { head: Buffer.from(head), name };
    at += 46 + nameLength + head.readUInt16LE(30) + head.readUInt16LE(32);
    yield { name, size: entry.head.readUInt32LE(24), read: () => readEntry(source, entry.head) };
  }
}

function endOfDirectory(source: RandomAccess): { count: number; offset: number } {
  const tailLength = Math.min(source.size, END_LENGTH + MAX_COMMENT);
  const tail = source.read(source.size - tailLength, tailLength);
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END) {
      return { count: tail.readUInt16LE(at + 10), offset: tail.readUInt32LE(at + 16) };
    }
  }
  throw new ZipError('no end of central directory');
}

function readEntry(source: RandomAccess, head: Buffer): Buffer {
  const method = head.readUInt16LE(10);
  const packed = head.readUInt32LE(20);
  const size = head.readUInt32LE(24);
  const local = head.readUInt32LE(42);
  if ((head.readUInt16LE(8) & 1) !== 0) throw new ZipError('encrypted');
  if (size > MAX_MEMBER) throw new ZipError('member too large');
  const localHead = exactly(source, local, 30);
  if (localHead.readUInt32LE(0) !== LOCAL) throw new ZipError('no local header');
  const start = local + 30 + localHead.readUInt16LE(26) + localHead.readUInt16LE(28);
  const bytes = exactly(source, start, packed);
  if (method === STORED) return bytes;
  if (method !== DEFLATED) throw new ZipError('unknown compression');
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new ZipError('cannot inflate', { cause });
  }
}

function exactly(source: RandomAccess, offset: number, length: number): Buffer {
  if (offset + length > source.size) throw new ZipError('cut short');
  return source.read(offset, length);
}
