import { WorkbenchError } from '#core/errors.ts';
import {
  createOrthancClient,
  type OrthancClient,
  type OrthancOptions,
} from '#core/orthanc/client.ts';
import { type Level, type Resource, resourceTypes } from '#core/orthanc/wire.ts';
import { text } from '#core/text.ts';
import { openHttp, type TrustFlags } from './http.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface ArchiveFlags extends TrustFlags {
  readonly orthanc?: string;
  readonly orthancUser?: string;
}

export function archiveUrl({ orthanc }: ArchiveFlags, { environment }: Terminal): string {
  return orthanc ?? environment['ORTHANC_URL'] ?? 'http://127.0.0.1:8042';
}

/** Opens an Orthanc client for one piece of work and closes its sockets afterwards. */
export async function withArchive<T>(
  flags: ArchiveFlags,
  terminal: Terminal,
  work: (orthanc: OrthancClient, options: OrthancOptions) => Promise<T>,
): Promise<T> {
  const http = await openHttp(flags, terminal);
  const username = flags.orthancUser ?? terminal.environment['ORTHANC_USER'];
  const password = terminal.environment['ORTHANC_PASSWORD'] ?? '';
  try {
    const baseUrl = archiveUrl(flags, terminal);
    const credentials = username === undefined ? undefined : { username, password };
    const options = { http, baseUrl, ...(credentials && { credentials }) };
    return await work(createOrthancClient(options), options);
  } finally {
    await http.close();
  }
}

/**
 * What an argument stands for, of the level given or of whatever level it is; says so when it was a DICOM UID.
 *
 * @throws WorkbenchError `ORTHANC_NOT_FOUND`, `SETTINGS_INVALID` for a level that there is not
 */
export async function resolveTarget(
  orthanc: OrthancClient,
  idOrUid: string,
  wanted: string | undefined,
  { remark, say, signal }: Terminal,
): Promise<{ readonly level: Level; readonly id: string }> {
  const level = wanted === undefined ? undefined : parseLevel(wanted);
  const { note, ...found } =
    level === undefined
      ? await orthanc.identify(idOrUid, { signal })
      : { level, ...(await orthanc.resolve(level, idOrUid, { signal })) };
  if (note) remark(printable(say(note)));
  return found;
}

const shownTags = [
  'PatientID',
  'PatientName',
  'StudyDate',
  'StudyDescription',
  'Modality',
  'SeriesDescription',
  'InstanceNumber',
];

/** What a person knows a resource by. */
export function shownValues({ MainDicomTags, PatientMainDicomTags = {} }: Resource): string[] {
  const tags = { ...PatientMainDicomTags, ...MainDicomTags };
  return shownTags.filter((tag) => tag in tags).map((tag) => String(tags[tag]));
}

/** @throws WorkbenchError `SETTINGS_INVALID` */
export function parseLevel(word: string): Level {
  const levels = Object.keys(resourceTypes) as Level[];
  const level = levels.find((known) => known === word);
  if (level !== undefined) return level;
  throw new WorkbenchError(
    'SETTINGS_INVALID',
    text('"{value}" is not possible here. Choose one of: {words}.', {
      value: word,
      words: levels.join(', '),
    }),
  );
}
