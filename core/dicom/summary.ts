// What a person and an archive want to know of a file at first sight: whose, which study, what kind.
import type { Dataset } from './dataset.ts';
import { missingUid } from './errors.ts';
import { type PersonName, parsePersonName } from './person-name.ts';
import { decodeElement, numbers, text, uid } from './values.ts';

export interface Summary {
  /** Decoded, blanks at its end cut and leading ones kept: the text that Orthanc hashes; empty when absent. */
  readonly patientId: string;
  readonly patientName: string;
  readonly patient: PersonName;
  /** `YYYYMMDD` as stored; undefined when absent. */
  readonly birthDate: string | undefined;
  readonly sex: string | undefined;
  readonly studyInstanceUid: string | undefined;
  readonly seriesInstanceUid: string | undefined;
  readonly sopInstanceUid: string | undefined;
  readonly sopClassUid: string | undefined;
  readonly studyDate: string | undefined;
  readonly studyDescription: string | undefined;
  readonly accessionNumber: string | undefined;
  readonly seriesDescription: string | undefined;
  readonly modality: string | undefined;
  readonly instanceNumber: number | undefined;
}

export interface InstanceIds {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

export function summarize(dataset: Dataset): Summary {
  const patientName = text(dataset, '00100010') ?? '';
  return {
    patientId: patientIdOf(dataset),
    patientName,
    patient: parsePersonName(patientName),
    birthDate: text(dataset, '00100030'),
    sex: text(dataset, '00100040'),
    studyInstanceUid: uid(dataset, '0020000D'),
    seriesInstanceUid: uid(dataset, '0020000E'),
    sopInstanceUid: uid(dataset, '00080018'),
    sopClassUid: uid(dataset, '00080016'),
    studyDate: text(dataset, '00080020'),
    studyDescription: text(dataset, '00081030'),
    accessionNumber: text(dataset, '00080050'),
    seriesDescription: text(dataset, '0008103E'),
    modality: text(dataset, '00080060'),
    instanceNumber: numbers(dataset, '00200013')[0],
  };
}

/**
 * The four identifiers without which an archive cannot file an object.
 *
 * @throws WorkbenchError `DICOM_MISSING_UID` naming the first that is missing
 */
export function requireIds(summary: Summary): InstanceIds {
  const { patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid } = summary;
  if (studyInstanceUid === undefined) throw missingUid('StudyInstanceUID');
  if (seriesInstanceUid === undefined) throw missingUid('SeriesInstanceUID');
  if (sopInstanceUid === undefined) throw missingUid('SOPInstanceUID');
  return { patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid };
}

function patientIdOf(dataset: Dataset): string {
  const element = dataset.get('00100020');
  return element === undefined ? '' : decodeElement(element, dataset.charset);
}
