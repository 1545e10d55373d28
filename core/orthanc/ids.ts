// Orthanc's resource ids: a hash of the DICOM identifiers, never of the file. Source: Orthanc Book,
// "Orthanc identifiers"; checked against recorded uploads in test/core/orthanc/ids.test.ts.
import { hash } from 'node:crypto';
import type { InstanceIds } from '../dicom/summary.ts';

export interface OrthancIds {
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

/** Ids of the four levels; a missing PatientID counts as an empty one. */
export function orthancIds(ids: InstanceIds): OrthancIds {
  const study = `${ids.patientId}|${ids.studyInstanceUid}`;
  const series = `${study}|${ids.seriesInstanceUid}`;
  return {
    patient: orthancId(ids.patientId),
    study: orthancId(study),
    series: orthancId(series),
    instance: orthancId(`${series}|${ids.sopInstanceUid}`),
  };
}

/** True for the form of an Orthanc id: five groups of eight lower-case hexadecimal digits. */
export function isOrthancId(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{8}){4}$/.test(value);
}

function orthancId(value: string): string {
  return (hash('sha1', value).match(/.{8}/g) ?? []).join('-');
}
