import { type Element, UNDEFINED_LENGTH } from '#core/dicom/dataset.ts';
import { attributeOf } from '#core/dicom/dictionary.ts';
import { readHeader } from '#core/dicom/header.ts';
import { toDicomJson } from '#core/dicom/json.ts';
import { elementNumbers, elementStrings, isNumberVr, isTextVr } from '#core/dicom/values.ts';
import { exitCode } from '../exit-code.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** From the header alone, whatever the size of the file. */
export async function dicomShow(
  file: string,
  { json }: { readonly json?: boolean },
  { print }: Terminal,
): Promise<number> {
  const { dataset } = await readHeader(file);
  if (json) print(JSON.stringify(toDicomJson(dataset)));
  else {
    print(table(dataset.elements.map((element) => row(element, dataset.charset))));
  }
  return exitCode.ok;
}

function row(element: Element, charset: readonly string[]): string[] {
  const { tag, vr } = element;
  const name = attributeOf(tag)?.name ?? '';
  return [`${tag.slice(0, 4)},${tag.slice(4)}`, vr, name, valueText(element, charset)];
}

function valueText(element: Element, charset: readonly string[]): string {
  const { vr, length } = element;
  if (isTextVr(vr)) return elementStrings(element, charset).join('\\');
  if (isNumberVr(vr)) return elementNumbers(element).join('\\');
  return length === UNDEFINED_LENGTH ? '' : `(${length})`;
}
