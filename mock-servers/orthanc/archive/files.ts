// The storage area: a large attachment is a file of its own, named by its UUID, in 16 folders; small ones share
// packs. Bytes count only once the index names them, so half-written ones are never seen; what the index does
// not name is swept at the start.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Located } from './model.ts';
import { Packs, type Place } from './packs.ts';
import { keepFiles, linkOrCopy } from './snapshot.ts';

const LARGEST_PACKED = 1024 * 1024;

export class FileStore {
  readonly directory: string;
  readonly #isTemporary: boolean;
  readonly #folders = new Set<string>();
  readonly #used = new Set<string>();
  readonly #packed = new Map<string, Place & { readonly size: number }>();
  readonly #packs: Packs;
  readonly #removals = new Set<Promise<void>>();
  #snapshots = 0;
  readonly #removeAtExit: () => void;

  constructor(directory: string | undefined) {
    this.#isTemporary = directory === undefined;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'orthanc-mock-'));
    for (const name of ['incoming', 'packs'])
      mkdirSync(join(this.directory, name), { recursive: true });
    this.#packs = new Packs(join(this.directory, 'packs'));
    this.#removeAtExit = () => {
      // Windows removes no folder with an open file in it.
      this.#packs.close();
      rmSync(this.directory, { recursive: true, force: true });
    };
    if (this.#isTemporary) process.once('exit', this.#removeAtExit);
  }

  /** Where the bytes of a file begin. */
  locate(uuid: string): { readonly path: string; readonly offset: number } {
    const place = this.#packed.get(uuid);
    if (place) return { path: this.#packs.pathOf(place.pack), offset: place.at };
    return { path: this.#ownPath(uuid), offset: 0 };
  }

  /** Where an upload may wait while it arrives. */
  incomingPath(uuid: string): string {
    return join(this.directory, 'incoming', uuid);
  }

  /** A UUID that no file has: seeded random numbers begin anew with every start. */
  freshUuid(newUuid: () => string): string {
    let uuid = newUuid();
    while (this.#used.has(uuid)) uuid = newUuid();
    this.#used.add(uuid);
    return uuid;
  }

  /** Gives what the index must know besides the UUID. */
  async write(uuid: string, bytes: Uint8Array): Promise<Located> {
    const size = bytes.byteLength;
    if (size > LARGEST_PACKED) {
      await writeFile(this.#withFolder(uuid), bytes, { flag: 'wx' });
      return { uuid, size };
    }
    const place = await this.#packs.add(bytes);
    this.#packed.set(uuid, { ...place, size });
    return { uuid, size, place };
  }

  async adopt(uuid: string, incoming: string, size: number): Promise<Located> {
    await rename(incoming, this.#withFolder(uuid));
    return { uuid, size };
  }

  /** The whole file at once: the index has just said that it is there. */
  read(uuid: string): Buffer {
    const place = this.#packed.get(uuid);
    return place ? this.#packs.read(place, place.size) : readFileSync(this.#ownPath(uuid));
  }

  /** Removes a file without waiting; what stays behind after a crash is swept at the next start. */
  removeLater(uuid: string): void {
    const removal = this.remove(uuid).catch(() => undefined);
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
  }

  async remove(uuid: string): Promise<void> {
    const place = this.#packed.get(uuid);
    if (place) {
      this.#packed.delete(uuid);
      this.#packs.release(place);
      return;
    }
    await unlink(this.#ownPath(uuid)).catch((error: NodeJS.ErrnoException) => {
      // Gone already: two deletions met.
      if (error.code !== 'ENOENT') throw error;
    });
  }

  /** At the start: removes what a crash left behind, everything but these files. */
  async recover(known: readonly Located[]): Promise<void> {
    await this.forgetSnapshots();
    await removeAll(join(this.directory, 'incoming'));
    await this.sweep(known);
  }

  /** Removes every stored file but these; what still arrives stays. No write may be under way. */
  async sweep(known: readonly Located[]): Promise<void> {
    this.#remember(known);
    await Promise.all(this.#removals);
    const uuids = new Set(known.map(({ uuid }) => uuid));
    for (const folder of readdirSync(this.directory, { withFileTypes: true })) {
      if (!folder.isDirectory() || !/^[0-9a-f]$/.test(folder.name)) continue;
      await removeAll(join(this.directory, folder.name), uuids);
    }
  }

  /** Copies the small files out of each pack that is more waste than files; gives the places of the copies. */
  async copyFromWaste(): Promise<ReadonlyMap<string, Place>> {
    const copies = new Map<string, Place>();
    for (const [pack, files] of Map.groupBy(this.#packed, ([, { pack }]) => pack)) {
      const inUse = files.reduce((sum, [, { size }]) => sum + size, 0);
      const onDisk = this.#packs.sizeOf(pack);
      // A pack that ends too early is damaged: it stays for whoever can mend it.
      const isWhole = files.every(([, { at, size }]) => at + size <= onDisk);
      if (!isWhole || inUse * 2 >= onDisk) continue;
      for (const [uuid, place] of files) {
        copies.set(uuid, await this.#packs.add(this.#packs.read(place, place.size)));
      }
    }
    return copies;
  }

  /** Once the index names the copies. */
  useCopies(places: ReadonlyMap<string, Place>): void {
    for (const [uuid, place] of places) {
      const old = this.#packed.get(uuid);
      if (!old) continue;
      this.#packed.set(uuid, { ...place, size: old.size });
      this.#packs.release(old);
    }
  }

  /** Keeps these files beside the storage area, whatever becomes of them; gives the folder. */
  keep(files: readonly Located[]): string {
    this.#snapshots += 1;
    const folder = join(this.#snapshotsFolder(), String(this.#snapshots));
    return keepFiles(this.#pathsOf(files), folder);
  }

  /**
   * Brings back kept files. `commit` makes the index name them, at once, so that none is deleted in between;
   * only then the others go. Whatever the index names is there at every moment.
   */
  async bringBack(files: readonly Located[], folder: string, commit: () => void): Promise<void> {
    while (this.#removals.size > 0) await Promise.all(this.#removals);
    for (const file of files) if (!file.place) this.#withFolder(file.uuid);
    for (const [name, path] of this.#pathsOf(files)) linkOrCopy(join(folder, name), path);
    commit();
    await this.sweep(files);
  }

  /** Snapshots live as long as the process. */
  forgetSnapshots(): Promise<void> {
    return rm(this.#snapshotsFolder(), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.all(this.#removals);
    this.#packs.close();
    await this.forgetSnapshots();
    if (!this.#isTemporary) return;
    process.removeListener('exit', this.#removeAtExit);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Their names are taken: a reset makes the seeded UUIDs come again. */
  #snapshotFiles(): string[] {
    const folder = this.#snapshotsFolder();
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((name) => readdirSync(join(folder, name)));
  }

  #snapshotsFolder(): string {
    return join(this.directory, 'snapshots');
  }

  #remember(known: readonly Located[]): void {
    this.#used.clear();
    for (const name of this.#snapshotFiles()) this.#used.add(name);
    this.#packed.clear();
    for (const { uuid, size, place } of known) {
      this.#used.add(uuid);
      if (place) this.#packed.set(uuid, { ...place, size });
    }
    this.#packs.sweep([...this.#packed.values()]);
  }

  /** By the name that a snapshot gives them: packs hold many files. */
  #pathsOf(files: readonly Located[]): ReadonlyMap<string, string> {
    return new Map(
      files.map(({ uuid, place }) =>
        place
          ? [`pack-${place.pack}`, this.#packs.pathOf(place.pack)]
          : [uuid, this.#ownPath(uuid)],
      ),
    );
  }

  #ownPath(uuid: string): string {
    return join(this.directory, uuid.slice(0, 1), uuid);
  }

  #withFolder(uuid: string): string {
    const folder = uuid.slice(0, 1);
    if (!this.#folders.has(folder)) mkdirSync(join(this.directory, folder), { recursive: true });
    this.#folders.add(folder);
    return this.#ownPath(uuid);
  }
}

async function removeAll(folder: string, except: ReadonlySet<string> = new Set()): Promise<void> {
  const names = readdirSync(folder).filter((name) => !except.has(name));
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}
