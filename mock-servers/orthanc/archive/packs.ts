// Small files, one behind the other in files of 64 MB: to make a file and to open it again costs more than to
// write half a megabyte, above all where a virus scanner looks at each. Bytes count only once the index names
// their place, and are never written over; a pack goes when nothing in it is named any more.
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync, write } from 'node:fs';
import { join } from 'node:path';

/** Where the bytes of an attachment begin. */
export interface Place {
  readonly pack: number;
  readonly at: number;
}

interface Filling {
  readonly pack: number;
  readonly fd: number;
  end: number;
  /** Writes under way. */
  writes: number;
  isDone: boolean;
}

const PACK_BYTES = 64 * 1024 * 1024;
/** A pack at hand that holds only waste goes at once when it is this large; a smaller one is filled further. */
const WORTH_DROPPING_BYTES = 4 * 1024 * 1024;

export class Packs {
  readonly #folder: string;
  /** How many attachments lie in each pack. */
  readonly #inUse = new Map<number, number>();
  readonly #writing = new Set<Place>();
  #filling: Filling | undefined;
  #last: number;

  /** In this folder, which must exist. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#last = Math.max(0, ...this.#onDisk());
  }

  pathOf(pack: number): string {
    return join(this.#folder, String(pack));
  }

  /** In bytes; 0 when it is gone. */
  sizeOf(pack: number): number {
    return statSync(this.pathOf(pack), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Resolves when the bytes are with the system, where the end of this process cannot reach them. */
  async add(bytes: Uint8Array): Promise<Place> {
    const filling = this.#withRoom(bytes.byteLength);
    const place = { pack: filling.pack, at: filling.end };
    filling.end += bytes.byteLength;
    filling.writes += 1;
    this.#writing.add(place);
    this.use(place);
    try {
      await writeAll(filling.fd, bytes, place.at);
    } catch (error) {
      this.release(place);
      throw error;
    } finally {
      this.#writing.delete(place);
      filling.writes -= 1;
      closeIfDone(filling);
    }
    return place;
  }

  read({ pack, at }: Place, size: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(size);
    const fd = openSync(this.pathOf(pack), 'r');
    try {
      for (let filled = 0; filled < size; ) {
        const count = readSync(fd, bytes, filled, size - filled, at + filled);
        if (count === 0) throw new Error('A pack ends before an attachment does');
        filled += count;
      }
    } finally {
      closeSync(fd);
    }
    return bytes;
  }

  use({ pack }: Place): void {
    this.#inUse.set(pack, (this.#inUse.get(pack) ?? 0) + 1);
  }

  release({ pack }: Place): void {
    const count = this.#inUse.get(pack);
    if (count === undefined) return;
    if (count > 1) {
      this.#inUse.set(pack, count - 1);
      return;
    }
    this.#inUse.delete(pack);
    if (pack !== this.#filling?.pack) rmSync(this.pathOf(pack), { force: true });
    else if (this.#filling.end >= WORTH_DROPPING_BYTES) this.close();
  }

  /** Removes every pack but those of these places, and those that are still being written. */
  sweep(known: readonly Place[]): void {
    this.#inUse.clear();
    for (const place of [...known, ...this.#writing]) this.use(place);
    this.close();
    for (const pack of this.#onDisk()) {
      if (!this.#inUse.has(pack)) rmSync(this.pathOf(pack), { force: true });
    }
  }

  /** Nothing more comes into the pack at hand. */
  close(): void {
    const filling = this.#filling;
    if (filling === undefined) return;
    this.#filling = undefined;
    filling.isDone = true;
    closeIfDone(filling);
    if (!this.#inUse.has(filling.pack)) rmSync(this.pathOf(filling.pack), { force: true });
  }

  #withRoom(size: number): Filling {
    if (this.#filling !== undefined && this.#filling.end + size <= PACK_BYTES) return this.#filling;
    this.close();
    this.#last += 1;
    const fd = openSync(this.pathOf(this.#last), 'wx');
    this.#filling = { pack: this.#last, fd, end: 0, writes: 0, isDone: false };
    return this.#filling;
  }

  #onDisk(): number[] {
    return readdirSync(this.#folder).map(Number).filter(Number.isInteger);
  }
}

function closeIfDone({ fd, writes, isDone }: Filling): void {
  if (isDone && writes === 0) closeSync(fd);
}

function writeAll(fd: number, bytes: Uint8Array, at: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (done: number) => {
      if (done === bytes.byteLength) return resolve();
      write(fd, bytes, done, bytes.byteLength - done, at + done, (error, written) => {
        if (error) reject(error);
        else step(done + written);
      });
    };
    step(0);
  });
}
