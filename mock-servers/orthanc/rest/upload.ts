// POST /instances: a file, a ZIP of files or a form with files.
import type { Arriving, Stored } from '../archive/archive.ts';
import { ancestor, metadataNumbers } from '../archive/model.ts';
import type { Origin } from '../archive/new-resource.ts';
import { summaryOf } from '../dicom/ingest.ts';
import { fileAccess, memoryAccess, type RandomAccess, ZipError, zipEntries } from '../zip/read.ts';
import { type Answer, bareStatus, jsonAnswer } from './answer.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { boundaryOf } from './multipart.ts';
import type { Orthanc } from './orthanc.ts';
import { forEachPart, withBody } from './receive.ts';

export async function uploadInstances(call: Call, orthanc: Orthanc): Promise<Answer> {
  const origin = restOrigin(call);
  if (/^multipart\/form-data;.*boundary=/i.test(call.headers['content-type'] ?? '')) {
    return uploadForm(call, origin, orthanc);
  }
  return withBody(call, orthanc, async (arriving) => {
    if (isZip(arriving)) return uploadZip(arriving, origin, orthanc);
    return jsonAnswer(uploaded(await storeDicom(arriving, origin, orthanc)));
  });
}

/** Checks a file and keeps it; the one way into the archive for every protocol. */
export async function storeDicom(
  arriving: Arriving,
  origin: Origin,
  orthanc: Orthanc,
): Promise<Stored> {
  const { archive, config, settings } = orthanc;
  const summary = await summaryOf(arriving, {
    mainTags: archive.mainTags,
    defaultCharset: settings.defaultCharset,
  });
  return archive.store(arriving, summary, origin, config.overwriteInstances);
}

/** What Orthanc tells about a stored instance. */
export function uploaded({ status, instance }: Stored): JsonObject {
  return {
    ID: instance.id,
    ParentPatient: ancestor(instance, 'Patient')?.id,
    ParentSeries: instance.parent?.id,
    ParentStudy: ancestor(instance, 'Study')?.id,
    Path: `/instances/${instance.id}`,
    Status: status,
  };
}

export function restOrigin(call: Call): Origin {
  return new Map([
    [metadataNumbers.Origin, 'RestApi'],
    [metadataNumbers.RemoteAET, ''],
    [metadataNumbers.RemoteIP, call.remoteIp],
    [metadataNumbers.HttpUsername, call.username],
  ]);
}

// Orthanc: a form is stored file by file and answered with nothing, also when a file is refused.
async function uploadForm(call: Call, origin: Origin, orthanc: Orthanc): Promise<Answer> {
  const boundary = boundaryOf(call.headers['content-type'] ?? '');
  if (boundary === undefined) throw new OrthancError('badRequest');
  await forEachPart(call, boundary, orthanc, async (part) => {
    await storeDicom(part, origin, orthanc).catch(ignoreRefusal);
  });
  return bareStatus(200);
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof OrthancError)) throw error;
}

async function uploadZip(arriving: Arriving, origin: Origin, orthanc: Orthanc): Promise<Answer> {
  const source = accessTo(arriving);
  try {
    if (source.size === EMPTY_ZIP_SIZE && !orthanc.version.acceptsEmptyZip)
      throw new ZipError('empty');
    return jsonAnswer(await storeMembers(source, origin, orthanc));
  } catch (cause) {
    if (!(cause instanceof ZipError)) throw cause;
    throw new OrthancError('badFile', 'Cannot open ZIP archive from memory buffer', { cause });
  } finally {
    source.close();
  }
}

async function storeMembers(
  source: RandomAccess,
  origin: Origin,
  orthanc: Orthanc,
): Promise<JsonObject[]> {
  const stored: JsonObject[] = [];
  for (const entry of zipEntries(source)) {
    const answer = entry.size > 0 && (await storeMember(entry.read(), origin, orthanc));
    if (answer) stored.push(answer);
  }
  return stored;
}

const EMPTY_ZIP_SIZE = 22;

async function storeMember(
  bytes: Buffer,
  origin: Origin,
  orthanc: Orthanc,
): Promise<JsonObject | undefined> {
  try {
    return uploaded(await storeDicom({ kind: 'memory', bytes }, origin, orthanc));
  } catch (error) {
    // Orthanc skips members that are not DICOM without a word.
    if (error instanceof OrthancError && error.orthancStatus === 15) return undefined;
    throw error;
  }
}

function isZip(arriving: Arriving): boolean {
  const source = accessTo(arriving);
  try {
    const mark = source.size < 4 ? 0 : source.read(0, 4).readUInt32LE(0);
    return mark === 0x04034b50 || mark === 0x06054b50;
  } finally {
    source.close();
  }
}

function accessTo(arriving: Arriving) {
  return arriving.kind === 'memory'
    ? memoryAccess(
        Buffer.from(arriving.bytes.buffer, arriving.bytes.byteOffset, arriving.bytes.byteLength),
      )
    : fileAccess(arriving.path, arriving.size);
}
