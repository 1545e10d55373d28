// Pictures that Orthanc draws, as read-only files: VS Code's own image viewer shows them.
import * as vscode from 'vscode';
import { sentenceOf } from '../platform/failures.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { Servers } from '../servers.ts';
import { forbidden, noEntries, unwatched } from './lone-files.ts';
import { parsePreviewUri } from './preview-uri.ts';

export interface PreviewFilesDeps {
  readonly profiles: Pick<ProfileStore, 'find'>;
  readonly servers: Pick<Servers, 'orthanc'>;
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly fetchedAtMs: number;
}

/** The viewer asks for size and bytes in turn, and again when its tab is shown again. */
const KEPT_PICTURES = 16;

export class PreviewFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #deps: PreviewFilesDeps;
  /** The one used last comes last. */
  readonly #pictures = new Map<string, Promise<Picture>>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();

  readonly onDidChangeFile = this.#changed.event;
  readonly watch = unwatched;
  readonly readDirectory = noEntries;
  readonly createDirectory = forbidden;
  readonly writeFile = forbidden;
  readonly delete = forbidden;
  readonly rename = forbidden;

  constructor(deps: PreviewFilesDeps) {
    this.#deps = deps;
  }

  /**
   * Fetches the picture, so that a failure is told in words before an empty viewer opens.
   *
   * @throws WorkbenchError `ORTHANC_REJECTED` when there is no such picture
   */
  async prepare(uri: vscode.Uri): Promise<void> {
    await this.#picture(uri);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes, fetchedAtMs } = await this.#read(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: fetchedAtMs,
      size: bytes.byteLength,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#read(uri)).bytes;
  }

  dispose(): void {
    this.#pictures.clear();
    this.#changed.dispose();
  }

  async #read(uri: vscode.Uri): Promise<Picture> {
    try {
      return await this.#picture(uri);
    } catch (error) {
      throw new vscode.FileSystemError(sentenceOf(error));
    }
  }

  #picture(uri: vscode.Uri): Promise<Picture> {
    const key = uri.toString();
    const picture = this.#pictures.get(key) ?? this.#fetch(uri);
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > KEPT_PICTURES && oldest !== undefined) this.#pictures.delete(oldest);
    // What failed is asked for again the next time
    picture.catch(() => this.#pictures.delete(key));
    return picture;
  }

  async #fetch(uri: vscode.Uri): Promise<Picture> {
    const address = parsePreviewUri(uri);
    const profile = address && this.#deps.profiles.find(address.profile);
    if (!address || !profile) throw vscode.FileSystemError.FileNotFound(uri);
    const client = await this.#deps.servers.orthanc(profile);
    const bytes = await client.preview(address.instance, { frame: address.frame });
    return { bytes, fetchedAtMs: Date.now() };
  }
}
