// As much of the module `vscode` as the extension's own logic needs outside of an editor.
// Import this first; then import the module under test with `await import`. What a person or the editor
// would do, a test puts in by `Object.assign(window, { … })`.
import { registerHooks } from 'node:module';
import { fill } from '#core/text.ts';

const url = import.meta.url;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode'
      ? { url, format: 'module', shortCircuit: true }
      : next(specifier, context),
});

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class Disposable {
  readonly #end: () => unknown;
  constructor(end: () => unknown) {
    this.#end = end;
  }
  dispose(): void {
    this.#end();
  }
}

interface UriParts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

export class Uri implements UriParts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  private constructor({ scheme, authority, path, query }: UriParts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
  }
  static from({ authority = '', path = '', query = '', scheme = '' }: Partial<UriParts>): Uri {
    return new Uri({ scheme, authority, path, query });
  }
  static file(path: string): Uri {
    return Uri.from({ scheme: 'file', path });
  }
  static parse(value: string): Uri {
    const { protocol, host, pathname, search } = new URL(value);
    const path = decodeURIComponent(pathname);
    return Uri.from({
      scheme: protocol.slice(0, -1),
      authority: host,
      path,
      query: search.slice(1),
    });
  }
  get fsPath(): string {
    return this.path;
  }
  with(changes: Partial<UriParts>): Uri {
    const { scheme, authority, path, query } = this;
    return Uri.from({ scheme, authority, path, query, ...changes });
  }
  toString(): string {
    const query = this.query === '' ? '' : `?${this.query}`;
    const path = this.path.split('/').map(encodeURIComponent).join('/');
    return `${this.scheme}:${this.authority === '' ? '' : `//${this.authority}`}${path}${query}`;
  }
}

export class FileSystemError extends Error {
  static FileNotFound(uri: Uri): FileSystemError {
    return new FileSystemError(`FileNotFound ${uri}`);
  }
  static NoPermissions(uri: Uri): FileSystemError {
    return new FileSystemError(`NoPermissions ${uri}`);
  }
}

export class ThemeIcon {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}
export class ThemeColor extends ThemeIcon {}
export class TreeItem {
  readonly label: string;
  constructor(label: string) {
    this.label = label;
  }
}
export class MarkdownString {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}
export class TabInputText {
  readonly uri: Uri;
  constructor(uri: Uri) {
    this.uri = uri;
  }
}
export class TabInputCustom {
  readonly uri: Uri;
  constructor(uri: Uri) {
    this.uri = uri;
  }
}
export class TabInputTextDiff {
  readonly original: Uri;
  readonly modified: Uri;
  constructor(original: Uri, modified: Uri) {
    this.original = original;
    this.modified = modified;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const FileType = { File: 1, Directory: 2 };
export const FilePermission = { Readonly: 1 };
export const FileChangeType = { Changed: 1, Created: 2, Deleted: 3 };
export const ProgressLocation = { Notification: 15 };
export const ConfigurationTarget = { Global: 1, Workspace: 2 };

export const l10n = {
  t: (template: string, args: Readonly<Record<string, string | number>> = {}) =>
    fill(template, args),
};

const nobody = (question: string) => () => Promise.reject(new Error(`nobody answers ${question}`));

/** A person who answers nothing: what a test expects to be asked, it answers itself. */
export const window = {
  showInputBox: nobody('an input box'),
  showQuickPick: nobody('a quick pick'),
  showWarningMessage: nobody('a warning'),
  showErrorMessage: nobody('an error'),
  showInformationMessage: nobody('a message'),
  showTextDocument: nobody('a document'),
  setStatusBarMessage: () => new Disposable(() => undefined),
  withProgress: (
    _options: unknown,
    work: (
      progress: { report(): void },
      token: { isCancellationRequested: boolean; onCancellationRequested(): void },
    ) => unknown,
  ) =>
    work(
      { report: () => undefined },
      { isCancellationRequested: false, onCancellationRequested: () => undefined },
    ),
  tabGroups: { all: [], activeTabGroup: {} },
};

export const commands = { executeCommand: async (): Promise<unknown> => undefined };

/** Settings by their full names. */
export const settings = new Map<string, unknown>();
export const workspace = {
  getConfiguration: (section?: string) => {
    const nameOf = (key: string) => (section === undefined ? key : `${section}.${key}`);
    return {
      get: (key: string, fallback?: unknown) => settings.get(nameOf(key)) ?? fallback,
      inspect: () => undefined,
      update: async (key: string, value: unknown) => void settings.set(nameOf(key), value),
    };
  },
  onDidChangeConfiguration: new EventEmitter<unknown>().event,
};
