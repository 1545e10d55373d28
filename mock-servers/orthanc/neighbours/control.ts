// Orthanc's DicomControlUserConnection: C-FIND and C-MOVE at one of the four levels.
import { attributeOf } from '#core/dicom/dictionary.ts';
import { CommandField } from '#core/dimse/command.ts';
import {
  PATIENT_ROOT_FIND,
  STUDY_ROOT_FIND,
  STUDY_ROOT_MOVE,
  VERIFICATION,
} from '#core/dimse/sop-classes.ts';
import type { Level } from '../archive/model.ts';
import type { Modality } from '../modality-form.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import {
  type Calling,
  contextOf,
  exchange,
  type Opened,
  refusedBy,
  serviceSyntaxes,
  withAssociation,
} from './association.ts';
import {
  type DicomMap,
  decodedMap,
  encodedMap,
  INSTANCE_UID,
  LEVEL,
  levelTexts,
  mirroredMap,
  PATIENT_ID,
  SERIES_UID,
  STUDY_UID,
} from './dicom-map.ts';
import { identifyingTags, normalized } from './find-tags.ts';

const WORKLIST_FIND = '1.2.840.10008.5.1.4.31';

export type ControlService = 'C-ECHO' | 'C-FIND' | 'C-FIND worklist' | 'C-MOVE';

const classesOf: Readonly<Record<ControlService, readonly string[]>> = {
  'C-ECHO': [VERIFICATION],
  'C-FIND': [VERIFICATION, PATIENT_ROOT_FIND, STUDY_ROOT_FIND],
  'C-FIND worklist': [VERIFICATION, WORKLIST_FIND],
  'C-MOVE': [VERIFICATION, STUDY_ROOT_MOVE],
};
// Before 1.12.6 every association proposes everything.
const allClasses = [
  VERIFICATION,
  PATIENT_ROOT_FIND,
  STUDY_ROOT_FIND,
  STUDY_ROOT_MOVE,
  WORKLIST_FIND,
];

/** Opens an association for one of these services. */
export function withControl<Result>(
  {
    calling,
    service,
    name = service.slice(0, 6),
  }: {
    readonly calling: Calling;
    readonly service: ControlService;
    /** For the texts of failures; the service's own by default. */
    readonly name?: string;
  },
  { version }: Orthanc,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const classes = version.hasLabels ? classesOf[service] : allClasses;
  const contexts = classes.map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: serviceSyntaxes,
  }));
  return withAssociation(calling, { contexts }, name, work);
}

export interface FindOptions {
  readonly isNormalized: boolean;
  readonly manufacturer: Modality['manufacturer'];
}

/** C-FIND at a level. @throws OrthancError also for a status that is not success */
export async function find(
  opened: Opened,
  level: Level,
  query: DicomMap,
  { isNormalized, manufacturer }: FindOptions,
  { settings }: Orthanc,
): Promise<DicomMap[]> {
  const root = level === 'Patient' ? PATIENT_ROOT_FIND : STUDY_ROOT_FIND;
  const fields = withoutWildcards(isNormalized ? normalized(query, level) : query, manufacturer);
  const identifier = mirroredMap(fields).set(LEVEL, levelTexts[level]);
  const universal = manufacturer === 'GE' ? '*' : '';
  for (const tag of identifyingTags(level)) {
    if (!identifier.has(tag)) identifier.set(tag, universal);
  }
  const context = contextOf(opened, root) ?? unsupported(opened, 'noFind');
  const charset = settings.defaultCharset;
  const answers = await sendFind(
    opened,
    context,
    encodedMap(identifier, context.transferSyntax, charset),
  );
  return answers.map((bytes) => decodedMap(bytes, context.transferSyntax, level, charset));
}

/** C-FIND for worklists; the data sets are given as they came, with their transfer syntax. */
export async function findWorklist(
  opened: Opened,
  encoded: (transferSyntax: string) => Uint8Array,
): Promise<{ readonly datasets: readonly Uint8Array[]; readonly transferSyntax: string }> {
  const context = contextOf(opened, WORKLIST_FIND) ?? unsupported(opened, 'noFind');
  const datasets = await sendFind(opened, context, encoded(context.transferSyntax));
  return { datasets, transferSyntax: context.transferSyntax };
}

async function sendFind(
  opened: Opened,
  { id, abstractSyntax }: { readonly id: number; readonly abstractSyntax: string },
  identifier: Uint8Array,
): Promise<readonly Uint8Array[]> {
  const command = {
    field: CommandField.findRequest,
    hasDataset: true,
    messageId: opened.nextMessageId(),
    priority: 0,
    sopClassUid: abstractSyntax,
  };
  const { status, datasets } = await exchange(opened, id, command, identifier);
  if (status === 0) return datasets;
  throw refusedBy(opened.calling.remote, 'C-FIND', status, 'invalid query ?');
}

/** C-MOVE of one resource, told by the identifiers of its level. */
export async function move(
  opened: Opened,
  targetAet: string,
  resource: DicomMap,
  { settings }: Orthanc,
): Promise<void> {
  const context = contextOf(opened, STUDY_ROOT_MOVE) ?? unsupported(opened, 'noMove');
  const command = {
    field: CommandField.moveRequest,
    hasDataset: true,
    messageId: opened.nextMessageId(),
    priority: 0,
    sopClassUid: STUDY_ROOT_MOVE,
    moveDestination: targetAet,
  };
  const identifier = encodedMap(
    retrieveIdentifier(resource),
    context.transferSyntax,
    settings.defaultCharset,
  );
  const { status } = await exchange(opened, context.id, command, identifier);
  if (status !== 0)
    throw refusedBy(opened.calling.remote, 'C-MOVE', status, 'resource not found ?');
}

const retrieveTags: Readonly<Record<string, readonly string[]>> = {
  PATIENT: [PATIENT_ID],
  STUDY: [STUDY_UID],
  SERIES: [STUDY_UID, SERIES_UID],
  IMAGE: [STUDY_UID, SERIES_UID, INSTANCE_UID],
};

/** @throws OrthancError `Bad request` when an identifier of the level is missing */
export function retrieveIdentifier(resource: DicomMap): DicomMap {
  const level = resource.get(LEVEL) ?? '';
  const identifier = new Map([[LEVEL, level]]);
  for (const tag of retrieveTags[level] ?? []) {
    const value = resource.get(tag);
    if (value === undefined) throw new OrthancError('badRequest');
    identifier.set(tag, value);
  }
  return mirroredMap(identifier);
}

function unsupported({ calling }: Opened, name: 'noFind' | 'noMove'): never {
  throw new OrthancError(name, `Remote AET is ${calling.remote.aet}`);
}

// Some manufacturers take no lone `*` (Orthanc Book, DicomModalities).
function withoutWildcards(map: DicomMap, manufacturer: string): DicomMap {
  const isAffected = (tag: string) =>
    manufacturer === 'GenericNoUniversalWildcard' ||
    (manufacturer === 'GenericNoWildcardInDates' && attributeOf(tag)?.vr === 'DA');
  return new Map(
    [...map].map(([tag, value]) => [tag, value === '*' && isAffected(tag) ? '' : value]),
  );
}
