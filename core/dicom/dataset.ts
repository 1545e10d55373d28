// The model of a parsed file: elements in file order, each a window on the bytes it came from.
// Values are decoded when asked for; nothing is copied and nothing is normalised.
import { attributeByName, parseTag } from './dictionary.ts';

/** (0xFFFFFFFF): the value ends at a delimiter. */
export const UNDEFINED_LENGTH = 0xffffffff;

export interface Encoding {
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
}

/** What is read in front of a value. */
export interface ElementHeader {
  readonly tag: string;
  readonly vr: string;
  /** Position of the tag in the file (in the inflated bytes when the file is deflated). */
  readonly offset: number;
  readonly valueOffset: number;
  /** As written: `UNDEFINED_LENGTH` when delimited. */
  readonly length: number;
}

export interface Element extends ElementHeader, Encoding {
  /** Where the value ends, before its delimiter. */
  readonly valueEnd: number;
  /** Where the next element begins. */
  readonly end: number;
  readonly items?: readonly Dataset[];
  /** Encapsulated pixel data: the fragments; the first is the basic offset table. */
  readonly fragments?: readonly Uint8Array[];
  /** The value as stored: a view of the file, never a copy. */
  readonly raw: Uint8Array;
  /** Tag, VR, length, value and delimiter as stored: a view of the file. */
  readonly encoded: Uint8Array;
}

/** An element over `bytes`, whose first byte is at `base` in the file; views are made on demand. */
export class ByteElement implements Element {
  readonly tag: string;
  readonly vr: string;
  readonly offset: number;
  readonly valueOffset: number;
  readonly length: number;
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
  readonly valueEnd: number;
  readonly end: number;
  declare readonly items?: readonly Dataset[];
  declare readonly fragments?: readonly Uint8Array[];
  readonly #bytes: Uint8Array;
  readonly #base: number;

  // One argument each rather than one object: files have thousands of elements
  constructor(
    bytes: Uint8Array,
    base: number,
    header: ElementHeader,
    encoding: Encoding,
    valueEnd: number,
    end: number,
    items?: readonly Dataset[],
    fragments?: readonly Uint8Array[],
  ) {
    this.tag = header.tag;
    this.vr = header.vr;
    this.offset = header.offset;
    this.valueOffset = header.valueOffset;
    this.length = header.length;
    this.littleEndian = encoding.littleEndian;
    this.explicitVr = encoding.explicitVr;
    this.valueEnd = valueEnd;
    this.end = end;
    if (items !== undefined) this.items = items;
    if (fragments !== undefined) this.fragments = fragments;
    this.#bytes = bytes;
    this.#base = base;
  }

  get raw(): Uint8Array {
    return this.#bytes.subarray(this.valueOffset - this.#base, this.valueEnd - this.#base);
  }

  get encoded(): Uint8Array {
    return this.#bytes.subarray(this.offset - this.#base, this.end - this.#base);
  }
}

export class Dataset {
  /** In file order, duplicates included. */
  readonly elements: readonly Element[];
  /** Terms of SpecificCharacterSet, inherited from the parent when the item names none; never re-labelled. */
  readonly charset: readonly string[];
  #byTag: Map<string, Element> | undefined;

  constructor(elements: readonly Element[], charset: readonly string[] = []) {
    this.elements = elements;
    this.charset = charset;
  }

  /**
   * The element of a tag or name; the first one when a tag is written twice (as DCMTK).
   *
   * @throws TypeError when the name is in no dictionary
   */
  get(tagOrName: string): Element | undefined {
    this.#byTag ??= indexByTag(this.elements);
    return this.#byTag.get(tagOrName) ?? this.#byTag.get(tagNumber(tagOrName));
  }
}

/** Eight upper-case hexadecimal digits. @throws TypeError when the name is in no dictionary */
export function tagNumber(tagOrName: string): string {
  const tag = attributeByName(tagOrName)?.tag ?? parseTag(tagOrName);
  if (tag === undefined) throw new TypeError(`No DICOM attribute is called ${tagOrName}`);
  return tag;
}

/** The items of a sequence; none when it is absent or empty. */
export function sequence(dataset: Dataset, tagOrName: string): readonly Dataset[] {
  return dataset.get(tagOrName)?.items ?? [];
}

function indexByTag(elements: readonly Element[]): Map<string, Element> {
  const byTag = new Map<string, Element>();
  for (const element of elements) {
    if (!byTag.has(element.tag)) byTag.set(element.tag, element);
  }
  return byTag;
}
