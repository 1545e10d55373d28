// Objects on their way in: small ones into lent memory, large ones through it into the archive's folder for
// arriving files.
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Arriving } from '../archive/archive.ts';
import type { BodyMemory } from '../rest/body-memory.ts';

/** Objects up to this size stay in memory. */
const MEMORY_LIMIT = 4 * 1024 * 1024;
const FIRST_BYTES = 1024 * 1024;

interface Place {
  readonly bodies: BodyMemory;
  /** For a file of its own. */
  newPath(): string;
}

/** Lends the object to `use`: afterwards its memory or its file is gone, unless the archive has adopted the file. */
export async function withObject<Result>(
  body: AsyncIterable<Uint8Array>,
  place: Place,
  use: (arriving: Arriving) => Promise<Result>,
): Promise<Result> {
  const incoming = new Incoming(place);
  try {
    for await (const piece of body) {
      if (!incoming.take(piece)) await incoming.spill(piece);
    }
    return await use(await incoming.finish());
  } finally {
    await incoming.close();
  }
}

class Incoming {
  readonly #place: Place;
  #memory: Buffer;
  #filled = 0;
  #file: { readonly path: string; readonly handle: FileHandle } | undefined;
  #written = 0;

  constructor(place: Place) {
    this.#place = place;
    this.#memory = place.bodies.take(FIRST_BYTES);
  }

  /** False when there is no room in memory. */
  take(piece: Uint8Array): boolean {
    const needed = this.#filled + piece.byteLength;
    if (needed > MEMORY_LIMIT) return false;
    if (needed > this.#memory.byteLength) this.#grow(needed);
    this.#memory.set(piece, this.#filled);
    this.#filled = needed;
    return true;
  }

  /** Moves what is in memory and this piece to the disk. */
  async spill(piece: Uint8Array): Promise<void> {
    this.#file ??= await newFile(this.#place.newPath());
    for (const bytes of [this.#memory.subarray(0, this.#filled), piece]) {
      await this.#file.handle.writeFile(bytes);
      this.#written += bytes.byteLength;
    }
    this.#filled = 0;
  }

  async finish(): Promise<Arriving> {
    if (this.#file === undefined) {
      return { kind: 'memory', bytes: this.#memory.subarray(0, this.#filled) };
    }
    await this.spill(new Uint8Array());
    // Windows renames no open file.
    await this.#file.handle.close();
    return { kind: 'file', path: this.#file.path, size: this.#written };
  }

  async close(): Promise<void> {
    this.#place.bodies.giveBack(this.#memory);
    if (this.#file === undefined) return;
    await this.#file.handle.close();
    await rm(this.#file.path, { force: true });
  }

  #grow(needed: number): void {
    const larger = this.#place.bodies.take(Math.max(needed, this.#memory.byteLength * 2));
    this.#memory.copy(larger, 0, 0, this.#filled);
    this.#place.bodies.giveBack(this.#memory);
    this.#memory = larger;
  }
}

async function newFile(path: string) {
  return { path, handle: await open(path, 'wx') };
}
