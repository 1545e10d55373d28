// The patient of a DICOM file in OpenEMR: found, or made from the header when all that OpenEMR asks
// for is there. What is missing is named; nothing is guessed.
import { formatParts, type NameParts, type PersonName } from '../dicom/person-name.ts';
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

/** One search, at most one creation. @throws what the directory throws */
export async function matchPatient(
  summary: Summary,
  { directory, isCreating = false }: MatchOptions,
  cancel: Cancel = {},
): Promise<PatientMatch> {
  const input = patientInput(summary);
  if ('reason' in input) return { kind: 'unclear', reason: input.reason };
  const { fname, lname, DOB } = input.patient;
  const answered = await directory.searchPatients({ fname, lname, DOB }, cancel);
  // OpenEMR matches parts of names too
  const same = answered.filter((record) => isSame(record, input.patient));
  const chosen =
    same.length > 1 ? same.filter((record) => record.pubpid === summary.patientId) : same;
  const [match] = chosen;
  if (chosen.length === 1 && match !== undefined) {
    return { kind: 'matched', uuid: match.uuid, pid: String(match.pid) };
  }
  if (same.length > 0) {
    return {
      kind: 'unclear',
      reason: text(
        'OpenEMR has {count} patients with this name and birth date. Choose one by hand.',
        {
          count: same.length,
        },
      ),
    };
  }
  if (!isCreating) return { kind: 'absent', input: input.patient };
  const created = await directory.createPatient(input.patient, cancel);
  return { kind: 'created', uuid: created.uuid, pid: String(created.pid) };
}

/** The body of a new patient, or what the header lacks for it. */
export function patientInput(
  summary: Summary,
): { readonly patient: PatientInput } | { readonly reason: Text } {
  const name = preferredName(summary.patient);
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

/** The first representation with both parts: Latin as a rule, else Han or Hangul. */
function preferredName({ alphabetic, ideographic, phonetic }: PersonName): NameParts | undefined {
  return [alphabetic, phonetic, ideographic].find(
    (parts) => parts.family !== '' && parts.given !== '' && formatParts(parts) !== '',
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
