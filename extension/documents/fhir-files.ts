// Resources as files of the scheme `fhir:`. Saving sends the version that was read along, so that
// nobody's change is lost, and a refused save leaves the editor as it is.
import * as vscode from 'vscode';
import type { FhirClient, Versioned } from '#core/fhir/client.ts';
import type { FhirResource } from '#core/fhir/r4.ts';
import type { ResourceType } from '#core/fhir/wire.ts';
import { isWorkbenchError, sentenceOf } from '../platform/failures.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import { fhirAddress, type Servers } from '../servers.ts';
import { conflict, parseTyped } from './parse-resource.ts';
import { parseResourceUri, type ResourceAddress } from './resource-uri.ts';

export interface FhirFilesDeps {
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  readonly guard: WriteGuard;
  /** Told once a save was refused; the editor keeps what was typed. */
  onRefused(uri: vscode.Uri, error: unknown): void;
  onSaved(uri: vscode.Uri): void;
}

interface Entry {
  readonly content: string;
  readonly etag: string | undefined;
  readonly mtime: number;
  /** Read by `stat` just now: the `readFile` that follows need not ask again. */
  isFresh: boolean;
  /** The server has refused this version; the next comparison takes over its own. */
  isOutdated: boolean;
}

export class FhirFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #deps: FhirFilesDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #guardWatcher: vscode.Disposable;

  readonly onDidChangeFile = this.#changed.event;

  constructor(deps: FhirFilesDeps) {
    this.#deps = deps;
    // Open editors become editable, or read-only again.
    this.#guardWatcher = deps.guard.onDidChange(() =>
      this.#changed.fire(
        [...this.#entries.keys()].map((key) => ({
          type: vscode.FileChangeType.Changed,
          uri: vscode.Uri.parse(key),
        })),
      ),
    );
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { mtime, content } = this.#entries.get(uri.toString()) ?? (await this.#read(uri, true));
    const { profile, server } = this.#find(uri);
    const isWritable = await this.#deps.guard.canWrite(fhirAddress(profile, server));
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime,
      size: Buffer.byteLength(content),
      ...(!isWritable && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const known = this.#entries.get(uri.toString());
    const entry = known?.isFresh ? known : await this.#read(uri, false);
    entry.isFresh = false;
    return Buffer.from(entry.content);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    try {
      await this.#save(uri, Buffer.from(content).toString('utf8'));
    } catch (error) {
      const entry = this.#entries.get(uri.toString());
      if (entry && isWorkbenchError(error) && error.code === 'FHIR_CONFLICT')
        entry.isOutdated = true;
      this.#deps.onRefused(uri, error);
      throw new vscode.FileSystemError(sentenceOf(error));
    }
    this.#deps.onSaved(uri);
  }

  /** What the server has now; after a refused save, the version that the next save builds on. */
  async serverVersion(uri: vscode.Uri): Promise<string> {
    const current = await this.#fetch(uri);
    const known = this.#entries.get(uri.toString());
    if (known?.isOutdated) this.#entries.set(uri.toString(), current);
    return current.content;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#guardWatcher.dispose();
    this.#changed.dispose();
  }

  async #save(uri: vscode.Uri, text: string): Promise<void> {
    const { address, profile, server } = this.#find(uri);
    const resource = parseTyped(text, address);
    await this.#deps.guard.assertWritable(fhirAddress(profile, server));
    const client = await this.#deps.servers.fhir(profile, server);
    const known = this.#entries.get(uri.toString());
    if (known && known.etag === undefined) await this.#assertUnchanged(uri, known);
    const saved = await client.update(
      resource,
      known?.etag === undefined ? {} : { etag: known.etag },
    );
    const current = saved.resource
      ? entryOf({ resource: saved.resource, ...(saved.etag && { etag: saved.etag }) }, true)
      : await this.#fetch(uri);
    this.#entries.set(uri.toString(), current);
    // The editor then shows what the server made of it, such as the new version number.
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** OpenEMR 7.0.3 knows no versions: the only way to notice somebody else's change is to look. */
  async #assertUnchanged(uri: vscode.Uri, known: Entry): Promise<void> {
    const current = await this.#fetch(uri);
    if (current.content === known.content) return;
    throw conflict(this.#find(uri).address);
  }

  async #read(uri: vscode.Uri, isFresh: boolean): Promise<Entry> {
    try {
      const entry = await this.#fetch(uri);
      entry.isFresh = isFresh;
      this.#entries.set(uri.toString(), entry);
      return entry;
    } catch (error) {
      if (isWorkbenchError(error) && error.code === 'FHIR_NOT_FOUND') {
        throw vscode.FileSystemError.FileNotFound(uri);
      }
      throw new vscode.FileSystemError(sentenceOf(error));
    }
  }

  async #fetch(uri: vscode.Uri): Promise<Entry> {
    const { address, profile, server } = this.#find(uri);
    const client: FhirClient = await this.#deps.servers.fhir(profile, server);
    return entryOf(await client.read(address.type as ResourceType, address.id), false);
  }

  #find(uri: vscode.Uri) {
    const address: ResourceAddress | undefined = parseResourceUri(uri);
    const profile = address && this.#deps.profiles.find(address.profile);
    if (!address || !profile) throw vscode.FileSystemError.FileNotFound(uri);
    return { address, profile, server: address.server };
  }
}

function entryOf({ resource, etag }: Versioned<FhirResource>, isFresh: boolean): Entry {
  const updated = Date.parse(resource.meta?.lastUpdated ?? '');
  return {
    content: `${JSON.stringify(resource, null, 2)}\n`,
    etag,
    mtime: Number.isNaN(updated) ? Date.now() : updated,
    isFresh,
    isOutdated: false,
  };
}
