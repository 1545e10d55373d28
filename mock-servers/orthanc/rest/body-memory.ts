// Memory for bodies of known length, used again: a fresh half megabyte for each of thousands of uploads costs
// more, in clearing and collecting it, than reading the upload.
import type { Readable } from 'node:stream';
import { releaseChunk } from '#core/chunk-memory.ts';

const SMALLEST = 64 * 1024;
const KEPT = 8;

export class BodyMemory {
  readonly #free: Buffer[] = [];

  /** At least `size` bytes with whatever was in them; give them back when nobody looks at them any more. */
  take(size: number): Buffer {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= size);
    const [free] = at < 0 ? [] : this.#free.splice(at, 1);
    return free ?? Buffer.allocUnsafeSlow(Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size))));
  }

  giveBack(memory: Buffer): void {
    this.#free.push(memory);
    if (this.#free.length > KEPT) this.#free.shift();
  }
}

/** Resolves when the stream has ended; gives how many bytes came. */
export function readInto(memory: Buffer, source: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    let filled = 0;
    const onClose = () => reject(new Error('The client hung up inside the body'));
    source.on('data', (chunk: Buffer) => {
      filled += chunk.copy(memory, filled);
      releaseChunk(chunk);
    });
    source.once('end', () => {
      source.off('close', onClose);
      resolve(filled);
    });
    source.once('error', reject);
    source.once('close', onClose);
  });
}
