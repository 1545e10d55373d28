// How Orthanc's DICOM toolkit calls itself, on the wire and in files it receives.

export interface Toolkit {
  readonly classUid: string;
  readonly version: string;
  /** Of the syntaxes proposed for an object the first that is known is taken, not the one that is liked best. */
  readonly takesFirstSyntax: boolean;
}

export const DCMTK_CLASS_UID = '1.2.276.0.7230010.3.0.3.6.7';
export const DCMTK_VERSION = 'OFFIS_DCMTK_367';

/** Of Orthanc 1.10.1 in Debian bookworm. */
export const dcmtk367: Toolkit = {
  classUid: DCMTK_CLASS_UID,
  version: DCMTK_VERSION,
  takesFirstSyntax: false,
};

/** Of Orthanc 1.12.7 in Debian trixie. */
export const dcmtk369: Toolkit = {
  classUid: '1.2.276.0.7230010.3.0.3.6.9',
  version: 'OFFIS_DCMTK_369',
  takesFirstSyntax: true,
};
