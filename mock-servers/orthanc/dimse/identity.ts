// How Orthanc's DICOM toolkit calls itself, on the wire and in files it receives (1.10.1 of Debian).
export const DCMTK_CLASS_UID = '1.2.276.0.7230010.3.0.3.6.7';
export const DCMTK_VERSION = 'OFFIS_DCMTK_367';
