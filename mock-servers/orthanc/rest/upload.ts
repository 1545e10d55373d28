// POST /instances: a file, a ZIP of files or a form with files.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Arriving, Stored } from '../archive/archive.ts';
import { ancestor, metadataNumbers } from '../archive/model.ts';
import type { Origin } from '../archive/new-resource.ts';
import { summaryOf } from '../dicom/ingest.ts';
import { fileAccess, memoryAccess, type RandomAccess, ZipError, zipEntries } from '../zip/read.ts';
import { type Answer, bareStatus, jsonAnswer } from './answer.ts';
import { readInto } from './body-memory.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { boundaryOf, splitMultipart } from './multipart.ts';
import type { Orthanc } from './orthanc.ts';

/** Bodies up to this size stay in memory; larger ones go to the archive's folder as they come. */
const MEMORY_LIMIT = 4 * 1024 * 1024;

export async function uploadInstances(call: Call, orthanc: Orthanc): Promise<Answer> {
  const announced = announcedSize(call);
  if (announced === undefined || announced > MEMORY_LIMIT)
    return storeBody(await receive(call, orthanc), call, orthanc);
  const memory = orthanc.bodies.take(announced);
  try {
    const size = await readInto(memory, call.request);
    const bytes = memory.subarray(0, size);
    return await storeBody({ kind: 'memory', bytes }, call, orthanc);
  } finally {
    orthanc.bodies.giveBack(memory);
  }
}

/** Bytes of the body, when they are known and come as they are. */
function announcedSize({ headers }: Call): number | undefined {
  const length = headers['content-length'];
  if (length === undefined || headers['content-encoding'] === 'gzip') return undefined;
  return Number(length);
}

async function storeBody(arriving: Arriving, call: Call, orthanc: Orthanc): Promise<Answer> {
  try {
    const origin = restOrigin(call);
    if (/^multipart\/form-data/i.test(call.headers['content-type'] ?? '')) {
      return await uploadForm(call, arriving, origin, orthanc);
    }
    if (isZip(arriving)) return await uploadZip(arriving, origin, orthanc);
    return jsonAnswer(uploaded(await storeDicom(arriving, origin, orthanc)));
  } finally {
    // Gone already when the archive has adopted it.
    if (arriving.kind === 'file') await rm(arriving.path, { force: true });
  }
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

async function receive(call: Call, orthanc: Orthanc): Promise<Arriving> {
  const source: Readable =
    call.headers['content-encoding'] === 'gzip' ? call.request.pipe(createGunzip()) : call.request;
  const chunks: Buffer[] = [];
  let size = 0;
  const iterator = source[Symbol.asyncIterator]();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    chunks.push(next.value);
    size += next.value.length;
    if (size > MEMORY_LIMIT) return receiveFile(chunks, iterator, orthanc);
  }
  const [only] = chunks;
  return {
    kind: 'memory',
    bytes: chunks.length === 1 && only ? only : Buffer.concat(chunks, size),
  };
}

async function receiveFile(
  head: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
  orthanc: Orthanc,
): Promise<Arriving> {
  const path = orthanc.archive.files.incomingPath(orthanc.newUuid());
  let size = 0;
  async function* all(): AsyncGenerator<Buffer> {
    for (const chunk of head) {
      size += chunk.length;
      yield chunk;
    }
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      size += next.value.length;
      yield next.value;
    }
  }
  try {
    await pipeline(Readable.from(all()), createWriteStream(path));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { kind: 'file', path, size };
}

// Orthanc: a form is stored file by file and answered with nothing, also when a file is refused.
async function uploadForm(
  call: Call,
  arriving: Arriving,
  origin: Origin,
  orthanc: Orthanc,
): Promise<Answer> {
  const boundary = boundaryOf(call.headers['content-type'] ?? '');
  if (boundary === undefined) throw new OrthancError('badRequest');
  for (const part of splitMultipart(wholeBody(arriving), boundary)) {
    await storeDicom({ kind: 'memory', bytes: part.body }, origin, orthanc).catch(ignoreRefusal);
  }
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

function wholeBody(arriving: Arriving): Buffer {
  const source = accessTo(arriving);
  try {
    return source.read(0, source.size);
  } finally {
    source.close();
  }
}
