// New elements from the values of a JSON body: text, `data:` URIs for bytes, lists of objects for sequences.

import { encodeText } from '#core/dicom/charset-encode.ts';
import type { Element } from '#core/dicom/dataset.ts';
import { attributeOf, isPrivate } from '#core/dicom/dictionary.ts';
import { kindOf } from '#core/dicom/values.ts';
import {
  type NewElement,
  numberElement,
  sequenceElement,
  type WritableElement,
} from '#core/dicom/write.ts';
import { dottedTag } from '../archive/main-tags.ts';
import { isFields, knownTag } from '../rest/arguments.ts';
import { OrthancError } from '../rest/errors.ts';

const numberVrs = new Set('US SS UL SL FL FD'.split(' '));

export interface ElementContext {
  /** Terms that text is encoded in. */
  readonly charset: readonly string[];
  /** VR of an element that is replaced: kept where the dictionary knows none. */
  readonly previous?: Element | undefined;
}

/** @throws OrthancError when the value does not fit the tag */
export function elementOf(tag: string, value: unknown, context: ElementContext): NewElement {
  const vr = vrOf(tag, context.previous);
  if (Array.isArray(value) && (vr === 'SQ' || value.every(isFields)))
    return sequenceElement(
      tag,
      value.map((item) => itemOf(item, context)),
    );
  if (typeof value !== 'string')
    throw new OrthancError('badType', `Bad Parameter type for tag ${dottedTag(tag)}`);
  const data = /^data:[^;,]*;base64,(.*)$/s.exec(value);
  if (data) return { tag, vr: binaryVr(vr), raw: Buffer.from(data[1] ?? '', 'base64') };
  if (numberVrs.has(vr)) return numericElement(tag, vr, value);
  return { tag, vr, raw: textBytes(value, vr, context.charset) };
}

function itemOf(item: unknown, context: ElementContext): WritableElement[] {
  if (!isFields(item))
    throw new OrthancError('badRequest', 'An item of a sequence must be a JSON object');
  return Object.entries(item).map(([name, value]) =>
    elementOf(knownTag(name), value, { charset: context.charset }),
  );
}

function vrOf(tag: string, previous: Element | undefined): string {
  const declared = attributeOf(tag)?.vr;
  if (declared === 'xs') return previous?.vr ?? 'US';
  if (declared === 'ox' || declared === 'px') return previous?.vr ?? 'OB';
  return declared ?? previous?.vr ?? (isPrivate(tag) ? 'LO' : 'UN');
}

function binaryVr(vr: string): string {
  return /^(OB|OW|OF|OD|OL|OV|UN)$/.test(vr) ? vr : 'OB';
}

function numericElement(tag: string, vr: string, text: string): NewElement {
  const values = text === '' ? [] : text.split('\\').map(Number);
  if (values.some(Number.isNaN)) {
    throw new OrthancError(
      'badFile',
      `While creating a DICOM instance, tag (${dottedTag(tag)}) has out-of-range value: "${text}"`,
    );
  }
  return { ...numberElement(tag, ...values), vr };
}

function textBytes(value: string, vr: string, charset: readonly string[]): Uint8Array {
  const kind = kindOf(vr);
  const known = withinCharset(value, vr, charset);
  return encodeText(known, kind === undefined ? [] : charset, kind ?? 'multi') ?? Buffer.alloc(0);
}

/** Without what the character set lacks, character by character, as Orthanc's conversion does. */
export function withinCharset(value: string, vr: string, charset: readonly string[]): string {
  const kind = kindOf(vr);
  const terms = kind === undefined ? [] : charset;
  const isKnown = (text: string) => encodeText(text, terms, kind ?? 'multi') !== undefined;
  return isKnown(value) ? value : [...value].filter(isKnown).join('');
}
