// What the index needs of a file, read from its header alone, and the errors of Orthanc when there is none.
import type { Dataset, Element } from '#core/dicom/dataset.ts';
import { orthancIds } from '#core/orthanc/ids.ts';
import type { MainTags } from '../archive/main-tags.ts';
import { type Level, metadataNumbers } from '../archive/model.ts';
import type { InstanceSummary } from '../archive/new-resource.ts';
import { OrthancError } from '../rest/errors.ts';
import type { DicomFile } from './instance-reader.ts';
import { effectiveCharset, MAX_TAG_LENGTH, textOf } from './values.ts';

const PATIENT_ID = '00100020';
const uidTags = { Study: '0020000D', Series: '0020000E', Instance: '00080018' } as const;

export interface SummaryOptions {
  readonly mainTags: MainTags;
  readonly defaultCharset: string;
}

/** @throws OrthancError `Inexistent tag` (404) when one of the three UIDs is missing */
export function summarize(file: DicomFile, options: SummaryOptions): InstanceSummary {
  const read = reader(file.dataset, options.defaultCharset);
  const uid = (level: 'Study' | 'Series' | 'Instance') => {
    const value = read(uidTags[level]);
    // Orthanc: a file without one of its UIDs is answered as an inexistent tag, not as a bad file.
    if (value === undefined) throw new OrthancError('inexistentTag');
    if (value === '') throw new OrthancError('badFile');
    return value;
  };
  const ids = orthancIds({
    patientId: read(PATIENT_ID) ?? '',
    studyInstanceUid: uid('Study'),
    seriesInstanceUid: uid('Series'),
    sopInstanceUid: uid('Instance'),
  });
  const tags = (level: Level) => mainValues(read, options.mainTags[level]);
  return {
    ids: { Patient: ids.patient, Study: ids.study, Series: ids.series, Instance: ids.instance },
    tags: {
      Patient: tags('Patient'),
      Study: tags('Study'),
      Series: tags('Series'),
      Instance: tags('Instance'),
    },
    metadata: fileMetadata(file, read),
    expectedInstances: expectedInstances(read),
  };
}

type Read = (tag: string) => string | undefined;

function reader(dataset: Dataset, fallback: string): Read {
  const charset = effectiveCharset(dataset.charset, fallback);
  // An own index of the root: Dataset.get would look every missing tag up in the dictionary as a name.
  const byTag = new Map<string, Element>();
  for (const element of dataset.elements)
    if (!byTag.has(element.tag)) byTag.set(element.tag, element);
  return (tag) => {
    const element = byTag.get(tag);
    return element && textOf(element, element.vr, charset);
  };
}

function mainValues(read: Read, tags: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const tag of tags) {
    const value = read(tag);
    if (value !== undefined && Buffer.byteLength(value) <= MAX_TAG_LENGTH) values.set(tag, value);
  }
  return values;
}

function fileMetadata(file: DicomFile, read: Read): ReadonlyMap<number, string> {
  const metadata = new Map<number, string>();
  const index = read('00200013') ?? read('00541330');
  if (index !== undefined) metadata.set(metadataNumbers.IndexInSeries, index.trim());
  metadata.set(metadataNumbers.TransferSyntax, file.transferSyntax);
  const sopClass = read('00080016');
  if (sopClass !== undefined) metadata.set(metadataNumbers.SopClassUid, sopClass);
  const pixels = file.dataset.elements.find(({ tag }) => tag === '7FE00010');
  // Orthanc's stream reader finds no offset in a deflated or a bare data set.
  if (pixels && file.preamble && !file.transferSyntax.endsWith('.1.99')) {
    metadata.set(metadataNumbers.PixelDataOffset, String(pixels.offset));
  }
  return metadata;
}

// Orthanc's ComputeExpectedNumberOfInstances: perfusion, cardio-PET, cardiac series.
function expectedInstances(read: Read): number | undefined {
  const number = (tag: string) => Number.parseInt(read(tag) ?? '', 10);
  for (const [first, second] of [
    ['00201002', '00200105'],
    ['00540081', '00540101'],
  ] as const) {
    const product = number(first) * number(second);
    if (!Number.isNaN(product)) return product > 0 ? product : undefined;
  }
  const cardiac = number('00181090');
  return cardiac > 0 ? cardiac : undefined;
}
