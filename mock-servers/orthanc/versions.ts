// Everything in which the emulated versions of Orthanc differ, in one place. Source: the recorded answers of
// 1.10.1 (Debian bookworm, dicom-web 1.7) and 1.12.7 (Debian trixie, dicom-web 1.20).

import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { dcmtk367, dcmtk369, type Toolkit } from './dimse/identity.ts';

export const orthancVersions = ['1.12.7', '1.10.1'] as const;
export type OrthancVersion = (typeof orthancVersions)[number];

export interface Version {
  readonly name: OrthancVersion;
  readonly apiVersion: number;
  readonly dicomWebVersion: string;
  /** Errors carry `Content-Type: text/plain`; 1.10 sends none. */
  readonly typedErrors: boolean;
  readonly sendsNosniff: boolean;
  /** Answers are compressed on Accept-Encoding unless the configuration says otherwise. */
  readonly compressesByDefault: boolean;
  /** Labels, count-resources and their fields. */
  readonly hasLabels: boolean;
  /** Lists are sorted by id; 1.10 lists in the order of insertion. */
  readonly listsById: boolean;
  /** `expand=false` is obeyed; 1.10 looks only whether the argument is there. */
  readonly readsFlagValues: boolean;
  /** `requested-tags` and MainDicomTagsSignature. */
  readonly hasRequestedTags: boolean;
  /** `limit=0` of a list means all; 1.10 answers none. */
  readonly zeroLimitIsAll: boolean;
  readonly redirectStatus: 301 | 307;
  /** `/changes?type=` filters. */
  readonly filtersChanges: boolean;
  readonly acceptsEmptyZip: boolean;
  readonly obeysRange: boolean;
  /** Status of an image that cannot be made: a frame past the end, a PDF. */
  readonly badFrameStatus: 404 | 415;
  /** Counter in the file names of archives: CT000001.dcm or CT000000.dcm. */
  readonly firstArchiveIndex: 0 | 1;
  /** `filename` of a download: the instance's id, or the attachment's UUID. */
  readonly namesFilesById: boolean;
  /** DS in DICOM JSON: text as stored; 1.10 makes numbers of it. */
  readonly writesDecimalsAsText: boolean;
  /** SpecificCharacterSet in QIDO-RS answers. */
  readonly qidoCharset: string;
  /** `/thumbnail` of DICOMweb. */
  readonly hasThumbnails: boolean;
  /** WADO-RS names the level with a capital and the whole path of UIDs. */
  readonly namesWholePath: boolean;
  /** STOW-RS answers an empty FailedSOPSequence where nothing failed. */
  readonly listsNoFailures: boolean;
  /** `?transcode=` of /file. */
  readonly transcodesFiles: boolean;
  /** Errors about a tag that nobody knows tell its name. */
  readonly namesUnknownTags: boolean;
  /** /tools/find says that a field `must be` something; 1.10 says `should be`. */
  readonly must: 'must' | 'should';
  /** Extension of the UUID in `filename` of an attachment. */
  readonly attachmentExtension: '' | '.dcm';
  /** `/attachments/{name}/uuid` */
  readonly hasAttachmentUuid: boolean;
  /** DICOMweb plugin 1.7: no InstanceAvailability, blanks kept, pixel data in fragments without an address. */
  readonly isOldDicomWeb: boolean;
  /** Edition of PS3.15 that anonymization follows. */
  readonly anonymization: string;
  /** A patient may be modified without a new PatientID, and kept UIDs are refused before the work. */
  readonly keepsPatientIds: boolean;
  /** What speaks DIMSE. */
  readonly toolkit: Toolkit;
}

const v1127: Version = {
  name: '1.12.7',
  apiVersion: 27,
  dicomWebVersion: '1.20',
  typedErrors: true,
  sendsNosniff: true,
  compressesByDefault: false,
  hasLabels: true,
  listsById: true,
  readsFlagValues: true,
  hasRequestedTags: true,
  zeroLimitIsAll: true,
  redirectStatus: 307,
  filtersChanges: true,
  acceptsEmptyZip: true,
  obeysRange: true,
  badFrameStatus: 415,
  firstArchiveIndex: 1,
  namesFilesById: true,
  writesDecimalsAsText: true,
  qidoCharset: 'ISO_IR 192',
  hasThumbnails: true,
  namesWholePath: true,
  listsNoFailures: false,
  transcodesFiles: true,
  namesUnknownTags: true,
  must: 'must',
  attachmentExtension: '',
  hasAttachmentUuid: false,
  isOldDicomWeb: false,
  anonymization: '2023b',
  keepsPatientIds: true,
  toolkit: dcmtk369,
};

const v1101: Version = {
  name: '1.10.1',
  apiVersion: 16,
  dicomWebVersion: '1.7',
  typedErrors: false,
  sendsNosniff: false,
  compressesByDefault: true,
  hasLabels: false,
  listsById: false,
  readsFlagValues: false,
  hasRequestedTags: false,
  zeroLimitIsAll: false,
  redirectStatus: 301,
  filtersChanges: false,
  acceptsEmptyZip: false,
  obeysRange: false,
  badFrameStatus: 404,
  firstArchiveIndex: 0,
  namesFilesById: false,
  writesDecimalsAsText: false,
  qidoCharset: 'ISO_IR 100',
  hasThumbnails: false,
  namesWholePath: false,
  listsNoFailures: true,
  transcodesFiles: false,
  namesUnknownTags: false,
  must: 'should',
  attachmentExtension: '.dcm',
  hasAttachmentUuid: true,
  isOldDicomWeb: true,
  anonymization: '2021b',
  keepsPatientIds: false,
  toolkit: dcmtk367,
};

/** @throws WorkbenchError `SETTINGS_INVALID` for a version that is not emulated */
export function versionNamed(name: string = v1127.name): Version {
  const version = [v1127, v1101].find((each) => each.name === name);
  if (version) return version;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('The mock server does not emulate Orthanc {name}. Choose one of {versions}.', {
      name,
      versions: orthancVersions.join(', '),
    }),
  );
}
