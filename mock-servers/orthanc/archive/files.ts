// The storage area: one file an attachment, named by its UUID, in 16 folders. A file counts only once the
// index names it, so a half-written one is never seen; what the index does not name is swept at the start.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepFiles, linkOrCopy } from './snapshot.ts';

const SMALL_FILE = 1024 * 1024;

export class FileStore {
  readonly directory: string;
  readonly #isTemporary: boolean;
  readonly #folders = new Set<string>();
  readonly #used = new Set<string>();
  readonly #removals = new Set<Promise<void>>();
  #snapshots = 0;
  readonly #removeAtExit: () => void;

  constructor(directory: string | undefined) {
    this.#isTemporary = directory === undefined;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'orthanc-mock-'));
    mkdirSync(join(this.directory, 'incoming'), { recursive: true });
    this.#removeAtExit = () => rmSync(this.directory, { recursive: true, force: true });
    if (this.#isTemporary) process.once('exit', this.#removeAtExit);
  }

  pathOf(uuid: string): string {
    return join(this.directory, uuid.slice(0, 1), uuid);
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

  async write(uuid: string, bytes: Uint8Array): Promise<void> {
    this.#makeFolder(uuid);
    // A small file is in the page cache sooner than a thread could take it over.
    if (bytes.byteLength <= SMALL_FILE) writeFileSync(this.pathOf(uuid), bytes, { flag: 'wx' });
    else await writeFile(this.pathOf(uuid), bytes, { flag: 'wx' });
  }

  async adopt(uuid: string, incoming: string): Promise<void> {
    this.#makeFolder(uuid);
    await rename(incoming, this.pathOf(uuid));
  }

  /** The whole file at once: the index has just said that it is there. */
  read(uuid: string): Buffer {
    return readFileSync(this.pathOf(uuid));
  }

  /** Removes a file without waiting; what stays behind after a crash is swept at the next start. */
  removeLater(uuid: string): void {
    const removal = this.remove(uuid).catch(() => undefined);
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
  }

  async remove(uuid: string): Promise<void> {
    await unlink(this.pathOf(uuid)).catch((error: NodeJS.ErrnoException) => {
      // Gone already: two deletions met.
      if (error.code !== 'ENOENT') throw error;
    });
  }

  /** Removes what a crash left behind: files that no attachment names. */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    await Promise.all(this.#removals);
    this.#used.clear();
    for (const uuid of known) this.#used.add(uuid);
    for (const folder of readdirSync(this.directory, { withFileTypes: true })) {
      if (!folder.isDirectory() || !/^([0-9a-f]|incoming)$/.test(folder.name)) continue;
      const path = join(this.directory, folder.name);
      const lost = readdirSync(path).filter((name) => !known.has(name));
      await Promise.all(lost.map((name) => rm(join(path, name), { force: true })));
    }
  }

  /** Keeps these files beside the storage area, whatever becomes of them; gives the folder. */
  keep(uuids: readonly string[]): string {
    this.#snapshots += 1;
    const folder = join(this.#snapshotsFolder(), String(this.#snapshots));
    return keepFiles(uuids, (uuid) => this.pathOf(uuid), folder);
  }

  /** Brings back kept files; the others go. */
  async bringBack(uuids: readonly string[], folder: string): Promise<void> {
    await this.sweep(new Set(uuids));
    for (const uuid of uuids) {
      this.#makeFolder(uuid);
      linkOrCopy(join(folder, uuid), this.pathOf(uuid));
    }
  }

  /** Snapshots live as long as the process. */
  forgetSnapshots(): Promise<void> {
    return rm(this.#snapshotsFolder(), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.all(this.#removals);
    await this.forgetSnapshots();
    if (!this.#isTemporary) return;
    process.removeListener('exit', this.#removeAtExit);
    await rm(this.directory, { recursive: true, force: true });
  }

  #snapshotsFolder(): string {
    return join(this.directory, 'snapshots');
  }

  #makeFolder(uuid: string): void {
    const folder = uuid.slice(0, 1);
    if (this.#folders.has(folder)) return;
    mkdirSync(join(this.directory, folder), { recursive: true });
    this.#folders.add(folder);
  }
}
