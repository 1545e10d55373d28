import * as vscode from 'vscode';
import { CommandId, fhirScheme, fhirServerScheme } from '../ids.ts';
import { type Failures, isWorkbenchError } from '../platform/failures.ts';
import type { LoadClients } from '../platform/load-clients.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import type { Servers } from '../servers.ts';
import { FhirFiles } from './fhir-files.ts';
import { registerDiagnostics } from './resource-diagnostics.ts';

export interface DocumentDeps {
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  readonly guard: WriteGuard;
  readonly load: LoadClients;
  readonly failures: Failures;
  /** The tree shows what was saved. */
  onSaved(): void;
}

export function registerDocuments(deps: DocumentDeps): vscode.Disposable {
  const { failures, load } = deps;
  const diagnostics = registerDiagnostics(load, (error) => void failures.report(error));
  const files = new FhirFiles({
    ...deps,
    onRefused(uri, error) {
      if (!isConflict(error)) diagnostics.showRefusal(uri, error);
      // VS Code itself shows the sentence of a refused save; ours is for what can be done by a click.
      const actions = actionsFor(uri, error);
      if (actions.length > 0) void failures.report(error, actions);
      else failures.log(error);
    },
    onUnread: (error) => failures.log(error),
    onSaved(uri) {
      diagnostics.clearRefusal(uri);
      deps.onSaved();
    },
  });
  const serverVersions: vscode.TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) =>
      files.serverVersion(uri.with({ scheme: fhirScheme, query: '' })),
  };
  return vscode.Disposable.from(
    diagnostics,
    files,
    vscode.workspace.onDidSaveTextDocument(({ uri }) => files.showAnswer(uri)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => files.forget(uri)),
    vscode.workspace.registerFileSystemProvider(fhirScheme, files, { isCaseSensitive: true }),
    vscode.workspace.registerTextDocumentContentProvider(fhirServerScheme, serverVersions),
  );
}

/** Nothing in the text is wrong then. */
function isConflict(error: unknown): boolean {
  return isWorkbenchError(error) && error.code === 'FHIR_CONFLICT';
}

function actionsFor(uri: vscode.Uri, error: unknown) {
  const { commands, l10n } = vscode;
  if (isConflict(error)) {
    const run = () => commands.executeCommand(CommandId.compareWithServer, uri);
    return [{ title: l10n.t('Compare'), run }];
  }
  if (isWorkbenchError(error) && error.code === 'WRITE_LOCKED') {
    const run = () => commands.executeCommand(CommandId.allowWrites);
    return [{ title: l10n.t('Allow Changes…'), run }];
  }
  return [];
}
