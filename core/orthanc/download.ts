// An answer's body into a file: under a temporary name first, so that a broken download never
// looks like a finished one.
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WorkbenchError } from '../errors.ts';
import { unwritable } from '../file-error.ts';
import type { HttpResponse } from '../http.ts';
import { text } from '../text.ts';

export interface Downloaded {
  readonly path: string;
  readonly bytes: number;
}

/** A ZIP's end record and the comment behind it ("Created by Orthanc"). */
const ZIP_TAIL_BYTES = 512;
const zipEnd = Buffer.of(0x50, 0x4b, 5, 6);

/** @throws WorkbenchError `FILE_UNWRITABLE`, `HTTP_*` when the connection breaks; nothing is left behind then */
export async function downloadTo(
  path: string,
  response: HttpResponse,
  kind: 'file' | 'zip',
): Promise<Downloaded> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const handle = await openNew(temporary, path).catch(async (error: unknown) => {
    await cancelBody(response);
    throw error;
  });
  let bytes = 0;
  let tail = Buffer.alloc(0);
  let isComplete = false;
  try {
    for await (const chunk of response.stream()) {
      await writeAll(handle, chunk, path);
      bytes += chunk.byteLength;
      tail = Buffer.concat([tail, chunk.subarray(-ZIP_TAIL_BYTES)]).subarray(-ZIP_TAIL_BYTES);
    }
    // Archives come without a length: only their end shows that nothing is missing
    if (kind === 'zip' && !tail.includes(zipEnd)) throw brokenOff(path);
    isComplete = true;
  } finally {
    await handle.close();
    if (!isComplete) await rm(temporary, { force: true });
  }
  try {
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(path, cause);
  }
  return { path, bytes };
}

async function openNew(temporary: string, path: string) {
  try {
    return await open(temporary, 'wx');
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Otherwise the connection would stay busy with an answer that nobody reads. */
async function cancelBody(response: HttpResponse): Promise<void> {
  try {
    // An iterator that has not begun cannot cancel: so the first piece is taken
    for await (const _ of response.stream()) break;
  } catch {
    // It broke by itself; what is reported is the file that cannot be written
  }
}

async function writeAll(
  handle: { write(chunk: Uint8Array): Promise<{ bytesWritten: number }> },
  chunk: Uint8Array,
  path: string,
): Promise<void> {
  let rest = chunk;
  try {
    while (rest.byteLength > 0) rest = rest.subarray((await handle.write(rest)).bytesWritten);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function brokenOff(path: string): WorkbenchError {
  return new WorkbenchError(
    'HTTP_DROPPED',
    text('The download of {name} broke off before its end. Try again.', { name: basename(path) }),
  );
}
