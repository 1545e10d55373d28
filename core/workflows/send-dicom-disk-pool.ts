// What the thread of `send-dicom-disk.ts` does, by Node's pool: for a few files, which are read before a thread
// has started.
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Look, lookFrom, mayBeZip, type Wanted } from './send-dicom-disk-thread.ts';

export function lookAtFiles(paths: readonly string[]): Promise<readonly (Look | Error)[]> {
  return Promise.all(paths.map((path) => look(path).catch(asError)));
}

/** Files that are longer than expected with one byte more. */
export function readFiles(files: readonly Wanted[]): Promise<readonly (Uint8Array | Error)[]> {
  return Promise.all(
    files.map(({ path, size }) => readUpTo(path, new Uint8Array(size + 1)).catch(asError)),
  );
}

async function look(path: string): Promise<Look> {
  const stats = await stat(path);
  return lookFrom(stats, mayBeZip(path, stats) ? await headOf(path) : undefined);
}

/** Whoever reads the file says why it cannot be read. */
function headOf(path: string): Promise<Uint8Array | undefined> {
  return readUpTo(path, new Uint8Array(4)).catch(() => undefined);
}

async function readUpTo(path: string, place: Uint8Array): Promise<Uint8Array> {
  // Opening a named pipe would wait for its writer for ever
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await handle.stat()).isFile()) throw new Error('not a regular file');
    return place.subarray(0, await fill(handle, place));
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, place: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < place.byteLength) {
    const { bytesRead } = await handle.read(place, filled, place.byteLength - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
