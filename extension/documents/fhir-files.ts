// Resources as files of the scheme `fhir:`. Saving sends the version that was read along, so that
// nobody's change is lost, and a refused save leaves the editor as it is.
import * as vscode from 'vscode';
import type { FhirClient, Versioned } from '#core/fhir/client.ts';
import type { FhirResource } from '#core/fhir/r4.ts';
import type { Saved } from '#core/fhir/saved.ts';
import type { ResourceType } from '#core/fhir/wire.ts';
import { isWorkbenchError, sentenceOf } from '../platform/failures.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import { fhirAddress, type Servers } from '../servers.ts';
import { forbidden, noEntries, unwatched } from './lone-files.ts';
import { conflict, parseTyped } from './parse-resource.ts';
import { parseResourceUri, type ResourceAddress } from './resource-uri.ts';
import { isSameContent } from './same-content.ts';

export interface FhirFilesDeps {
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  readonly guard: WriteGuard;
  /** Told once a save was refused; the editor keeps what was typed. */
  onRefused(uri: vscode.Uri, error: unknown): void;
  onSaved(uri: vscode.Uri): void;
  /** Told when a save went well but its result could not be read: the editor shows what was typed. */
  onUnread(error: unknown): void;
}

/** What a save builds on. */
interface Base {
  readonly etag: string | undefined;
  readonly updated: string | undefined;
  /** Saved, but its version could not be read: what the server has is known by its content only. */
  readonly unread?: FhirResource;
}

interface Entry extends Base {
  readonly content: string;
  readonly mtime: number;
  /** Read by `stat` just now: the `readFile` that follows need not ask again. */
  isFresh: boolean;
}

export class FhirFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #deps: FhirFilesDeps;
  readonly #entries = new Map<string, Entry>();
  /** What the server answered to a save that VS Code has not finished yet. */
  readonly #answers = new Map<string, Entry>();
  /** Saves refused for a conflict; the next comparison accepts the version of the server as the base. */
  readonly #conflicts = new Set<string>();
  readonly #accepted = new Map<string, Base>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #guardWatcher: vscode.Disposable;

  readonly onDidChangeFile = this.#changed.event;
  readonly watch = unwatched;
  readonly readDirectory = noEntries;
  readonly createDirectory = forbidden;
  readonly delete = forbidden;
  readonly rename = forbidden;

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
      if (isWorkbenchError(error) && error.code === 'FHIR_CONFLICT') {
        this.#conflicts.add(uri.toString());
      }
      this.#deps.onRefused(uri, error);
      throw new vscode.FileSystemError(sentenceOf(error));
    }
    this.#deps.onSaved(uri);
  }

  /** What the server has now; after a refused save, the version that the next save builds on. */
  async serverVersion(uri: vscode.Uri): Promise<string> {
    const current = await this.#fetch(uri);
    if (this.#conflicts.delete(uri.toString())) this.#accepted.set(uri.toString(), current);
    return current.content;
  }

  /**
   * Called once VS Code has finished a save: the editor then shows what the server made of it, such as
   * the new version number. While the save is under way, VS Code takes no notice of a change.
   */
  showAnswer(uri: vscode.Uri): void {
    const answer = this.#answers.get(uri.toString());
    if (!answer) return;
    this.#answers.delete(uri.toString());
    this.#entries.set(uri.toString(), answer);
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** Called once an editor is closed: the next one starts from what the server has then. */
  forget(uri: vscode.Uri): void {
    const key = uri.toString();
    this.#entries.delete(key);
    this.#answers.delete(key);
    this.#conflicts.delete(key);
    this.#accepted.delete(key);
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
    const key = uri.toString();
    const known = this.#entries.get(key);
    const base = this.#accepted.get(key) ?? baseOf(resource, known);
    const hasTag = server !== 'openemr' && base.etag !== undefined;
    const { etag } = hasTag ? base : await this.#unchanged(uri, base);
    const saved = await client.update(resource, etag === undefined ? {} : { etag });
    this.#accepted.delete(key);
    const mtime = Math.max(Date.now(), (known?.mtime ?? 0) + 1);
    const current = await this.#savedVersion(uri, saved);
    if (current) {
      this.#entries.set(key, { ...current, content: text, mtime });
      this.#answers.set(key, { ...current, mtime: mtime + 1 });
    } else {
      // The text names the version before: the next save must build on the one just made.
      const base = { etag: saved.etag, updated: undefined };
      this.#accepted.set(key, { ...base, unread: resource });
      this.#entries.set(key, { ...base, content: text, mtime, isFresh: true });
    }
  }

  /** Undefined when it cannot be read: it is saved all the same. */
  async #savedVersion(
    uri: vscode.Uri,
    { resource, etag }: Saved<FhirResource>,
  ): Promise<Entry | undefined> {
    if (resource) return entryOf({ resource, ...(etag && { etag }) }, true);
    try {
      return { ...(await this.#fetch(uri)), isFresh: true };
    } catch (error) {
      this.#deps.onUnread(error);
      return undefined;
    }
  }

  /**
   * OpenEMR 7.0.3 gives every version the number 1: only its time tells that somebody changed it.
   *
   * @returns the base, with the version of the server once its content has shown to be what was saved
   * @throws WorkbenchError `FHIR_CONFLICT`
   */
  async #unchanged(uri: vscode.Uri, base: Base): Promise<Base> {
    const { address } = this.#find(uri);
    const { resource, etag } = await this.#ask(uri);
    const current = baseOf(resource, { etag, updated: undefined });
    if (base.unread === undefined) {
      if (current.updated !== base.updated) throw conflict(address);
      return base;
    }
    if (!isSameContent(resource, base.unread, address.server)) throw conflict(address);
    this.#accepted.set(uri.toString(), current);
    return current;
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
    return entryOf(await this.#ask(uri), false);
  }

  async #ask(uri: vscode.Uri): Promise<Versioned<FhirResource>> {
    const { address, profile, server } = this.#find(uri);
    const client: FhirClient = await this.#deps.servers.fhir(profile, server);
    return client.read(address.type as ResourceType, address.id);
  }

  #find(uri: vscode.Uri) {
    const address: ResourceAddress | undefined = parseResourceUri(uri);
    const profile = address && this.#deps.profiles.find(address.profile);
    if (!address || !profile) throw vscode.FileSystemError.FileNotFound(uri);
    return { address, profile, server: address.server };
  }
}

/**
 * The version that the text itself names: what VS Code has read since may never have reached the editor,
 * because it does not replace unsaved text.
 */
function baseOf({ meta }: FhirResource, known: Base | undefined): Base {
  const { versionId, lastUpdated } = meta ?? {};
  return {
    etag: versionId === undefined ? known?.etag : `W/"${versionId}"`,
    updated: lastUpdated ?? known?.updated,
  };
}

function entryOf({ resource, etag }: Versioned<FhirResource>, isFresh: boolean): Entry {
  const updated = Date.parse(resource.meta?.lastUpdated ?? '');
  return {
    content: `${JSON.stringify(resource, null, 2)}\n`,
    etag,
    updated: resource.meta?.lastUpdated,
    mtime: Number.isNaN(updated) ? Date.now() : updated,
    isFresh,
  };
}
