// Data sets as Orthanc's JSON: full (`?`), short (`?short`) and simplified (`?simplify`).
import type { Dataset, Element } from '#core/dicom/dataset.ts';
import { isPrivate } from '#core/dicom/dictionary.ts';
import { dottedTag, nameOfTag } from '../archive/main-tags.ts';
import type { Json, JsonObject } from '../rest/json.ts';
import { privateTag } from './private-tags.ts';
import { effectiveCharset, MAX_TAG_LENGTH, textOf } from './values.ts';

export type TagFormat = 'full' | 'short' | 'simplify';

export interface TagOptions {
  readonly format: TagFormat;
  readonly defaultCharset: string;
  /** Tags that are shown whatever their length. */
  readonly ignoreLength?: ReadonlySet<string>;
  /** Leaves binary values out instead of showing that they are there. */
  readonly skipsBinary?: boolean;
  /** Of the root, only these. */
  readonly only?: ReadonlySet<string>;
}

/** An element with what its creator's dictionary adds. */
export interface NamedElement {
  readonly element: Element;
  readonly vr: string;
  readonly name: string;
  readonly creator: string | undefined;
}

type Leaf =
  | { readonly type: 'String'; readonly value: string }
  | { readonly type: 'Null' | 'TooLong'; readonly value: null }
  | { readonly type: 'Sequence'; readonly items: readonly Dataset[] };

const PIXEL_DATA = '7FE00010';

/** Ends with the pixel data, whose value is not shown. */
export function tagsJson(dataset: Dataset, options: TagOptions): JsonObject {
  const members: Record<string, Json> = {};
  const charset = effectiveCharset(dataset.charset, options.defaultCharset);
  const { only, ...below } = options;
  for (const named of namedElements(dataset)) {
    const { tag } = named.element;
    if (tag > PIXEL_DATA) break;
    const leaf = only && !only.has(tag) ? undefined : leafOf(named, charset, options);
    if (!leaf || (leaf.type === 'Null' && options.skipsBinary)) continue;
    const key = options.format === 'simplify' ? named.name : dottedTag(tag);
    members[key] = shown(named, leaf, below);
  }
  return members;
}

function shown(named: NamedElement, leaf: Leaf, options: TagOptions): Json {
  return options.format === 'full' ? fullMember(named, leaf, options) : plainValue(leaf, options);
}

/** By tag and one of each: what DCMTK keeps of a data set, in its order. */
export function namedElements(dataset: Dataset): NamedElement[] {
  const byTag = new Map<string, Element>();
  for (const element of dataset.elements) {
    if (!byTag.has(element.tag)) byTag.set(element.tag, element);
  }
  const sorted = [...byTag.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return sorted.map((element) => named(dataset, element));
}

function named(dataset: Dataset, element: Element): NamedElement {
  const creator = creatorOf(dataset, element.tag);
  const entry = creator === undefined ? undefined : privateTag(element.tag, creator);
  if (!isPrivate(element.tag)) {
    return { element, vr: element.vr, name: nameOfTag(element.tag), creator };
  }
  const isUnread = entry && element.vr === 'UN' && !element.explicitVr;
  const name = entry?.name ?? (isCreator(element.tag) ? 'PrivateCreator' : nameOfTag(element.tag));
  return { element, vr: isUnread ? entry.vr : element.vr, name, creator };
}

function isCreator(tag: string): boolean {
  return tag.slice(4, 6) === '00' && tag.slice(6) >= '10';
}

/** The creator of the block a private tag lies in, as written in the same data set. */
function creatorOf(dataset: Dataset, tag: string): string | undefined {
  if (!isPrivate(tag) || tag.slice(4, 6) === '00') return undefined;
  const element = dataset.get(`${tag.slice(0, 4)}00${tag.slice(4, 6)}`);
  return element && textOf(element, 'LO', ['ISO_IR 100']);
}

function leafOf(
  { element, vr }: NamedElement,
  charset: readonly string[],
  options: TagOptions,
): Leaf {
  if (element.items) return { type: 'Sequence', items: element.items };
  if (vr === 'SQ') return { type: 'Sequence', items: [] };
  const value = textOf(element, vr, charset);
  if (value === undefined) return { type: 'Null', value: null };
  const isLong = Buffer.byteLength(value) > MAX_TAG_LENGTH;
  if (isLong && !options.ignoreLength?.has(element.tag)) return { type: 'TooLong', value: null };
  return { type: 'String', value };
}

function fullMember({ name, creator }: NamedElement, leaf: Leaf, options: TagOptions): JsonObject {
  return {
    Name: name,
    ...(creator !== undefined && { PrivateCreator: creator }),
    Type: leaf.type,
    Value: plainValue(leaf, options),
  };
}

function plainValue(leaf: Leaf, options: TagOptions): Json {
  return leaf.type === 'Sequence' ? leaf.items.map((item) => tagsJson(item, options)) : leaf.value;
}
