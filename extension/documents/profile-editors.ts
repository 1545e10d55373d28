// Open editors whose address has the name of a profile in it: they follow when it is renamed.
import * as vscode from 'vscode';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { fhirScheme, fhirServerScheme, orthancScheme } from '../ids.ts';
import { nameOfPreview, parsePreviewUri, previewUri } from './preview-uri.ts';
import { parseResourceUri, resourceUri } from './resource-uri.ts';

/** @throws WorkbenchError `SETTINGS_INVALID` when one of them has unsaved changes, which would not follow */
export function assertEditorsSaved(profile: string): void {
  if (tabsOf(profile).some(({ isDirty }) => isDirty)) throw unsavedEditors();
}

/** Each opens again in its place under the new name; comparisons, which can be made again, are closed. */
export async function reopenEditors(from: string, to: string): Promise<void> {
  // What is in front stays in front: it is opened last in its group.
  const tabs = tabsOf(from).toSorted((a, b) => Number(a.isActive) - Number(b.isActive));
  for (const tab of tabs) {
    const uri = isDiff(tab) ? undefined : uriOf(tab);
    const renamed = uri && withProfile(uri, to);
    await vscode.window.tabGroups.close(tab, true);
    if (renamed === undefined) continue;
    const { viewColumn } = tab.group;
    const options = { viewColumn, preserveFocus: true, preview: tab.isPreview };
    await vscode.commands.executeCommand('vscode.open', renamed, options);
  }
}

function tabsOf(profile: string): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter((tab) => {
    const uri = uriOf(tab);
    return uri !== undefined && profileOf(uri) === profile;
  });
}

function isDiff({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputTextDiff;
}

function uriOf({ input }: vscode.Tab): vscode.Uri | undefined {
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  const isOne = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return isOne ? input.uri : undefined;
}

function profileOf(uri: vscode.Uri): string | undefined {
  switch (uri.scheme) {
    case fhirScheme:
    case fhirServerScheme:
      return parseResourceUri(uri)?.profile;
    case orthancScheme:
      return parsePreviewUri(uri)?.profile;
    default:
      return undefined;
  }
}

function withProfile(uri: vscode.Uri, profile: string): vscode.Uri | undefined {
  const resource = uri.scheme === fhirScheme ? parseResourceUri(uri) : undefined;
  if (resource) return resourceUri({ ...resource, profile });
  const picture = parsePreviewUri(uri);
  return picture && previewUri({ ...picture, profile }, nameOfPreview(uri));
}

function unsavedEditors(): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      'Not renamed: resources of this profile have unsaved changes. Save or revert them, then rename it.',
    ),
  );
}
