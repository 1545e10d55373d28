// From elements to bytes. An element that was read is copied byte for byte when the target has the
// same encoding; only what is new or differently encoded is written afresh.

import type { TextKind } from './charset.ts';
import { encodeText } from './charset-encode.ts';
import { type Element, type Encoding, tagNumber, UNDEFINED_LENGTH } from './dataset.ts';
import { attributeOf, isVr } from './dictionary.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from './implementation.ts';
import { hasLongLength } from './reader.ts';
import { EXPLICIT_LITTLE_ENDIAN, encodingOf } from './transfer-syntax.ts';
import { kindOf } from './values.ts';

export interface NewElement {
  readonly tag: string;
  readonly vr: string;
  /** The value in little endian; ignored when there are items. An odd length is padded when written. */
  readonly raw: Uint8Array;
  readonly items?: readonly (readonly WritableElement[])[];
}
export type WritableElement = Element | NewElement;

export interface FileMeta {
  readonly transferSyntax: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly sourceAeTitle?: string;
  /** Ours by default. */
  readonly implementationClassUid?: string;
  readonly implementationVersion?: string;
}

const swapSizes: Readonly<Record<string, number>> = {
  US: 2,
  SS: 2,
  OW: 2,
  AT: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  OF: 4,
  OL: 4,
  FD: 8,
  OD: 8,
  SV: 8,
  UV: 8,
  OV: 8,
};
const numberWriters: Readonly<
  Record<string, readonly [number, (view: DataView, value: number) => void]>
> = {
  US: [2, (view, value) => view.setUint16(0, value, true)],
  SS: [2, (view, value) => view.setInt16(0, value, true)],
  UL: [4, (view, value) => view.setUint32(0, value, true)],
  SL: [4, (view, value) => view.setInt32(0, value, true)],
  FL: [4, (view, value) => view.setFloat32(0, value, true)],
  FD: [8, (view, value) => view.setFloat64(0, value, true)],
};

/**
 * A new element of text. VR and tag come from the dictionary unless given.
 *
 * @returns undefined when a character is in none of the declared character sets
 */
export function textElement(
  tagOrName: string,
  value: string,
  charset: readonly string[] = [],
): NewElement | undefined {
  const tag = tagNumber(tagOrName);
  const vr = attributeOf(tag)?.vr ?? 'UN';
  const kind: TextKind | undefined = kindOf(vr);
  const raw = encodeText(value, kind === undefined ? [] : charset, kind ?? 'multi');
  return raw === undefined ? undefined : { tag, vr, raw };
}

/** @throws TypeError when the VR of the attribute is not a binary number */
export function numberElement(tagOrName: string, ...values: readonly number[]): NewElement {
  const tag = tagNumber(tagOrName);
  const declared = attributeOf(tag)?.vr ?? '';
  const vr = declared === 'xs' ? 'US' : declared;
  const writer = numberWriters[vr];
  if (writer === undefined) throw new TypeError(`${tagOrName} does not hold binary numbers`);
  const [size, write] = writer;
  const raw = new Uint8Array(size * values.length);
  values.forEach((value, index) => {
    write(new DataView(raw.buffer, index * size, size), value);
  });
  return { tag, vr, raw };
}

export function sequenceElement(
  tagOrName: string,
  items: readonly (readonly WritableElement[])[],
): NewElement {
  return { tag: tagNumber(tagOrName), vr: 'SQ', raw: new Uint8Array(), items };
}

/** A data set, elements in ascending order of tags as PS3.5 7.1 asks. */
export function writeDataset(elements: readonly WritableElement[], encoding: Encoding): Uint8Array {
  const sorted = [...elements].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
  return Buffer.concat(sorted.map((element) => encodeElement(element, encoding)));
}

/** A complete file: preamble, fresh meta header, data set. */
export function writePart10(
  elements: readonly WritableElement[],
  meta: FileMeta,
  preamble: Uint8Array = new Uint8Array(128),
): Uint8Array {
  return Buffer.concat([
    preamble,
    Buffer.from('DICM', 'latin1'),
    writeMeta(meta),
    writeDataset(elements, encodingOf(meta.transferSyntax)),
  ]);
}

/** Group 0002 with its length. */
export function writeMeta(meta: FileMeta): Uint8Array {
  const encoding = encodingOf(EXPLICIT_LITTLE_ENDIAN);
  const body = writeDataset(
    [
      { tag: '00020001', vr: 'OB', raw: Uint8Array.of(0, 1) },
      ascii('00020002', 'UI', meta.sopClassUid),
      ascii('00020003', 'UI', meta.sopInstanceUid),
      ascii('00020010', 'UI', meta.transferSyntax),
      ascii('00020012', 'UI', meta.implementationClassUid ?? IMPLEMENTATION_CLASS_UID),
      ascii('00020013', 'SH', meta.implementationVersion ?? IMPLEMENTATION_VERSION),
      ...(meta.sourceAeTitle === undefined ? [] : [ascii('00020016', 'AE', meta.sourceAeTitle)]),
    ],
    encoding,
  );
  const length = numberElement('00020000', body.byteLength);
  return Buffer.concat([encodeElement(length, encoding), body]);
}

function encodeElement(element: WritableElement, encoding: Encoding): Uint8Array {
  if (isRead(element)) {
    const isSame =
      element.littleEndian === encoding.littleEndian && element.explicitVr === encoding.explicitVr;
    if (isSame) return element.encoded;
    if (element.fragments !== undefined)
      return encodeFragments(element, element.fragments, encoding);
  }
  if (element.items !== undefined) return encodeSequence(element, encoding);
  const raw = toEndian(element, encoding);
  const padded = pad(raw, element.vr);
  return Buffer.concat([elementHeader(element, padded.byteLength, encoding), padded]);
}

function encodeSequence(element: WritableElement, encoding: Encoding): Uint8Array {
  const items = (element.items ?? []).map((item) => {
    const body = writeDataset('elements' in item ? item.elements : item, encoding);
    return Buffer.concat([itemHeader(body.byteLength, encoding), body]);
  });
  const body = Buffer.concat(items);
  return Buffer.concat([elementHeader({ ...element, vr: 'SQ' }, body.byteLength, encoding), body]);
}

function encodeFragments(
  element: Element,
  fragments: readonly Uint8Array[],
  encoding: Encoding,
): Uint8Array {
  const end = itemHeader(0, encoding, 0xe0dd);
  const items = fragments.flatMap((bytes) => [itemHeader(bytes.byteLength, encoding), bytes]);
  return Buffer.concat([elementHeader(element, UNDEFINED_LENGTH, encoding), ...items, end]);
}

function elementHeader(
  { tag, vr: given }: { readonly tag: string; readonly vr: string },
  length: number,
  { littleEndian, explicitVr }: Encoding,
): Uint8Array {
  // A value that does not fit a 16-bit length is written as UN (PS3.5 6.2.2)
  const vr = isVr(given) && (length <= 0xffff || hasLongLength(given)) ? given : 'UN';
  const isLong = explicitVr && hasLongLength(vr);
  const bytes = new Uint8Array(isLong ? 12 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), littleEndian);
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), littleEndian);
  if (!explicitVr) {
    view.setUint32(4, length, littleEndian);
    return bytes;
  }
  bytes[4] = vr.charCodeAt(0);
  bytes[5] = vr.charCodeAt(1);
  if (isLong) view.setUint32(8, length, littleEndian);
  else view.setUint16(6, length, littleEndian);
  return bytes;
}

function itemHeader(length: number, { littleEndian }: Encoding, element = 0xe000): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint16(0, 0xfffe, littleEndian);
  view.setUint16(2, element, littleEndian);
  view.setUint32(4, length, littleEndian);
  return new Uint8Array(view.buffer);
}

function toEndian(element: WritableElement, { littleEndian }: Encoding): Uint8Array {
  const size = swapSizes[element.vr];
  const isLittle = isRead(element) ? element.littleEndian : true;
  if (size === undefined || isLittle === littleEndian) return element.raw;
  const swapped = Uint8Array.from(element.raw);
  for (let at = 0; at + size <= swapped.length; at += size)
    swapped.subarray(at, at + size).reverse();
  return swapped;
}

/** UIDs and bytes are padded with zero, text with a blank (PS3.5 6.2). */
function pad(raw: Uint8Array, vr: string): Uint8Array {
  if (raw.byteLength % 2 === 0) return raw;
  const filler = /^(UI|O.|UN)$/.test(vr) ? 0 : 0x20;
  return Buffer.concat([raw, Uint8Array.of(filler)]);
}

function ascii(tag: string, vr: string, value: string): NewElement {
  return { tag, vr, raw: Buffer.from(value, 'latin1') };
}

function isRead(element: WritableElement): element is Element {
  return 'encoded' in element;
}
