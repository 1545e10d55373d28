// Values as Orthanc shows them: every leaf a UTF-8 string, binary ones none. The rules are those of its
// FromDcmtkBridge on top of DCMTK's getString.
import { decodeText, type TextKind } from '#core/dicom/charset.ts';
import type { Element } from '#core/dicom/dataset.ts';
import { significant } from './decimals.ts';

/** Longer strings are not shown unless asked for (ORTHANC_MAXIMUM_TAG_LENGTH), counted in UTF-8 bytes. */
export const MAX_TAG_LENGTH = 256;

const textVrs = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
const singleValued = new Set(['LT', 'ST', 'UT', 'UR']);

/** The string of a leaf; undefined for a binary value or a sequence. */
export function textOf(
  element: Element,
  vr: string,
  charset: readonly string[],
): string | undefined {
  if (textVrs.has(vr)) return stringOf(element.raw, vr, charset);
  const read = numberReaders[vr];
  // Orthanc shows the first of several tags.
  if (read) return numbersOf(element, read, vr === 'AT' ? 1 : Number.POSITIVE_INFINITY);
  return undefined;
}

/** Terms for decoding: a data set that names none is read as the server's DefaultEncoding. */
export function effectiveCharset(terms: readonly string[], fallback: string): readonly string[] {
  return terms.length === 0 || (terms.length === 1 && terms[0] === '') ? [fallback] : terms;
}

function stringOf(raw: Uint8Array, vr: string, charset: readonly string[]): string {
  const bytes = unpadded(raw, vr);
  // Most values are plain ASCII, which means the same in every character set without an escape.
  return isPlain(bytes) ? bytes.toString('latin1') : decodeText(bytes, charset, textKind(vr));
}

function isPlain(bytes: Uint8Array): boolean {
  for (const byte of bytes)
    if (byte >= 0x80 || byte === 0x1b || byte === 0x5c || byte === 0x7e) return false;
  return true;
}

function textKind(vr: string): TextKind {
  if (vr === 'PN') return 'name';
  return singleValued.has(vr) ? 'single' : 'multi';
}

// DCMTK hands out C strings: they end at the first NUL, and trailing padding is cut, leading blanks are not.
function unpadded(raw: Uint8Array, vr: string): Buffer {
  const nul = raw.indexOf(0);
  let end = nul < 0 ? raw.length : nul;
  while (end > 0 && vr !== 'UI' && raw[end - 1] === 0x20) end--;
  return Buffer.from(raw.buffer, raw.byteOffset, end);
}

interface NumberReader {
  readonly size: number;
  read(view: DataView, at: number, littleEndian: boolean): string;
}

const numberReaders: Readonly<Record<string, NumberReader>> = {
  US: { size: 2, read: (view, at, little) => String(view.getUint16(at, little)) },
  SS: { size: 2, read: (view, at, little) => String(view.getInt16(at, little)) },
  UL: { size: 4, read: (view, at, little) => String(view.getUint32(at, little)) },
  SL: { size: 4, read: (view, at, little) => String(view.getInt32(at, little)) },
  FL: { size: 4, read: (view, at, little) => significant(view.getFloat32(at, little)) },
  FD: { size: 8, read: (view, at, little) => significant(view.getFloat64(at, little)) },
  SV: { size: 8, read: (view, at, little) => String(view.getBigInt64(at, little)) },
  UV: { size: 8, read: (view, at, little) => String(view.getBigUint64(at, little)) },
  AT: {
    size: 4,
    read: (view, at, little) =>
      `${hex4(view.getUint16(at, little))},${hex4(view.getUint16(at + 2, little))}`,
  },
};

function numbersOf(
  { raw, littleEndian }: Element,
  { size, read }: NumberReader,
  most: number,
): string {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const values: string[] = [];
  const end = Math.min(raw.byteLength, most * size);
  for (let at = 0; at + size <= end; at += size) values.push(read(view, at, littleEndian));
  return values.join('\\');
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}
