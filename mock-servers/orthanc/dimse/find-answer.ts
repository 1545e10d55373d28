// One answer of C-FIND as the real server writes it.
import type { Dataset } from '#core/dicom/dataset.ts';
import { attributeOf, isPrivate } from '#core/dicom/dictionary.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { decodeElement, isNumberVr } from '#core/dicom/values.ts';
import {
  type NewElement,
  numberElement,
  sequenceElement,
  textElement,
  writeDataset,
} from '#core/dicom/write.ts';

/** DefaultEncoding of Orthanc: answers are in Latin-1, whatever the question was in. */
const ANSWER_CHARSET = 'ISO_IR 100';
const LEVEL = '00080052';
const RETRIEVE_AET = '00080054';

export function findAnswer(
  identifier: Dataset,
  requested: readonly string[],
  found: ReadonlyMap<string, string>,
  { aet, transferSyntax }: { readonly aet: string; readonly transferSyntax: string },
): Uint8Array {
  const level = identifier.get(LEVEL);
  const asWritten = level === undefined ? '' : decodeElement(level, identifier.charset);
  const values = new Map<string, string>([
    ...requested.map((tag) => [tag, found.get(tag) ?? ''] as const),
    ['00080005', ANSWER_CHARSET],
    [LEVEL, asWritten],
    [RETRIEVE_AET, aet],
  ]);
  const elements = [...values].flatMap(([tag, value]) => elementOf(tag, value) ?? []);
  return writeDataset(elements, encodingOf(transferSyntax));
}

function elementOf(tag: string, value: string): NewElement | undefined {
  if (isPrivate(tag)) return undefined;
  const vr = attributeOf(tag)?.vr;
  if (vr === undefined) return undefined;
  if (vr === 'SQ') return sequenceElement(tag, []);
  if (vr === 'xs' || isNumberVr(vr)) return numbersOf(tag, value);
  return textElement(tag, withinLatin1(value), [ANSWER_CHARSET]);
}

function numbersOf(tag: string, value: string): NewElement | undefined {
  const numbers = value
    .split('\\')
    .filter((part) => part.trim() !== '')
    .map(Number)
    .filter(Number.isFinite);
  return numberElement(tag, ...numbers);
}

// Orthanc: characters that Latin-1 lacks are dropped, so 홍^길동 becomes ^ (facts of both versions)
function withinLatin1(value: string): string {
  return [...value].filter((char) => (char.codePointAt(0) ?? 0) <= 0xff).join('');
}
