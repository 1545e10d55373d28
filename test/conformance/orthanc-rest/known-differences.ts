// Every answer in which the mock differs from the recorded server, with the reason. The replay fails when the
// list and the truth differ, in either direction.

export type Known = Readonly<Record<string, string>>;

/** In these, two runs of one real server differ, too; they need not differ each time. */
export const noise: Known = {
  'system|empty GET /tools/metrics-prometheus#1': 'Every line carries the moment of the call.',
  'modalities|query retrieve#1':
    'Answer 0 of a C-FIND is retrieved, and the order of answers is that of the database.',
};

const inBoth: Known = {
  'system|empty GET /app/explorer.html#1':
    'Orthanc Explorer is a web application of its own; the mock shows a page that says what it is.',
  'system|empty GET /tools/dicom-conformance#1':
    'The conformance statement is prose of Orthanc about itself; the mock answers 501 and says so.',
  'dicomweb|wado frame 1 jls#1':
    'The JPEG-LS encoder writes 16 bits per sample where CharLS in DCMTK writes the 12 that are stored: another length, the same pixels.',
};

export const knownDifferences: Readonly<Record<string, Known>> = {
  '1.12.7': inBoth,
  '1.10.1': {
    ...inBoth,
    'dicomweb|qido /instances?limit=1#1':
      'Instances come in the order of the database when there are more than the limit.',
  },
};
