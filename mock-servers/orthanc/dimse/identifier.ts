// The identifier of C-FIND, C-GET and C-MOVE: what is asked for, and at which level.
import type { Dataset } from '#core/dicom/dataset.ts';
import { decodeElement, text } from '#core/dicom/values.ts';
import type { ArchiveQuery, DimseLevel } from './port.ts';

/** Orthanc knows both words for an instance, in any case. */
const levels: Readonly<Record<string, DimseLevel>> = {
  PATIENT: 'Patient',
  STUDY: 'Study',
  SERIES: 'Series',
  IMAGE: 'Instance',
  INSTANCE: 'Instance',
};
const idTags: readonly (readonly [DimseLevel, string])[] = [
  ['Instance', '00080018'],
  ['Series', '0020000E'],
  ['Study', '0020000D'],
  ['Patient', '00100020'],
];
/** Not part of the question: character set, level, view, time zone. */
const ignored = new Set(['00080005', '00080052', '00080053', '00080201']);

/** Undefined without a level, or with one that does not exist: UnableToProcess. */
export function levelOf(identifier: Dataset): DimseLevel | undefined {
  return levels[text(identifier, '00080052')?.toUpperCase() ?? ''];
}

export function archiveQuery(identifier: Dataset, level: DimseLevel): ArchiveQuery {
  // Orthanc's own SCU sends tags of the meta header along; its SCP does not answer them.
  const asked = identifier.elements.filter(({ tag }) => !ignored.has(tag) && tag >= '00080000');
  const constraints = new Map<string, string>();
  for (const element of asked) {
    if (element.items !== undefined) continue;
    const value = decodeElement(element, identifier.charset).trim();
    if (value !== '') constraints.set(element.tag, value);
  }
  return { level, constraints, requested: asked.map(({ tag }) => tag) };
}

/** The identifiers of what is to be retrieved at a level; several are separated by `\`. */
export function idsAt(identifier: Dataset, level: DimseLevel): readonly string[] {
  const tag = idTags.find(([known]) => known === level)?.[1] ?? '';
  const element = identifier.get(tag);
  if (element === undefined) return [];
  return decodeElement(element, identifier.charset)
    .split('\\')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** Orthanc: C-MOVE without a level takes the lowest one that has an identifier; C-GET refuses. */
export function impliedLevel(identifier: Dataset): DimseLevel | undefined {
  return idTags.find(([level]) => idsAt(identifier, level).length > 0)?.[0];
}
