// Small files into memory, one after another into the same memory: fresh buffers for thousands of files
// cost more than reading them. Callbacks, because a FileHandle costs as much again.
import { closeSync, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { unreadable } from '../file-error.ts';
import type { Candidate } from './send-dicom-files.ts';

/** Larger files are streamed from the disk. */
const MAX_LOADED_BYTES = 4 * 1024 * 1024;

const openFile = promisify(open);

/** Reads candidates in turn; the bytes of one are good until the next one is loaded. */
export class FileLoader {
  #memory = Buffer.alloc(0);

  /** The same candidate for a file that stays on disk. @throws WorkbenchError `FILE_UNREADABLE` */
  async load(file: Candidate): Promise<Candidate> {
    const { source, size } = file;
    if (!('path' in source) || size > MAX_LOADED_BYTES) return file;
    if (this.#memory.byteLength < size) this.#memory = Buffer.allocUnsafeSlow(size);
    try {
      const descriptor = await openFile(source.path, 'r');
      try {
        const bytes = this.#memory.subarray(0, await fill(descriptor, this.#memory, size));
        return { ...file, source: { bytes } };
      } finally {
        // At once: nothing was written, and a trip to another thread costs more than the call.
        closeSync(descriptor);
      }
    } catch (cause) {
      throw unreadable(source.path, cause);
    }
  }
}

/** How many bytes there were: fewer than `size` when the file has become shorter. */
async function fill(descriptor: number, memory: Buffer, size: number): Promise<number> {
  let filled = 0;
  while (filled < size) {
    const count = await readInto(descriptor, memory, filled, size - filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function readInto(descriptor: number, memory: Buffer, at: number, length: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, memory, at, length, at, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
