// The body of /modify and /anonymize, with Orthanc's checks.
import { attributeOf } from '#core/dicom/dictionary.ts';
import type { Level } from '../archive/model.ts';
import { type Fields, isFields, knownTag } from '../rest/arguments.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { dicomVersions, profile } from './anonymization.ts';

export interface ModificationRequest {
  readonly isAnonymization: boolean;
  readonly replacements: ReadonlyMap<string, unknown>;
  readonly removals: ReadonlySet<string>;
  readonly clearings: ReadonlySet<string>;
  readonly keeps: ReadonlySet<string>;
  readonly removesPrivate: boolean;
}

const PATIENT_ID = '00100020';
const uidTags = ['0020000D', '0020000E', '00080018'];
const nameOf = (tag: string) => attributeOf(tag)?.name ?? tag;

export function parseModification(
  body: unknown,
  level: Level,
  orthanc: Orthanc,
): ModificationRequest {
  const fields = requiredFields(body);
  const replacements = replacementsOf(fields);
  const keeps = new Set(names(fields, 'Keep'));
  const isForced = fields['Force'] === true;
  for (const tag of [PATIENT_ID, ...uidTags]) {
    if (replacements.has(tag) && !isForced) {
      throw new OrthancError(
        'badRequest',
        `Marking tag "${nameOf(tag)}" as to be replaced requires the "Force" option to be set to true`,
      );
    }
  }
  checkPatient(level, replacements, orthanc);
  checkKeptUids(keeps, orthanc);
  return {
    isAnonymization: false,
    replacements,
    removals: new Set(names(fields, 'Remove')),
    clearings: new Set(),
    keeps,
    removesPrivate: fields['RemovePrivateTags'] === true,
  };
}

export function parseAnonymization(body: unknown, orthanc: Orthanc): ModificationRequest {
  const fields = requiredFields(body);
  const { newUuid, settings, version } = orthanc;
  const standard = fields['DicomVersion'] ?? version.anonymization;
  if (!dicomVersions.some((known) => known === standard)) {
    throw new OrthancError(
      'outOfRange',
      `Unknown specific version of the DICOM standard: ${standard}`,
    );
  }
  const given = replacementsOf(fields);
  settings.anonymized += 1;
  const replacements = new Map<string, unknown>([
    ['00100010', `Anonymized${settings.anonymized}`],
    [PATIENT_ID, newUuid()],
    ['00120062', 'YES'],
    ['00120063', `Orthanc ${version.name} - PS 3.15-${standard} Table E.1-1 Basic Profile`],
    ...given,
  ]);
  const keeps = new Set(names(fields, 'Keep'));
  for (const tag of keeps) if (!given.has(tag)) replacements.delete(tag);
  return {
    isAnonymization: true,
    replacements,
    removals: new Set([...profile.removed(), ...names(fields, 'Remove')]),
    clearings: profile.cleared(),
    keeps,
    removesPrivate: fields['KeepPrivateTags'] !== true,
  };
}

/** Whether the resource that is modified stays; it goes with `KeepSource: false`. */
export function keepsSource(body: unknown): boolean {
  return !(isFields(body) && body['KeepSource'] === false);
}

function requiredFields(body: unknown): Fields {
  if (!isFields(body)) throw new OrthancError('badFile');
  return body;
}

function replacementsOf(fields: Fields): Map<string, unknown> {
  const given = fields['Replace'];
  if (given === undefined) return new Map();
  if (!isFields(given))
    throw new OrthancError('badRequest', 'Field "Replace" must be a JSON object');
  return new Map(Object.entries(given).map(([name, value]) => [knownTag(name), value]));
}

function names(fields: Fields, key: string): string[] {
  const given = fields[key];
  if (given === undefined) return [];
  if (!Array.isArray(given))
    throw new OrthancError('badRequest', `Field "${key}" must be an array of strings`);
  return given.map((name) => knownTag(String(name)));
}

// 1.10 ties the PatientID to the level of the patient.
function checkPatient(
  level: Level,
  replacements: ReadonlyMap<string, unknown>,
  { version }: Orthanc,
): void {
  if (version.keepsPatientIds || level === 'Instance') return;
  if (level !== 'Patient' && replacements.has(PATIENT_ID)) {
    const what = level.toLowerCase();
    throw new OrthancError(
      'badRequest',
      `When modifying a ${what}, the parent PatientID cannot be manually modified`,
    );
  }
  if (level !== 'Patient' || replacements.has(PATIENT_ID)) return;
  throw new OrthancError(
    'badRequest',
    'When modifying a patient, her PatientID is required to be modified',
  );
}

function checkKeptUids(keeps: ReadonlySet<string>, { config, version }: Orthanc): void {
  const keepsAll = uidTags.every((tag) => keeps.has(tag));
  if (!keepsAll || config.overwriteInstances || !version.keepsPatientIds) return;
  throw new OrthancError(
    'badRequest',
    "When keeping StudyInstanceUID, SeriesInstanceUID and SOPInstanceUID tag, you must have the 'OverwriteInstances' Orthanc configuration set to true in order to replace the modified resources",
  );
}
