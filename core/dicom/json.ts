// The DICOM JSON model (PS3.18 annex F).
import type { Dataset, Element } from './dataset.ts';
import { elementNumbers, elementStrings, elementTags, isNumberVr, isTextVr } from './values.ts';

export interface JsonElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}
export type DicomJson = Readonly<Record<string, JsonElement>>;

export interface JsonOptions {
  /** Address of a binary value that shall not be inlined; `path` ends with the element's tag. */
  readonly bulkDataUri?: (
    element: Element,
    path: readonly (string | number)[],
  ) => string | undefined;
  /** DS and IS: `number` is what the standard asks for, `string` keeps what was written. Default: both numbers. */
  readonly decimals?: 'number' | 'string';
}

interface Walk extends JsonOptions {
  readonly path: readonly (string | number)[];
}

/** Tags in ascending order, eight upper-case hexadecimal digits; empty elements keep only their VR. */
export function toDicomJson(dataset: Dataset, options: JsonOptions = {}): DicomJson {
  return datasetJson(dataset, { ...options, path: [] });
}

function datasetJson(dataset: Dataset, walk: Walk): DicomJson {
  const sorted = [...dataset.elements].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
  const json: Record<string, JsonElement> = {};
  for (const element of sorted) {
    // Group lengths say nothing outside of the encoding they were computed for (PS3.18 F.2.2)
    if (element.tag.endsWith('0000') || element.tag in json) continue;
    json[element.tag] = elementJson(element, dataset.charset, {
      ...walk,
      path: [...walk.path, element.tag],
    });
  }
  return json;
}

function elementJson(element: Element, charset: readonly string[], walk: Walk): JsonElement {
  if (element.items !== undefined) return sequenceJson(element.items, walk);
  const { vr } = element;
  if (vr === 'PN') return withValue(vr, elementStrings(element, charset).map(nameJson));
  if (vr === 'AT') return withValue(vr, elementTags(element));
  if (isNumberVr(vr)) return withValue(vr, elementNumbers(element).map(numberJson));
  if (isTextVr(vr)) {
    return withValue(
      vr,
      elementStrings(element, charset).map((value) => textJson(vr, value, walk)),
    );
  }
  return binaryJson(element, walk);
}

function sequenceJson(items: readonly Dataset[], walk: Walk): JsonElement {
  const Value = items.map((item, index) =>
    datasetJson(item, { ...walk, path: [...walk.path, index] }),
  );
  return withValue('SQ', Value);
}

function binaryJson(element: Element, walk: Walk): JsonElement {
  const BulkDataURI = walk.bulkDataUri?.(element, walk.path);
  if (BulkDataURI !== undefined) return { vr: element.vr, BulkDataURI };
  if (element.raw.byteLength === 0) return { vr: element.vr };
  const { buffer, byteOffset, byteLength } = element.raw;
  return {
    vr: element.vr,
    InlineBinary: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  };
}

/** An empty value among others is null (PS3.18 F.2.5). */
function textJson(vr: string, value: string, { decimals }: Walk): string | number | null {
  const trimmed = vr === 'ST' || vr === 'LT' || vr === 'UT' ? value : value.trim();
  if (trimmed === '') return null;
  if ((vr === 'IS' || vr === 'DS') && decimals !== 'string') {
    const number = Number(trimmed);
    return Number.isFinite(number) ? number : trimmed;
  }
  return trimmed;
}

function nameJson(value: string): Readonly<Record<string, string>> | null {
  const [Alphabetic = '', Ideographic = '', Phonetic = ''] = value
    .split('=')
    .map((group) => group.trim());
  const json = {
    ...(Alphabetic === '' ? {} : { Alphabetic }),
    ...(Ideographic === '' ? {} : { Ideographic }),
    ...(Phonetic === '' ? {} : { Phonetic }),
  };
  return Object.keys(json).length === 0 ? null : json;
}

/** 64-bit integers are strings when a double cannot hold them; JSON has no NaN. */
function numberJson(value: number | bigint): number | string {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return Number.isFinite(value) ? value : String(value);
}

function withValue(vr: string, Value: readonly unknown[]): JsonElement {
  return Value.length === 0 ? { vr } : { vr, Value };
}
