// The DICOMDIR of a medium (PS3.10, PS3.3 annex F), record by record as DCMTK writes it for Orthanc.
import type { WritableElement } from '#core/dicom/write.ts';
import { type NewElement, numberElement, writeDataset } from '#core/dicom/write.ts';
import { ancestor, inheritedTag, metadataOf, type Resource } from '../archive/model.ts';
import { writeFile } from '../dicom/write-file.ts';

export interface MediumFile {
  readonly instance: Resource;
  /** Such as `IMAGES\IM0`. */
  readonly fileId: string;
  /** Terms of the file itself. */
  readonly charset: string | undefined;
}

interface Directory {
  readonly type: 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';
  readonly elements: readonly NewElement[];
  readonly children: Directory[];
}

const DIRECTORY_CLASS = '1.2.840.10008.1.3.10';
const explicit = { littleEndian: true, explicitVr: true };
const ITEM_HEAD = 8;

/** `isExtended` adds the descriptions of series. */
export function dicomDir(
  files: readonly MediumFile[],
  isExtended: boolean,
  sopInstanceUid: string,
): Buffer {
  const roots = directories(files, isExtended);
  const head = (first: number, last: number) => [
    ascii('00041130', 'CS', 'ORTHANC_MEDIA'),
    offset('00041200', first),
    offset('00041202', last),
    numberElement('00041212', 0),
  ];
  const start = metaLength(sopInstanceUid) + writeDataset(head(0, 0), explicit).byteLength + 12;
  const placed = place(roots, start);
  const offsets = roots.map((root) => placed.get(root)?.at ?? 0);
  const records = [...placed].map(([directory, place]) => record(directory, place));
  const sequence = undefinedSequence('00041220', records);
  const identity = [
    ascii('00080016', 'UI', DIRECTORY_CLASS),
    ascii('00080018', 'UI', sopInstanceUid),
  ];
  const file = writeFile({ elements: identity, transferSyntax: '1.2.840.10008.1.2.1' });
  const preface = file.subarray(0, file.length - writeDataset(identity, explicit).byteLength);
  return Buffer.concat([
    preface,
    writeDataset(head(offsets[0] ?? 0, offsets.at(-1) ?? 0), explicit),
    sequence,
  ]);
}

function directories(files: readonly MediumFile[], isExtended: boolean): Directory[] {
  const roots: Directory[] = [];
  const known = new Map<Resource, Directory>();
  const of = (
    resource: Resource,
    type: Directory['type'],
    siblings: Directory[],
    elements: () => NewElement[],
  ) => {
    let directory = known.get(resource);
    if (!directory) {
      directory = { type, elements: elements(), children: [] };
      known.set(resource, directory);
      siblings.push(directory);
    }
    return directory;
  };
  for (const file of files) {
    const { instance } = file;
    const [patient, study, series] = (['Patient', 'Study', 'Series'] as const).map((level) =>
      ancestor(instance, level),
    );
    if (!patient || !study || !series) continue;
    const text = texts(instance, file.charset);
    const top = of(patient, 'PATIENT', roots, () => text(['00100010', 'PN'], ['00100020', 'LO']));
    const second = of(study, 'STUDY', top.children, () => text(...studyTags));
    const extra = isExtended ? ([['0008103E', 'LO']] as const) : [];
    const third = of(series, 'SERIES', second.children, () => text(...seriesTags, ...extra));
    third.children.push({
      type: 'IMAGE',
      elements: imageElements(file, text(['00200013', 'IS'])),
      children: [],
    });
  }
  return roots;
}

const studyTags = [
  ['00080020', 'DA'],
  ['00080030', 'TM'],
  ['00080050', 'SH'],
  ['00081030', 'LO'],
  ['0020000D', 'UI'],
  ['00200010', 'SH'],
] as const;
const seriesTags = [
  ['00080060', 'CS'],
  ['0020000E', 'UI'],
  ['00200011', 'IS'],
] as const;

function texts(instance: Resource, charset: string | undefined) {
  return (...tags: (readonly [string, string])[]): NewElement[] => [
    ...(charset === undefined ? [] : [ascii('00080005', 'CS', charset)]),
    // Orthanc writes ASCII here: other characters of a name are lost, their delimiters stay.
    ...tags.map(([tag, vr]) =>
      ascii(tag, vr, (inheritedTag(instance, tag) ?? '').replace(/[^\0-\x7f]/g, '')),
    ),
  ];
}

function imageElements(
  { instance, fileId }: MediumFile,
  texts: readonly NewElement[],
): NewElement[] {
  return [
    ascii('00041500', 'CS', fileId),
    ascii('00041510', 'UI', metadataOf(instance, 'SopClassUid') ?? ''),
    ascii('00041511', 'UI', inheritedTag(instance, '00080018') ?? ''),
    ascii('00041512', 'UI', metadataOf(instance, 'TransferSyntax') ?? ''),
    ...texts,
  ];
}

interface Place {
  readonly at: number;
  next: number;
  lower: number;
}

/** Positions of the records, depth first, as they follow one another in the file. */
function place(roots: readonly Directory[], start: number): Map<Directory, Place> {
  const placed = new Map<Directory, Place>();
  let at = start;
  const visit = (siblings: readonly Directory[]) => {
    let previous: Place | undefined;
    for (const directory of siblings) {
      const here: Place = { at, next: 0, lower: 0 };
      if (previous) previous.next = at;
      previous = here;
      placed.set(directory, here);
      at += record(directory, here).byteLength;
      if (directory.children.length > 0) here.lower = at;
      visit(directory.children);
    }
  };
  visit(roots);
  return placed;
}

function record(directory: Directory, { next, lower }: Place): Buffer {
  const elements: WritableElement[] = [
    offset('00041400', next),
    numberElement('00041410', 0xffff),
    offset('00041420', lower),
    ascii('00041430', 'CS', directory.type),
    ...directory.elements,
  ];
  const body = writeDataset(elements, explicit);
  return Buffer.concat([delimiter(0xe000, 0xffffffff), body, delimiter(0xe00d, 0)]);
}

function undefinedSequence(tag: string, items: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write('SQ', 4, 'latin1');
  head.writeUInt32LE(0xffffffff, 8);
  return Buffer.concat([head, ...items, delimiter(0xe0dd, 0)]);
}

function delimiter(element: number, length: number): Buffer {
  const bytes = Buffer.alloc(ITEM_HEAD);
  bytes.writeUInt16LE(0xfffe, 0);
  bytes.writeUInt16LE(element, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function metaLength(sopInstanceUid: string): number {
  const identity = [
    ascii('00080016', 'UI', DIRECTORY_CLASS),
    ascii('00080018', 'UI', sopInstanceUid),
  ];
  const file = writeFile({ elements: identity, transferSyntax: '1.2.840.10008.1.2.1' });
  return file.length - writeDataset(identity, explicit).byteLength;
}

function offset(tag: string, value: number): NewElement {
  const raw = Buffer.alloc(4);
  raw.writeUInt32LE(value);
  return { tag, vr: 'UL', raw };
}

function ascii(tag: string, vr: string, value: string): NewElement {
  return { tag, vr, raw: Buffer.from(value, 'latin1') };
}
