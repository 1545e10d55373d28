// The DICOM JSON model as Orthanc's DicomWebJsonVisitor writes it, with what it does differently from
// PS3.18 F: DS as text in newer versions, an empty first character set dropped.
import type { Dataset, Element } from '#core/dicom/dataset.ts';
import { elementNumbers, elementTags } from '#core/dicom/values.ts';
import type { Json, JsonObject } from '../rest/json.ts';
import { namedElements } from './tags.ts';
import { effectiveCharset, textOf } from './values.ts';

export interface TextForm {
  /** Orthanc 1.10 turns DS into numbers. */
  readonly decimalsAsText: boolean;
  /** Blanks around values are not cut. */
  readonly keepsBlanks?: boolean;
}

export interface DicomJsonOptions extends TextForm {
  readonly defaultCharset: string;
  /** The address of a binary value that is not to be inlined. `path` ends with the tag. */
  readonly bulkUri?: (path: readonly string[]) => string;
}

const CHARSET = '00080005';
const PIXEL_DATA = '7FE00010';
const numberVrs = new Set('US SS UL SL FL FD SV UV'.split(' '));
const singleValued = new Set('LT ST UT UR'.split(' '));

export function dicomJson(
  dataset: Dataset,
  options: DicomJsonOptions,
  path: readonly string[] = [],
): JsonObject {
  const charset = effectiveCharset(dataset.charset, options.defaultCharset);
  const json: Record<string, Json> = {};
  for (const { element, vr } of namedElements(dataset)) {
    if (isLeftOut(element, options)) continue;
    json[element.tag] = elementJson({ element, vr, charset }, options, [...path, element.tag]);
  }
  return json;
}

/** A text value of an index in the same form. */
export function textElementJson(vr: string, value: string, form: TextForm): JsonObject {
  if (value === '') return { vr };
  const parts = singleValued.has(vr) ? [value] : value.split('\\');
  return {
    vr,
    Value: parts.map((part) => textJson(vr, isKept(vr, form) ? part : part.trim(), form)),
  };
}

function isKept(vr: string, { keepsBlanks }: TextForm): boolean {
  return keepsBlanks === true || singleValued.has(vr);
}

/** Group lengths, and compressed frames where values are inlined. */
function isLeftOut({ tag, fragments }: Element, { bulkUri }: DicomJsonOptions): boolean {
  return tag.endsWith('0000') || (tag === PIXEL_DATA && fragments !== undefined && !bulkUri);
}

interface Typed {
  readonly element: Element;
  readonly vr: string;
  readonly charset: readonly string[];
}

function elementJson(
  { element, vr, charset }: Typed,
  options: DicomJsonOptions,
  path: readonly string[],
): JsonObject {
  if (element.items || vr === 'SQ') return sequenceJson(element.items ?? [], options, path);
  if (vr === 'AT') return listJson(vr, [...elementTags(element)]);
  if (numberVrs.has(vr)) return listJson(vr, elementNumbers(element).map(numberJson));
  const value = textOf(element, vr, charset);
  if (value === undefined) return binaryJson(element, vr, options, path);
  if (element.tag === CHARSET)
    return listJson(
      vr,
      value
        .split('\\')
        .map((term) => term.trim())
        .filter(Boolean),
    );
  return textElementJson(vr, value, options);
}

function sequenceJson(
  items: readonly Dataset[],
  options: DicomJsonOptions,
  path: readonly string[],
): JsonObject {
  return listJson(
    'SQ',
    items.map((item, index) => dicomJson(item, options, [...path, String(index + 1)])),
  );
}

function binaryJson(
  element: Element,
  vr: string,
  options: DicomJsonOptions,
  path: readonly string[],
): JsonObject {
  if (options.bulkUri) return { vr, BulkDataURI: options.bulkUri(path) };
  const { buffer, byteOffset, byteLength } = element.raw;
  if (byteLength === 0) return { vr };
  return { vr, InlineBinary: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

function textJson(vr: string, text: string, { decimalsAsText }: TextForm): Json {
  if (vr === 'PN') return nameJson(text);
  if (text === '') return null;
  const isNumber = vr === 'IS' || (vr === 'DS' && !decimalsAsText);
  return isNumber ? numberJson(Number(text)) : text;
}

function nameJson(text: string): Json {
  const [Alphabetic, Ideographic, Phonetic] = text.split('=');
  return { Alphabetic, Ideographic, Phonetic };
}

// Orthanc writes a double that is as good as whole without a fraction.
function numberJson(value: number | bigint): Json {
  return Number(value);
}

function listJson(vr: string, Value: readonly Json[]): JsonObject {
  return Value.length === 0 ? { vr } : { vr, Value };
}
