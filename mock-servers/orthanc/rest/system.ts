// What the server tells about itself: /system, /statistics, /changes, clocks, identifiers, metrics.
import { signature } from '../archive/main-tags.ts';
import {
  type Attachment,
  type Change,
  collections,
  levels,
  type Resource,
} from '../archive/model.ts';
import { orthancTime } from '../archive/time.ts';
import { encodingNamed, termOfEncoding } from '../dicom/encodings.ts';
import { generateUid, type UidLevel } from '../dicom/uids.ts';
import { type Answer, bareStatus, jsonAnswer, textAnswer } from './answer.ts';
import { type Call, hasFlag, textBodyOf } from './call.ts';
import { OrthancError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';

const CHANGES_LIMIT = 100;

export const system: Handler = (_call, orthanc) => {
  const { config, version } = orthanc;
  return jsonAnswer({
    ApiVersion: version.apiVersion,
    CheckRevisions: false,
    DatabaseBackendPlugin: null,
    DatabaseVersion: 6,
    DicomAet: config.dicomAet,
    DicomPort: orthanc.dicomPort(),
    HttpPort: orthanc.httpPort(),
    // Orthanc means by it that remote access is off or asks for a password.
    IsHttpServerSecure: true,
    Name: config.name,
    PluginsEnabled: true,
    StorageAreaPlugin: null,
    Version: version.name,
    ...(version.hasLabels && newerSystem(orthanc)),
  });
};

function newerSystem({ archive, config, serverId }: Orthanc): JsonObject {
  return {
    Capabilities: { HasExtendedChanges: true, HasExtendedFind: true },
    DatabaseServerIdentifier: serverId,
    DefaultRetrieveMethod: 'C-MOVE',
    HasLabels: true,
    IngestTranscoding: '',
    MainDicomTags: Object.fromEntries(
      levels.map((level) => [level, signature(archive.mainTags[level])]),
    ),
    MaximumPatientCount: config.maximumPatientCount,
    MaximumStorageMode: 'Recycle',
    MaximumStorageSize: config.maximumStorageSize,
    OverwriteInstances: config.overwriteInstances,
    ReadOnly: false,
    StorageCompression: false,
    UserMetadata: Object.fromEntries(config.userMetadata),
  };
}

export const statistics: Handler = (_call, { archive }) => {
  const patients = [...archive.resources.all('Patient')];
  const bytes = String(diskSize(patients));
  const whole = String(uncompressedSize(patients));
  return jsonAnswer({
    CountInstances: archive.resources.count('Instance'),
    CountPatients: archive.resources.count('Patient'),
    CountSeries: archive.resources.count('Series'),
    CountStudies: archive.resources.count('Study'),
    TotalDiskSize: bytes,
    TotalDiskSizeMB: megabytes(bytes),
    TotalUncompressedSize: whole,
    TotalUncompressedSizeMB: megabytes(whole),
  });
};

/** Bytes of all attachments below resources, as they are kept. */
export function diskSize(resources: Iterable<Resource>): number {
  return attachmentSizes(resources, ({ size, compressed }) => compressed?.size ?? size);
}

export function uncompressedSize(resources: Iterable<Resource>): number {
  return attachmentSizes(resources, ({ size }) => size);
}

function attachmentSizes(
  resources: Iterable<Resource>,
  sizeOf: (attachment: Attachment) => number,
): number {
  let size = 0;
  for (const resource of resources) {
    for (const attachment of resource.attachments.values()) size += sizeOf(attachment);
    size += attachmentSizes(resource.children, sizeOf);
  }
  return size;
}

export function megabytes(bytes: string | number): number {
  return Math.floor(Number(bytes) / (1024 * 1024));
}

export const changes: Handler = (call, { archive, version }) => {
  archive.settle();
  const { database } = archive;
  const last = database.lastSeq();
  if (hasFlag(call, 'last', false)) {
    const newest = database.lastChange();
    return jsonAnswer(changesJson(newest ? [newest] : [], true, last, version.hasLabels));
  }
  const since = changesArgument(call, 'since') ?? 0;
  const limit = changesArgument(call, 'limit') ?? CHANGES_LIMIT;
  const types = version.filtersChanges
    ? (call.query.get('type') ?? '').split(';').filter(Boolean)
    : [];
  for (const type of types) if (!changeTypes.has(type)) throw invalidChange(type);
  const to = version.filtersChanges ? changesArgument(call, 'to') : undefined;
  const query = {
    since,
    limit,
    types,
    ...(to !== undefined && { to }),
  };
  const page = database.changes(query);
  return jsonAnswer(changesJson(page.changes, page.done, last, version.hasLabels));
};

/** Orthanc: what is no number is left out. */
function changesArgument(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  return text === undefined || !/^[+-]?\d+$/.test(text) ? undefined : Number(text);
}

const changeTypes = new Set([
  ...['Anonymized', 'Modified', 'New', 'Stable'].flatMap((what) =>
    ['Patient', 'Study', 'Series'].map((level) => what + level),
  ),
  ...['NewInstance', 'NewChildInstance', 'CompletedSeries', 'Deleted'],
  ...['UpdatedAttachment', 'UpdatedMetadata'],
]);

function invalidChange(type: string): OrthancError {
  return new OrthancError('outOfRange', `Invalid value for a change: ${type}`);
}

function changesJson(
  list: readonly Change[],
  done: boolean,
  last: number,
  hasFirst: boolean,
): JsonObject {
  const first = list[0];
  return {
    Changes: list.map(({ seq, type, level, id, date }) => ({
      ChangeType: type,
      Date: date,
      ID: id,
      Path: `/${collections[level]}/${id}`,
      ResourceType: level,
      Seq: seq,
    })),
    Done: done,
    ...(hasFirst && first && { First: first.seq }),
    Last: list.at(-1)?.seq ?? last,
  };
}

export const deleteChanges: Handler = (_call, { archive }) => {
  archive.database.forgetChanges();
  return textAnswer('');
};

export const exports_: Handler = () => jsonAnswer({ Done: true, Exports: [], Last: 0 });

export const now: Handler = (_call, { clock }) => textAnswer(orthancTime(clock.now()));

export const generateUidHandler: Handler = (call, orthanc) => {
  const level = call.query.get('level') ?? '';
  if (!['patient', 'study', 'series', 'instance'].includes(level)) return bareStatus(404);
  return textAnswer(
    level === 'patient' ? orthanc.newUuid() : generateUid(level as UidLevel, orthanc),
  );
};

export const getDefaultEncoding: Handler = (_call, { settings }) =>
  textAnswer(settings.defaultEncoding);

export const putDefaultEncoding: Handler = async (call, { settings }) => {
  const name = encodingNamed(await textBodyOf(call));
  const term = name && termOfEncoding(name);
  if (name === undefined || term === undefined) throw new OrthancError('outOfRange');
  settings.defaultEncoding = name;
  settings.defaultCharset = term;
  return textAnswer(name);
};

/** A value that can be read and set and changes nothing else: log levels, metrics. */
/** A switch that is kept and shown; `parse` gives what is kept, or says what is wrong. */
export function toggle(
  key: string,
  usual: string,
  parse: (value: string) => string,
): { get: Handler; put: Handler } {
  return {
    get: (_call, { settings }) => textAnswer(settings.toggles.get(key) ?? usual),
    put: async (call, { settings }) => {
      settings.toggles.set(key, parse(await textBodyOf(call)));
      return textAnswer('');
    },
  };
}

export const metrics: Handler = (_call, orthanc): Answer => {
  const { archive, clock, jobs } = orthanc;
  const at = Math.round(clock.now());
  const size = megabytes(diskSize([...archive.resources.all('Patient')]));
  const counts: Record<string, number> = {
    orthanc_count_instances: archive.resources.count('Instance'),
    orthanc_count_patients: archive.resources.count('Patient'),
    orthanc_count_series: archive.resources.count('Series'),
    orthanc_count_studies: archive.resources.count('Study'),
    orthanc_disk_size_mb: size,
    orthanc_jobs_completed: jobs.counts().completed,
    orthanc_jobs_failed: jobs.counts().failed,
    orthanc_jobs_pending: jobs.counts().pending,
    orthanc_jobs_running: jobs.counts().running,
    orthanc_jobs_success: jobs.counts().success,
    ...(orthanc.version.hasLabels && { orthanc_last_change: archive.database.lastSeq() }),
    orthanc_rest_api_active_requests: 1,
    orthanc_uncompressed_size_mb: size,
    ...(orthanc.version.hasLabels && {
      orthanc_up_time_s: Math.floor((clock.now() - orthanc.startedAtMs) / 1000),
    }),
  };
  const body = Object.entries(counts)
    .map(([name, value]) => `${name} ${value} ${at}\n`)
    .join('');
  return { status: 200, contentType: 'text/plain; version=0.0.4', body };
};
