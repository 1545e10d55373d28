// Orthanc's names of encodings and the DICOM terms they stand for.

const terms: Readonly<Record<string, string>> = {
  Ascii: 'ISO_IR 6',
  Utf8: 'ISO_IR 192',
  Latin1: 'ISO_IR 100',
  Latin2: 'ISO_IR 101',
  Latin3: 'ISO_IR 109',
  Latin4: 'ISO_IR 110',
  Latin5: 'ISO_IR 148',
  Cyrillic: 'ISO_IR 144',
  Windows1251: 'ISO_IR 144',
  Arabic: 'ISO_IR 127',
  Greek: 'ISO_IR 126',
  Hebrew: 'ISO_IR 138',
  Thai: 'ISO_IR 166',
  Japanese: 'ISO_IR 13',
  Chinese: 'GB18030',
  Korean: 'ISO 2022 IR 149',
  JapaneseKanji: 'ISO 2022 IR 87',
  SimplifiedChinese: 'GBK',
};

/** The DICOM term of an Orthanc encoding; undefined for a name that Orthanc does not know. */
export function termOfEncoding(name: string): string | undefined {
  return terms[name];
}

/** Orthanc's own spelling of the name of an encoding. */
export function encodingNamed(name: string): string | undefined {
  return Object.keys(terms).find((known) => known.toLowerCase() === name.toLowerCase());
}

const numbered = '6 13 100 101 109 110 126 127 138 144 148 166'.split(' ');
const canonicalTerms: ReadonlyMap<string, string> = new Map([
  ...numbered.flatMap((number): [string, string][] => [
    [`ISO_IR ${number}`, `ISO_IR ${number}`],
    [`ISO 2022 IR ${number}`, `ISO_IR ${number}`],
  ]),
  ['ISO_IR 192', 'ISO_IR 192'],
  ...['58', '87', '149'].map((number): [string, string] => [
    `ISO 2022 IR ${number}`,
    `ISO 2022 IR ${number}`,
  ]),
  ['GB18030', 'GB18030'],
  ['GBK', 'GB18030'],
]);

/**
 * How Orthanc writes the one term that it can make a data set with; several terms are too many for it, so that
 * an answer of C-FIND in `\ISO 2022 IR 149` is an error (seen at 1.10.1). Undefined for what it does not know.
 */
export function canonicalTerm(charset: string): string | undefined {
  return canonicalTerms.get(charset.trim().toUpperCase());
}
