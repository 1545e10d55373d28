import { existsSync } from 'node:fs';
import { type Dataset, type Element, UNDEFINED_LENGTH } from '#core/dicom/dataset.ts';
import { attributeOf } from '#core/dicom/dictionary.ts';
import { readHeader } from '#core/dicom/header.ts';
import { toDicomJson } from '#core/dicom/json.ts';
import { elementNumbers, elementStrings, isNumberVr, isTextVr } from '#core/dicom/values.ts';
import { isOrthancId } from '#core/orthanc/ids.ts';
import { instanceHeader } from '#core/orthanc/instance-header.ts';
import { type ArchiveFlags, resolveTarget, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Flags = ArchiveFlags & { readonly json?: boolean };

/** From the header alone, whatever the size of the file; what is no file may be an instance in the archive. */
export async function dicomShow(name: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { print } = terminal;
  const dataset =
    isIdentifier(name) && !existsSync(name)
      ? await datasetOf(name, flags, terminal)
      : (await readHeader(name)).dataset;
  if (flags.json) print(JSON.stringify(toDicomJson(dataset)));
  else print(table(dataset.elements.map((element) => row(element, dataset.charset))));
  return exitCode.ok;
}

function datasetOf(idOrUid: string, flags: Flags, terminal: Terminal): Promise<Dataset> {
  const { signal } = terminal;
  return withArchive(flags, terminal, async (orthanc) => {
    const { id } = await resolveTarget(orthanc, idOrUid, 'instances', terminal);
    return instanceHeader(orthanc, id, { signal });
  });
}

function isIdentifier(name: string): boolean {
  return isOrthancId(name) || /^[0-9]+(?:\.[0-9]+)+$/.test(name);
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
