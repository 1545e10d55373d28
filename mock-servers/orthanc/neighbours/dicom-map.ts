// Orthanc's DicomMap: the texts of a query or an answer by tag, without sequences and bytes.
import { attributeOf } from '#core/dicom/dictionary.ts';
import { readDataset } from '#core/dicom/part10.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { writeDataset } from '#core/dicom/write.ts';
import { dottedTag, nameOfTag } from '../archive/main-tags.ts';
import type { Level } from '../archive/model.ts';
import { elementOf, withinCharset } from '../dicom/elements.ts';
import { canonicalTerm } from '../dicom/encodings.ts';
import { namedElements, type TagFormat } from '../dicom/tags.ts';
import { effectiveCharset, MAX_TAG_LENGTH, textOf } from '../dicom/values.ts';
import { type Fields, isFields, knownTag } from '../rest/arguments.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';

export type DicomMap = ReadonlyMap<string, string>;

export const CHARSET = '00080005';
export const LEVEL = '00080052';
export const PATIENT_ID = '00100020';
export const STUDY_UID = '0020000D';
export const SERIES_UID = '0020000E';
export const INSTANCE_UID = '00080018';
export const ACCESSION = '00080050';

/** How the level is written in an identifier. */
export const levelTexts: Readonly<Record<Level, string>> = {
  Patient: 'PATIENT',
  Study: 'STUDY',
  Series: 'SERIES',
  Instance: 'IMAGE',
};

// What Orthanc writes into a data set, it writes into a meta header that it does not have, too; so these go
// over the wire inside the identifier (seen at 1.10.1).
const mirrored: readonly (readonly [string, string])[] = [
  ['00080016', '00020002'],
  [INSTANCE_UID, '00020003'],
];

/** The body's `field` as a map. @throws OrthancError when it is no object of strings with known names */
export function mapOfField(body: Fields, field: string): Map<string, string> {
  const given = body[field];
  if (given === undefined) return new Map();
  try {
    if (isFields(given)) return mapOf(given);
  } catch (cause) {
    throw notStrings(field, cause);
  }
  throw notStrings(field);
}

/** @throws OrthancError `Bad file format` for what is no string, `Unknown DICOM tag` */
export function mapOf(given: unknown): Map<string, string> {
  if (!isFields(given)) throw new OrthancError('badFile');
  const entries = Object.entries(given).map(([name, value]) => {
    const tag = knownTag(name);
    if (typeof value !== 'string') throw new OrthancError('badFile');
    return [tag, value] as const;
  });
  return new Map(entries);
}

function notStrings(field: string, cause?: unknown): OrthancError {
  const details = `Associative array of DICOM tags to strings expected in field: ${field}`;
  return new OrthancError('badFile', details, { cause });
}

/** With the meta tags that Orthanc mirrors. */
export function mirroredMap(map: DicomMap): Map<string, string> {
  const copies = mirrored.flatMap(([tag, copy]) => {
    const value = map.get(tag);
    return value === undefined ? [] : [[copy, value] as const];
  });
  return new Map([...map, ...copies]);
}

/** The bytes of an identifier, in the character set that it names itself or in the server's own. */
export function encodedMap(map: DicomMap, syntax: string, fallbackCharset: string): Uint8Array {
  const charset = supportedTerm(map.get(CHARSET) || fallbackCharset);
  const terms = [charset];
  const whole = new Map(map).set(CHARSET, charset);
  const elements = [...whole]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) =>
      // An empty sequence is asked for as an empty value.
      attributeOf(tag)?.vr === 'SQ'
        ? elementOf(tag, [], { charset: terms })
        : elementOf(tag, value, { charset: terms }),
    );
  return writeDataset(elements, encodingOf(syntax));
}

/**
 * What Orthanc keeps of an answer: its texts, and the level where the peer left it out. They are kept in the
 * server's own character set; what that lacks is lost.
 */
export function decodedMap(
  bytes: Uint8Array,
  syntax: string,
  level: Level,
  ownCharset: string,
): DicomMap {
  const dataset = readDataset(bytes, 0, syntax);
  const charset = effectiveCharset(dataset.charset, ownCharset);
  supportedTerm(charset.join('\\'));
  const map = new Map([[LEVEL, levelTexts[level]]]);
  for (const { element, vr } of namedElements(dataset)) {
    const value = element.items ? undefined : textOf(element, vr, charset);
    if (value !== undefined && Buffer.byteLength(value) <= MAX_TAG_LENGTH)
      map.set(element.tag, withinCharset(value, vr, [ownCharset]));
  }
  return mirroredMap(map.set(CHARSET, ownCharset));
}

/** @throws OrthancError for a character set that Orthanc cannot write itself */
function supportedTerm(charset: string): string {
  const term = canonicalTerm(charset);
  if (term !== undefined) return term;
  throw new OrthancError(
    'outOfRange',
    `Unsupported value for the SpecificCharacterSet (0008,0005) tag: "${charset}"`,
  );
}

export function mapJson(map: DicomMap, format: TagFormat): JsonObject {
  const entries = [...map].map(([tag, value]) => {
    if (format === 'simplify') return [nameOfTag(tag), value];
    if (format === 'short') return [dottedTag(tag), value];
    return [dottedTag(tag), { Name: nameOfTag(tag), Type: 'String', Value: value }];
  });
  return Object.fromEntries(entries);
}
