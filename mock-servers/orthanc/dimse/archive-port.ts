// The archive of this server as DIMSE sees it: the same storing, finding and files as over REST.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readPart10 } from '#core/dicom/part10.ts';
import { WorkbenchError } from '#core/errors.ts';
import type { Arriving } from '../archive/archive.ts';
import { descendants, metadataNumbers, metadataOf, type Resource } from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import { transcode } from '../dicom/transcode.ts';
import { OrthancError } from '../rest/errors.ts';
import { search } from '../rest/find.ts';
import type { Orthanc } from '../rest/orthanc.ts';
import { tagValue } from '../rest/resource-json.ts';
import { storeDicom } from '../rest/upload.ts';
import type {
  ArchivePort,
  ArchiveQuery,
  DimseOperation,
  DimsePeer,
  IncomingObject,
  StoredObject,
} from './port.ts';

/** Larger objects go to the archive's folder while they arrive. */
const MEMORY_LIMIT = 4 * 1024 * 1024;

const flagNames: Readonly<Record<DimseOperation, string>> = {
  echo: 'AllowEcho',
  store: 'AllowStore',
  find: 'AllowFind',
  get: 'AllowGet',
  move: 'AllowMove',
};

export function archivePort(orthanc: Orthanc): ArchivePort {
  const { config, settings, archive } = orthanc;
  const modality = (aet: string) =>
    [...settings.modalities.values()].find((known) => isSameAet(known.aet, aet));
  return {
    aet: config.dicomAet,
    isCalledAetChecked: config.checkCalledAet,
    modality,
    isAllowed(operation, { callingAet }: DimsePeer) {
      if (config.alwaysAllow[operation]) return true;
      const known = modality(callingAet);
      return known !== undefined && known.flags[flagNames[operation]] !== false;
    },
    store: (object) => store(object, orthanc),
    find: (query) => find(query, orthanc),
    async retrieve(level, ids) {
      const resources = ids.flatMap((id) => archive.resources.identified(level, id));
      const instances = resources.flatMap((resource) => descendants(resource, 'Instance'));
      // Orthanc 1.10.1 sends what came last first
      return instances.reverse().map((instance) => stored(instance, orthanc));
    },
  };
}

/** Orthanc compares titles without regard to case (StrictAetComparison is off). */
function isSameAet(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

async function store(object: IncomingObject, orthanc: Orthanc): Promise<'stored' | 'refused'> {
  const origin = new Map([
    [metadataNumbers.Origin, 'DicomProtocol'],
    [metadataNumbers.RemoteAET, object.callingAet],
    [metadataNumbers.RemoteIP, object.remoteIp],
    [metadataNumbers.CalledAET, object.calledAet],
  ]);
  const arriving = await receive(object.body, orthanc);
  try {
    await storeDicom(arriving, origin, orthanc);
    return 'stored';
  } catch (error) {
    if (error instanceof OrthancError || error instanceof WorkbenchError) return 'refused';
    throw error;
  } finally {
    if (arriving.kind === 'file') await rm(arriving.path, { force: true });
  }
}

async function receive(body: AsyncIterable<Uint8Array>, orthanc: Orthanc): Promise<Arriving> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const source = body[Symbol.asyncIterator]();
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    chunks.push(next.value);
    size += next.value.byteLength;
    if (size > MEMORY_LIMIT) return receiveFile(chunks, source, orthanc);
  }
  return { kind: 'memory', bytes: Buffer.concat(chunks, size) };
}

async function receiveFile(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  { archive, newUuid }: Orthanc,
): Promise<Arriving> {
  const path = archive.files.incomingPath(newUuid());
  let size = 0;
  async function* all(): AsyncIterable<Uint8Array> {
    for (const chunk of head) {
      size += chunk.byteLength;
      yield chunk;
    }
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      size += next.value.byteLength;
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

async function find(
  { level, constraints, requested }: ArchiveQuery,
  orthanc: Orthanc,
): Promise<readonly ReadonlyMap<string, string>[]> {
  const { config } = orthanc;
  const found = await search(
    {
      level,
      query: [...constraints],
      isCaseSensitive: config.caseSensitivePn,
      expands: false,
      format: 'simplify',
      since: 0,
      limit: 0,
      requested: [],
      parts: undefined,
      orderBy: [],
      isWanted: () => true,
    },
    orthanc,
  );
  const limit = level === 'Instance' ? config.limitFindInstances : config.limitFindResults;
  const answers: ReadonlyMap<string, string>[] = [];
  for (const resource of limit > 0 ? found.slice(0, limit) : found) {
    answers.push(await valuesOf(resource, requested, orthanc));
  }
  return answers;
}

async function valuesOf(
  resource: Resource,
  requested: readonly string[],
  orthanc: Orthanc,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const tag of requested) {
    const value = await tagValue(resource, tag, orthanc);
    if (value !== undefined) values.set(tag, value);
  }
  return values;
}

function stored(instance: Resource, { archive }: Orthanc): StoredObject {
  const read = async () => archive.files.read(fileOf(instance).uuid);
  return {
    sopClassUid: metadataOf(instance, 'SopClassUid') ?? '',
    sopInstanceUid: instance.tags.get('00080018') ?? '',
    transferSyntax: metadataOf(instance, 'TransferSyntax') ?? '',
    read,
    transcode: async (transferSyntax) => transcode(readPart10(await read()), transferSyntax),
  };
}
