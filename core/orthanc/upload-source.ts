// One DICOM file on its way out: small ones from memory, large ones streamed from the disk.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { cutShort } from '../dicom/errors.ts';
import { unreadable } from '../file-error.ts';
import type { HttpRequest } from '../http.ts';

export type UploadSource = { readonly path: string } | { readonly bytes: Uint8Array };

const WHOLE_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** @throws WorkbenchError `FILE_UNREADABLE` */
export async function uploadBody(
  source: UploadSource,
): Promise<{ body: NonNullable<HttpRequest['body']>; headers: Readonly<Record<string, string>> }> {
  const type = { 'content-type': 'application/dicom' };
  if ('bytes' in source) return { body: source.bytes, headers: type };
  const size = await sizeOf(source.path);
  if (size <= WHOLE_BYTES) return { body: await readWhole(source.path), headers: type };
  const headers = { ...type, 'content-length': String(size) };
  return { body: () => readExactly(source.path, size), headers };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Neither more nor less than was announced, though the file may change while it is read. */
async function* readExactly(path: string, size: number): AsyncIterable<Uint8Array> {
  let sent = 0;
  try {
    const stream = createReadStream(path, { end: size - 1, highWaterMark: CHUNK_BYTES });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      sent += chunk.byteLength;
      yield chunk;
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (sent < size) throw cutShort(sent);
}
