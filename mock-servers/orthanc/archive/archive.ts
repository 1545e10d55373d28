// The state of one mock Orthanc: resources in memory, written through to the index, files beside it.
// All changes of the index are synchronous, so two uploads of one instance cannot both be the first.
import type { Clock } from '#core/clock.ts';
import { Database } from './database.ts';
import { FileStore } from './files.ts';
import { Lock } from './lock.ts';
import type { MainTags } from './main-tags.ts';
import {
  type Attachment,
  DICOM_ATTACHMENT,
  levels,
  type MetadataEntry,
  metadataNumbers,
  type Resource,
  withAllBelow,
} from './model.ts';
import { type InstanceSummary, newResource, type Origin } from './new-resource.ts';
import { recover } from './recover.ts';
import { ResourceIndex } from './resource-index.ts';
import type { ArchiveImage } from './snapshot.ts';
import { orthancTime } from './time.ts';
import { Unstable } from './unstable.ts';

/** The bytes of an upload: in memory, or already in the archive's folder for arriving files. */
export type Arriving =
  | { readonly kind: 'memory'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string; readonly size: number };

export interface Stored {
  readonly status: 'Success' | 'AlreadyStored';
  readonly instance: Resource;
}

export interface ArchiveOptions {
  readonly directory: string | undefined;
  readonly clock: Clock;
  newUuid(): string;
  readonly mainTags: MainTags;
  readonly stableAgeMs: number;
  readonly hasSignature: boolean;
}

export class Archive {
  readonly files: FileStore;
  readonly database: Database;
  readonly mainTags: MainTags;
  readonly #options: ArchiveOptions;
  readonly resources = new ResourceIndex();
  readonly #unstable: Unstable;
  #nextRow = 1;
  /** Shared from the first byte of a file until the index names it: nothing is swept in between. */
  readonly #lock = new Lock();

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.mainTags = options.mainTags;
    this.#unstable = new Unstable(options.clock, options.stableAgeMs);
    this.files = new FileStore(options.directory);
    this.database = new Database(
      options.directory === undefined ? ':memory:' : `${options.directory}/index.db`,
    );
    for (const resource of this.database.load()) this.#remember(resource);
  }

  /** At the start: removes files that a crash left without an entry, and waste. */
  recover(): Promise<void> {
    return this.#lock.alone(() => recover(this));
  }

  image(): ArchiveImage {
    this.settle();
    const files = this.#attachments();
    const unstable = this.#unstable.image();
    return { index: this.database.image(), files, folder: this.files.keep(files), unstable };
  }

  restore({ index, files, folder, unstable }: ArchiveImage): Promise<void> {
    const commit = () => {
      this.database.restore(index);
      this.#forgetAll();
      for (const resource of this.database.load()) this.#remember(resource);
      this.#unstable.restore(unstable, (id) => this.resources.findAny(id));
    };
    return this.#lock.alone(() => this.files.bringBack(files, folder, commit));
  }

  /** Keeps the file and indexes it; `overwrite` replaces an instance that is there. */
  async store(
    arriving: Arriving,
    summary: InstanceSummary,
    origin: Origin,
    overwrite: boolean,
  ): Promise<Stored> {
    const present = this.resources.find('Instance', summary.ids.Instance);
    if (present && !overwrite) return { status: 'AlreadyStored', instance: present };
    return this.#lock.share(async () => {
      const uuid = this.files.freshUuid(this.#options.newUuid);
      const file =
        arriving.kind === 'memory'
          ? await this.files.write(uuid, arriving.bytes)
          : await this.files.adopt(uuid, arriving.path, arriving.size);
      return this.#index(file, summary, origin, overwrite);
    });
  }

  /**
   * Deletes a resource with all below it and the parents that stay empty; the nearest parent left is returned.
   * Does nothing when the resource itself is gone, also when another came in its place.
   */
  delete(resource: Resource): Resource | undefined {
    if (!this.#has(resource)) return undefined;
    const gone = withAllBelow(resource);
    const remaining = this.database.transaction(() => {
      let parent = resource.parent;
      parent?.children.delete(resource);
      while (parent && parent.children.size === 0) {
        gone.push(parent);
        parent.parent?.children.delete(parent);
        parent = parent.parent;
      }
      for (const each of gone) this.database.remove(each);
      return parent;
    });
    for (const each of gone) this.#forget(each);
    return remaining;
  }

  addChange(type: string, resource: Resource): void {
    this.database.addChange(
      type,
      resource.level,
      resource.id,
      orthancTime(this.#options.clock.now()),
    );
  }

  setMetadata(resource: Resource, number: number, value: string): MetadataEntry {
    const entry = { value };
    resource.metadata.set(number, entry);
    this.database.update(resource);
    return entry;
  }

  /** Does nothing when the resource went while its new content was made. */
  save(resource: Resource): void {
    if (this.#has(resource)) this.database.update(resource);
  }

  /** False when the resource is gone. */
  attach(resource: Resource, type: number, bytes: Uint8Array): Promise<boolean> {
    return this.#lock.share(async () => {
      const uuid = this.files.freshUuid(this.#options.newUuid);
      const attachment: Attachment = await this.files.write(uuid, bytes);
      const isThere = this.#has(resource);
      const unused = isThere ? resource.attachments.get(type) : attachment;
      if (isThere) resource.attachments.set(type, attachment);
      this.save(resource);
      if (unused) await this.files.remove(unused.uuid);
      return isThere;
    });
  }

  /** Says that an attachment is kept compressed, or no longer; false when another is there by now. */
  repack(
    resource: Resource,
    type: number,
    { uuid }: Attachment,
    compressed: Attachment['compressed'],
  ): boolean {
    const current = resource.attachments.get(type);
    if (current?.uuid !== uuid || !this.#has(resource)) return false;
    const { compressed: _before, ...plain } = current;
    resource.attachments.set(type, { ...plain, ...(compressed && { compressed }) });
    this.save(resource);
    return true;
  }

  detach(resource: Resource, type: number): Promise<void> {
    return this.#lock.share(async () => {
      const old = this.#has(resource) ? resource.attachments.get(type) : undefined;
      resource.attachments.delete(type);
      this.save(resource);
      if (old) await this.files.remove(old.uuid);
    });
  }

  /** True once no instance has come for StableAge; the change is logged at the first look. */
  isStable(resource: Resource): boolean {
    this.settle();
    return !this.#unstable.has(resource);
  }

  /** Logs what became stable since the last look, by the archive's clock. */
  settle(): void {
    for (const resource of this.#unstable.takeStable())
      this.addChange(`Stable${resource.level}`, resource);
  }

  clear(): Promise<void> {
    return this.#lock.alone(async () => {
      this.database.transaction(() => this.database.clear());
      this.#forgetAll();
      await this.files.sweep([]);
    });
  }

  async close(): Promise<void> {
    this.database.close();
    await this.files.close();
  }

  #index(
    file: Attachment,
    summary: InstanceSummary,
    origin: Origin,
    overwrite: boolean,
  ): Promise<Stored> | Stored {
    const present = this.resources.find('Instance', summary.ids.Instance);
    if (present && !overwrite) {
      // Another upload of the same instance was faster.
      return this.files
        .remove(file.uuid)
        .then(() => ({ status: 'AlreadyStored', instance: present }));
    }
    if (present) this.delete(present);
    const instance = this.database.transaction(() => this.#insertAll(file, summary, origin));
    return { status: 'Success', instance };
  }

  #insertAll(file: Attachment, summary: InstanceSummary, origin: Origin): Resource {
    const now = orthancTime(this.#options.clock.now());
    const signed = this.#options.hasSignature ? this.mainTags : undefined;
    const arrival = { summary, origin, now, signed };
    const created: Resource[] = [];
    let parent: Resource | undefined;
    for (const level of levels) {
      const known = this.resources.find(level, summary.ids[level]);
      if (!known) created.push(newResource({ ...arrival, level, parent, row: this.#nextRow++ }));
      else if (level !== 'Instance') this.#touch(known, now);
      parent = known ?? created.at(-1);
    }
    const instance = created.at(-1);
    if (!instance) throw new TypeError('The instance was there already');
    instance.attachments.set(DICOM_ATTACHMENT, file);
    for (const resource of created) this.database.insert(resource);
    // Orthanc logs the instance before the series, study and patient that it made.
    for (const resource of [...created].reverse()) {
      this.database.addChange(`New${resource.level}`, resource.level, resource.id, now);
      this.#remember(resource);
      resource.parent?.children.add(resource);
    }
    this.#unstable.add(instance.parent);
    return instance;
  }

  #touch(resource: Resource, now: string): void {
    const old = resource.metadata.get(metadataNumbers.LastUpdate);
    if (old?.value === now) return;
    resource.metadata.set(metadataNumbers.LastUpdate, { value: now });
    this.database.update(resource);
  }

  #attachments(): Attachment[] {
    const all = levels.flatMap((level) => [...this.resources.all(level)]);
    return all.flatMap(({ attachments }) => [...attachments.values()]);
  }

  #forgetAll(): void {
    this.resources.clear();
    this.#unstable.clear();
    this.#nextRow = 1;
  }

  #remember(resource: Resource): void {
    this.resources.add(resource);
    this.#nextRow = Math.max(this.#nextRow, resource.row + 1);
  }

  #has(resource: Resource): boolean {
    return this.resources.find(resource.level, resource.id) === resource;
  }

  #forget(resource: Resource): void {
    this.resources.remove(resource);
    this.#unstable.forget(resource);
    for (const attachment of resource.attachments.values()) {
      this.files.removeLater(attachment.uuid);
    }
  }
}
