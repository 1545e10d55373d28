// Reads data elements (PS3.5 section 7) out of a window on a file. Own code rather than dicom-parser:
// that one recurses without bound, trusts lengths, has no ISO 2022 and throws bare strings.
// Every length is checked against the file before anything is made from it.

import {
  ByteElement,
  Dataset,
  type Element,
  type ElementHeader,
  type Encoding,
  UNDEFINED_LENGTH,
} from './dataset.ts';
import { implicitVr, isVr } from './dictionary.ts';
import { cutShort, itemExpected, nestedTooDeep, strayDelimiter, truncated } from './errors.ts';

/** Deeper than any known object; keeps the stack bounded whatever the bytes say. */
export const MAX_NESTING = 128;

/** Thrown when the window ends before the file does: read more bytes, or skip the element. */
export class ShortWindow extends Error {
  /** The window has to reach this position of the file. */
  readonly neededEnd: number;

  constructor(neededEnd: number) {
    super('The window ends before the element');
    this.neededEnd = neededEnd;
  }
}

export interface Window {
  readonly bytes: Uint8Array;
  /** Position of the first byte of the window in the file. */
  readonly base: number;
  /** Size of the whole file. */
  readonly total: number;
}

export interface Stop {
  /** Ends before the first element of the root whose tag is this or higher. */
  readonly before?: string;
  /** Ends before the first element that is outside this group. */
  readonly group?: string;
}

interface Scope {
  readonly encoding: Encoding;
  readonly depth: number;
  charset: readonly string[];
}

const ITEM = 'FFFEE000';
const ITEM_END = 'FFFEE00D';
const SEQUENCE_END = 'FFFEE0DD';
const IMPLICIT_LITTLE: Encoding = { littleEndian: true, explicitVr: false };
const longVrs = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const shortVrs = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '),
);
const tagTexts = new Map<number, string>();
const ascii = new TextDecoder('latin1');

export class ElementReader {
  /** Position in the file of what is read next. */
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  readonly #total: number;
  #isSigned = false;

  constructor({ bytes, base, total }: Window) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#base = base;
    this.#total = total;
    this.position = base;
  }

  /**
   * Reads root elements to the end of the file or to `stop`, adding each to `into` as soon as it is complete.
   *
   * @returns the charset terms in force at the end
   * @throws WorkbenchError `DICOM_*`; ShortWindow when the window is smaller than the file needs
   */
  readRoot(
    encoding: Encoding,
    into: Element[],
    stop: Stop = {},
    charset: readonly string[] = [],
  ): readonly string[] {
    const scope: Scope = { encoding, depth: 0, charset };
    while (this.position < this.#total) {
      const header = this.peekHeader(encoding);
      if (isPast(header.tag, stop)) break;
      if (header.tag.startsWith('FFFEE0')) throw strayDelimiter(header.offset);
      into.push(this.#readElement(header, scope, this.#total));
    }
    return scope.charset;
  }

  /** Tag, VR and length of the element at `position`, which stays where it is. */
  peekHeader(encoding: Encoding): ElementHeader {
    return this.#header(encoding, this.#total);
  }

  #readElement(header: ElementHeader, scope: Scope, limit: number): Element {
    this.position = header.valueOffset;
    const element =
      header.length === UNDEFINED_LENGTH
        ? this.#readDelimited(header, scope, limit)
        : this.#readDefined(header, scope, limit);
    if (element.tag === '00080005') scope.charset = charsetTerms(element.raw);
    else if (element.tag === '00280103' && element.length >= 2) {
      this.#isSigned = element.raw[scope.encoding.littleEndian ? 0 : 1] === 1;
    }
    return element;
  }

  #readDefined(header: ElementHeader, scope: Scope, limit: number): Element {
    const valueEnd = header.valueOffset + header.length;
    this.#require(header, valueEnd, limit);
    const items =
      header.vr === 'SQ' ? this.#readItems(scope, scope.encoding, valueEnd, false) : undefined;
    this.position = valueEnd;
    return this.#element(header, scope.encoding, valueEnd, valueEnd, items);
  }

  #readDelimited(header: ElementHeader, scope: Scope, limit: number): Element {
    if (header.vr !== 'SQ' && header.vr !== 'UN') {
      const fragments = this.#readFragments(header, limit);
      return this.#element(
        header,
        scope.encoding,
        this.position - 8,
        this.position,
        undefined,
        fragments,
      );
    }
    // PS3.5 6.2.2 note: UN of undefined length holds implicit VR little endian
    const encoding = header.vr === 'UN' ? IMPLICIT_LITTLE : scope.encoding;
    const items = this.#readItems(scope, encoding, limit, true);
    return this.#element(header, scope.encoding, this.position - 8, this.position, items);
  }

  #readItems(parent: Scope, encoding: Encoding, limit: number, isDelimited: boolean): Dataset[] {
    const depth = parent.depth + 1;
    if (depth > MAX_NESTING) throw nestedTooDeep(this.position, MAX_NESTING);
    const items: Dataset[] = [];
    while (isDelimited || this.position < limit) {
      const header = this.#header(encoding, limit);
      this.position = header.valueOffset;
      if (header.tag === SEQUENCE_END) {
        if (isDelimited) return items;
        continue; // written by mistake inside a sequence of known length; harmless
      }
      if (header.tag !== ITEM) throw itemExpected(header.offset);
      items.push(this.#readItem(header, { encoding, depth, charset: parent.charset }, limit));
    }
    return items;
  }

  #readItem(item: ElementHeader, scope: Scope, limit: number): Dataset {
    const isDelimited = item.length === UNDEFINED_LENGTH;
    const end = isDelimited ? limit : item.valueOffset + item.length;
    if (!isDelimited) this.#require(item, end, limit);
    const elements: Element[] = [];
    while (isDelimited || this.position < end) {
      const header = this.#header(scope.encoding, end);
      if (header.tag === ITEM_END) {
        this.position = header.valueOffset;
        if (isDelimited) break;
        continue;
      }
      if (header.tag.startsWith('FFFEE0')) throw strayDelimiter(header.offset);
      elements.push(this.#readElement(header, scope, end));
    }
    return new Dataset(elements, scope.charset);
  }

  #readFragments(parent: ElementHeader, limit: number): Uint8Array[] {
    const fragments: Uint8Array[] = [];
    for (;;) {
      const header = this.#header(IMPLICIT_LITTLE, limit);
      this.position = header.valueOffset;
      if (header.tag === SEQUENCE_END) return fragments;
      if (header.tag !== ITEM || header.length === UNDEFINED_LENGTH)
        throw itemExpected(header.offset);
      const end = header.valueOffset + header.length;
      this.#require(header, end, limit, parent.tag);
      fragments.push(this.#bytes.subarray(header.valueOffset - this.#base, end - this.#base));
      this.position = end;
    }
  }

  #header({ littleEndian, explicitVr }: Encoding, limit: number): ElementHeader {
    const offset = this.position;
    if (offset + 8 > limit) throw cutShort(offset);
    this.#requireWindow(offset + 8);
    const at = offset - this.#base;
    const tag = tagText(
      this.#view.getUint16(at, littleEndian),
      this.#view.getUint16(at + 2, littleEndian),
    );
    if (!explicitVr || tag.startsWith('FFFEE0')) {
      const length = this.#view.getUint32(at + 4, littleEndian);
      const vr = implicitVrOf(tag, length, this.#isSigned);
      return { tag, vr, offset, valueOffset: offset + 8, length };
    }
    const vr = String.fromCharCode(this.#view.getUint8(at + 4), this.#view.getUint8(at + 5));
    if (!hasLongLength(vr)) {
      const length = this.#view.getUint16(at + 6, littleEndian);
      return { tag, vr, offset, valueOffset: offset + 8, length };
    }
    if (offset + 12 > limit) throw cutShort(offset);
    this.#requireWindow(offset + 12);
    const length = this.#view.getUint32(at + 8, littleEndian);
    return { tag, vr, offset, valueOffset: offset + 12, length };
  }

  #element(
    header: ElementHeader,
    encoding: Encoding,
    valueEnd: number,
    end: number,
    items: readonly Dataset[] | undefined,
    fragments?: readonly Uint8Array[],
  ): Element {
    const bytes = this.#bytes;
    return new ByteElement(bytes, this.#base, header, encoding, valueEnd, end, items, fragments);
  }

  #require(header: ElementHeader, end: number, limit: number, tag = header.tag): void {
    if (end > limit) throw truncated(header.offset, tag, end - limit);
    this.#requireWindow(end);
  }

  #requireWindow(end: number): void {
    if (end > this.#base + this.#bytes.byteLength) throw new ShortWindow(end);
  }
}

/** The terms of a SpecificCharacterSet value; an empty first term is the default repertoire. */
export function charsetTerms(raw: Uint8Array): readonly string[] {
  const value = ascii.decode(raw).replaceAll('\0', ' ');
  return value.split('\\').map((term) => term.trim());
}

/** DCMTK's rule: an unknown VR of two capital letters is a future one and has a 32-bit length. */
export function hasLongLength(vr: string): boolean {
  if (shortVrs.has(vr)) return false;
  return longVrs.has(vr) || (!isVr(vr) && /^[A-Z]{2}$/.test(vr));
}

function implicitVrOf(tag: string, length: number, isSigned: boolean): string {
  const vr = implicitVr(tag, isSigned);
  return vr === 'UN' && length === UNDEFINED_LENGTH ? 'SQ' : vr;
}

function isPast(tag: string, { before, group }: Stop): boolean {
  return (before !== undefined && tag >= before) || (group !== undefined && !tag.startsWith(group));
}

function tagText(group: number, element: number): string {
  const key = group * 0x10000 + element;
  const known = tagTexts.get(key);
  if (known !== undefined) return known;
  const made = key.toString(16).toUpperCase().padStart(8, '0');
  // A mutated file must not fill the cache with 4 billion names
  if (tagTexts.size < 10_000) tagTexts.set(key, made);
  return made;
}
