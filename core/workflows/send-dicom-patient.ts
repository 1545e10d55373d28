// The patient of a DICOM file in OpenEMR: found, or made from the header when all that OpenEMR asks
// for is there. What is missing is named; nothing is guessed.
import type { NameParts, PersonName } from '../dicom/person-name.ts';
import type { Summary } from '../dicom/summary.ts';
import { type PatientInput, patientProblems } from '../openemr/patient.ts';
import type { CreatedPatient, PatientRecord } from '../openemr/wire.ts';
import { type Text, text } from '../text.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}

/** What is asked of OpenEMR; core/openemr/client.ts provides it. */
export interface PatientDirectory {
  searchPatients(
    filter: { readonly fname: string; readonly lname: string; readonly DOB: string },
    cancel?: Cancel,
  ): Promise<readonly PatientRecord[]>;
  /** By MRN; absent where the server has no such search (OpenEMR's own API cannot filter by pubpid). */
  searchIdentifier?(patientId: string, cancel?: Cancel): Promise<readonly PatientRecord[]>;
  createPatient(input: PatientInput, cancel?: Cancel): Promise<CreatedPatient>;
}

export type PatientMatch =
  | { readonly kind: 'matched' | 'created'; readonly uuid: string; readonly pid: string }
  | { readonly kind: 'absent'; readonly input: PatientInput }
  | { readonly kind: 'unclear'; readonly reason: Text };

export interface MatchOptions {
  readonly directory: PatientDirectory;
  /** Makes the patient when OpenEMR has none. Default: only look. */
  readonly isCreating?: boolean;
}

/**
 * Looks by the patient id where the server can, then by each representation of the name (a Korean
 * patient may be kept in Hangul and sent in Latin), and creates at most one patient.
 *
 * @throws what the directory throws
 */
export async function matchPatient(
  summary: Summary,
  { directory, isCreating = false }: MatchOptions,
  cancel: Cancel = {},
): Promise<PatientMatch> {
  const input = patientInput(summary);
  if ('reason' in input) return { kind: 'unclear', reason: input.reason };
  const { patient } = input;
  const found =
    (await matchIdentifier(patient, directory, cancel)) ??
    (await matchName(summary, patient, directory, cancel));
  if (found !== undefined) return found;
  if (!isCreating) return { kind: 'absent', input: patient };
  const created = await directory.createPatient(patient, cancel);
  return { kind: 'created', uuid: created.uuid, pid: String(created.pid) };
}

/** The same id with another birth date is somebody else: never taken, never created beside. */
async function matchIdentifier(
  { pubpid, DOB }: PatientInput,
  directory: PatientDirectory,
  cancel: Cancel,
): Promise<PatientMatch | undefined> {
  if (pubpid === undefined || directory.searchIdentifier === undefined) return undefined;
  const holders = await directory.searchIdentifier(pubpid, cancel);
  if (holders.length === 0) return undefined;
  const [match, ...others] = holders.filter((record) => record.DOB === DOB);
  if (match === undefined) {
    return {
      kind: 'unclear',
      reason: text(
        'OpenEMR has this patient id with another birth date. Compare the two and choose by hand.',
      ),
    };
  }
  return others.length === 0 ? matched(match) : ambiguous(others.length + 1);
}

async function matchName(
  summary: Summary,
  patient: PatientInput,
  directory: PatientDirectory,
  cancel: Cancel,
): Promise<PatientMatch | undefined> {
  for (const { family: lname, given: fname } of fullNames(summary.patient)) {
    const wanted = { ...patient, fname, lname };
    const answered = await directory.searchPatients({ fname, lname, DOB: patient.DOB }, cancel);
    // OpenEMR matches parts of names too
    const same = answered.filter((record) => isSame(record, wanted));
    const chosen =
      same.length > 1 ? same.filter((record) => record.pubpid === summary.patientId) : same;
    const [match] = chosen;
    if (chosen.length === 1 && match !== undefined) return matched(match);
    if (same.length > 0) return ambiguous(same.length);
  }
  return undefined;
}

function matched({ uuid, pid }: PatientRecord): PatientMatch {
  return { kind: 'matched', uuid, pid: String(pid) };
}

function ambiguous(count: number): PatientMatch {
  return {
    kind: 'unclear',
    reason: text(
      'OpenEMR has {count} patients with this name and birth date. Choose one by hand.',
      { count },
    ),
  };
}

/** The body of a new patient, or what the header lacks for it. */
export function patientInput(
  summary: Summary,
): { readonly patient: PatientInput } | { readonly reason: Text } {
  const [name] = fullNames(summary.patient);
  const sex = sexes[summary.sex ?? ''];
  const DOB = isoDate(summary.birthDate ?? '');
  if (name === undefined) {
    return { reason: text('The header has no family and given name (PatientName, Family^Given).') };
  }
  if (DOB === undefined) {
    return { reason: text('The header has no usable birth date (PatientBirthDate, YYYYMMDD).') };
  }
  if (sex === undefined) {
    return { reason: text('The header does not give the sex as M or F (PatientSex).') };
  }
  const patient: PatientInput = {
    fname: name.given,
    lname: name.family,
    ...(name.middle === '' ? {} : { mname: name.middle }),
    sex,
    DOB,
    ...(summary.patientId === '' ? {} : { pubpid: summary.patientId }),
  };
  const [problem] = patientProblems(patient);
  return problem === undefined ? { patient } : { reason: problem.sentence };
}

const sexes: Readonly<Record<string, string>> = { F: 'Female', M: 'Male' };

/** The representations with both parts, Latin first as a rule, then Hangul or Han. */
function fullNames({ alphabetic, ideographic, phonetic }: PersonName): readonly NameParts[] {
  return [alphabetic, phonetic, ideographic].filter(
    ({ family, given }) => family !== '' && given !== '',
  );
}

/** `19800517`, or `1980.05.17` as ACR-NEMA wrote it. */
function isoDate(value: string): string | undefined {
  const match = /^(\d{4})(\.?)(\d{2})\2(\d{2})$/.exec(value);
  return match === null ? undefined : `${match[1]}-${match[3]}-${match[4]}`;
}

function isSame(record: PatientRecord, { fname, lname, DOB }: PatientInput): boolean {
  const equal = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
  return equal(record.fname, fname) && equal(record.lname, lname) && record.DOB === DOB;
}
