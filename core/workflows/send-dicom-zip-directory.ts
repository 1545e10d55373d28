// A ZIP's table of contents, with the larger fields of ZIP64: archives of whole patients exceed 4 GB.
import type { FileHandle } from 'node:fs/promises';
import { memberName } from './send-dicom-zip-name.ts';

export interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const ENTRY_BYTES = 46;
const LONGEST_COMMENT = 65_535;
const in64 = 0xff_ff_ff_ff;

/** `shift`: how far the table lies from where it says, when bytes were lost or put before it.
 * Undefined without an end record. */
export async function readDirectory(handle: FileHandle) {
  const { size: fileSize } = await handle.stat();
  const tailAt = Math.max(0, fileSize - LONGEST_COMMENT - END_BYTES - LOCATOR_BYTES - END64_BYTES);
  const tail = await readAll(handle, tailAt, fileSize - tailAt);
  const end = endIn(tail);
  if (end === undefined) return undefined;
  const wide = wideEnd(tail, end);
  const size = wide?.size ?? tail.readUInt32LE(end + 12);
  const offset = wide?.offset ?? tail.readUInt32LE(end + 16);
  const at = tailAt + (wide?.at ?? end) - size;
  if (at < 0) return { at: 0, shift: 0, bytes: Buffer.alloc(1) };
  return { at, shift: at - offset, bytes: await readAll(handle, at, size) };
}

/** In the order of the file; not whole when the bytes do not read as entries to their end. */
export function parseEntries(bytes: Buffer): { entries: Entry[]; isWhole: boolean } {
  const entries: Entry[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= bytes.byteLength && bytes.readUInt32LE(at) === 0x02014b50) {
    const nameEnd = at + ENTRY_BYTES + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    entries.push(entryAt(bytes, at, nameEnd, extraEnd));
    at = extraEnd + bytes.readUInt16LE(at + 32);
  }
  return { entries: entries.sort((a, b) => a.offset - b.offset), isWhole: at === bytes.byteLength };
}

function entryAt(bytes: Buffer, at: number, nameEnd: number, extraEnd: number): Entry {
  const flags = bytes.readUInt16LE(at + 8);
  const wide = wideFields(bytes.subarray(nameEnd, extraEnd));
  const field = (where: number) => {
    const value = bytes.readUInt32LE(at + where);
    return value === in64 ? (wide.shift() ?? value) : value;
  };
  // Fields of the extra part stand in this order, and only those that are needed
  const size = field(24);
  const packedSize = field(20);
  return {
    name: memberName(bytes.subarray(at + ENTRY_BYTES, nameEnd), flags),
    flags,
    method: bytes.readUInt16LE(at + 10),
    crc32: bytes.readUInt32LE(at + 16),
    packedSize,
    size,
    offset: field(42),
  };
}

function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const fields = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    const count = Math.min(3, Math.floor(fields.byteLength / 8));
    return Array.from({ length: count }, (_, index) => Number(fields.readBigUInt64LE(index * 8)));
  }
  return [];
}

/** The last end record whose comment fits: a comment may hold the same four bytes. */
function endIn(tail: Buffer): number | undefined {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    const isEnd = tail.readUInt32LE(at) === 0x06054b50;
    if (isEnd && at + END_BYTES + tail.readUInt16LE(at + 20) <= tail.byteLength) return at;
  }
  return undefined;
}

function wideEnd(tail: Buffer, end: number) {
  const at = end - LOCATOR_BYTES - END64_BYTES;
  if (at < 0 || tail.readUInt32LE(end - LOCATOR_BYTES) !== 0x07064b50) return undefined;
  if (tail.readUInt32LE(at) !== 0x06064b50) return undefined;
  const size = Number(tail.readBigUInt64LE(at + 40));
  return { at, size, offset: Number(tail.readBigUInt64LE(at + 48)) };
}

async function readAll(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
