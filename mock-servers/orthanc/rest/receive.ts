// Bodies on their way in: small ones into memory, large ones into the archive's folder for arriving files.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Arriving } from '../archive/archive.ts';
import { readInto } from './body-memory.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import { PartCutShort, splitMultipart } from './multipart.ts';
import type { Orthanc } from './orthanc.ts';

/** Bodies up to this size stay in memory. */
const MEMORY_LIMIT = 4 * 1024 * 1024;

type Use<Result> = (arriving: Arriving) => Promise<Result>;

/** Lends the body to `use`: afterwards its memory or its file is gone, unless the archive has adopted the file. */
export async function withBody<Result>(
  call: Call,
  orthanc: Orthanc,
  use: Use<Result>,
): Promise<Result> {
  const announced = Number(call.headers['content-length'] ?? Number.NaN);
  if (isGzip(call) || !(announced <= MEMORY_LIMIT)) {
    return lend(await receive(bodyStream(call)[Symbol.asyncIterator](), orthanc), use);
  }
  const memory = orthanc.bodies.take(announced);
  try {
    const size = await readInto(memory, call.request);
    return await use({ kind: 'memory', bytes: memory.subarray(0, size) });
  } finally {
    orthanc.bodies.giveBack(memory);
  }
}

/** Lends each complete part of a multipart body to `use`, as it comes; what is cut short does not count. */
export async function forEachPart(
  call: Call,
  boundary: string,
  orthanc: Orthanc,
  use: (arriving: Arriving, head: string) => Promise<void>,
): Promise<void> {
  try {
    for await (const { head, bytes } of splitMultipart(bodyStream(call), boundary)) {
      await lend(await receive(bytes, orthanc), (arriving) => use(arriving, head));
    }
  } catch (error) {
    if (!(error instanceof PartCutShort)) throw brokenGzip(error) ?? error;
  }
}

async function lend<Result>(arriving: Arriving, use: Use<Result>): Promise<Result> {
  try {
    return await use(arriving);
  } finally {
    if (arriving.kind === 'file') await rm(arriving.path, { force: true });
  }
}

function bodyStream(call: Call): Readable {
  const { request } = call;
  if (!isGzip(call)) return request;
  const unpacked = createGunzip();
  request.once('error', (error) => unpacked.destroy(error));
  return request.pipe(unpacked);
}

function isGzip({ headers }: Call): boolean {
  return headers['content-encoding'] === 'gzip';
}

function brokenGzip(cause: unknown): OrthancError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  return code?.startsWith('Z_') ? new OrthancError('badFile', undefined, { cause }) : undefined;
}

async function receive(source: AsyncIterator<Buffer>, orthanc: Orthanc): Promise<Arriving> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    chunks.push(next.value);
    size += next.value.length;
    if (size > MEMORY_LIMIT) return receiveFile(chunks, source, orthanc);
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
