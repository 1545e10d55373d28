// What file systems answer whose files are only opened by their addresses: there are no folders to see or change.
import * as vscode from 'vscode';

export function unwatched(): vscode.Disposable {
  return new vscode.Disposable(() => {});
}

export function noEntries(): [string, vscode.FileType][] {
  return [];
}

export function forbidden(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}
