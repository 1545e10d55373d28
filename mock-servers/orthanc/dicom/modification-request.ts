// The body of /modify and /anonymize, with Orthanc's checks.
import { attributeOf } from '#core/dicom/dictionary.ts';
import type { Level } from '../archive/model.ts';
import { booleanField, type Fields, isFields, knownTag, stringField } from '../rest/arguments.ts';
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
  /** Each patient gets an identifier of its own. */
  readonly renamesPatients?: boolean;
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
  const removals = new Set(names(fields, 'Remove'));
  const keeps = new Set(names(fields, 'Keep'));
  requireForce(fields, { replaced: replacements, removed: removals, kept: keeps });
  stringField(fields, 'PrivateCreator');
  // Without an identifier there would be no patient to store under.
  if (removals.has(PATIENT_ID)) throw new OrthancError('badRequest');
  checkPatient(level, replacements, orthanc);
  checkKeptUids(keeps, orthanc);
  return {
    isAnonymization: false,
    replacements,
    removals,
    clearings: new Set(),
    keeps,
    removesPrivate: fields['RemovePrivateTags'] === true,
  };
}

export function parseAnonymization(body: unknown, orthanc: Orthanc): ModificationRequest {
  const fields = requiredFields(body);
  const { settings, version } = orthanc;
  const standard = fields['DicomVersion'] ?? version.anonymization;
  if (typeof standard !== 'string') throw new OrthancError('badFile');
  // A version knows the editions up to its own.
  if (!dicomVersions.some((known) => known === standard && known <= version.anonymization)) {
    throw new OrthancError(
      'outOfRange',
      `Unknown specific version of the DICOM standard: ${standard}`,
    );
  }
  const given = replacementsOf(fields);
  const kept = new Set(names(fields, 'Keep'));
  requireForce(fields, { replaced: given, removed: new Set(), kept });
  settings.anonymized += 1;
  const replacements = new Map<string, unknown>([
    ['00100010', `Anonymized${settings.anonymized}`],
    ['00120062', 'YES'],
    ['00120063', `Orthanc ${version.name} - PS 3.15-${standard} Table E.1-1 Basic Profile`],
    ...given,
  ]);
  const keeps = kept;
  for (const tag of keeps) if (!given.has(tag)) replacements.delete(tag);
  return {
    isAnonymization: true,
    replacements,
    removals: new Set([...profile.removed(), ...names(fields, 'Remove')]),
    clearings: profile.cleared(),
    keeps,
    removesPrivate: fields['KeepPrivateTags'] !== true,
    renamesPatients: !given.has(PATIENT_ID) && !keeps.has(PATIENT_ID),
  };
}

/** Whether what is modified stays. */
export function keepsSource(body: unknown, usual: boolean): boolean {
  return isFields(body) ? booleanField(body, 'KeepSource', usual) : usual;
}

interface Marked {
  readonly replaced: { has(tag: string): boolean };
  readonly removed: ReadonlySet<string>;
  readonly kept: ReadonlySet<string>;
}

/** Identifiers are touched on purpose only. */
function requireForce(fields: Fields, marked: Marked): void {
  const force = fields['Force'] ?? false;
  if (typeof force !== 'boolean')
    throw new OrthancError('badFile', 'Member "Force" should be a Boolean value');
  if (force) return;
  for (const [how, tags] of Object.entries(marked)) {
    // The patient may be kept without a word.
    const guarded = how === 'kept' ? uidTags : [PATIENT_ID, ...uidTags];
    const tag = guarded.find((each) => tags.has(each));
    if (tag === undefined) continue;
    throw new OrthancError(
      'badRequest',
      `Marking tag "${nameOf(tag)}" as to be ${how} requires the "Force" option to be set to true`,
    );
  }
}

function requiredFields(body: unknown): Fields {
  if (!isFields(body)) throw new OrthancError('badFile');
  return body;
}

function replacementsOf(fields: Fields): Map<string, unknown> {
  const given = fields['Replace'];
  if (given === undefined) return new Map();
  if (!isFields(given)) throw new OrthancError('badRequest');
  return new Map(Object.entries(given).map(([name, value]) => [knownTag(name), value]));
}

function names(fields: Fields, key: string): string[] {
  const given = fields[key];
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.some((name) => typeof name !== 'string'))
    throw new OrthancError('badRequest');
  return given.map(knownTag);
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
