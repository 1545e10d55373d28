// Problems of the open resources: what our validator finds while typing, and what the server said last.
import * as vscode from 'vscode';
import { isRecord, isString } from '#core/guards.ts';
import { fhirScheme } from '../ids.ts';
import { render } from '../platform/l10n.ts';
import type { LoadClients } from '../platform/load-clients.ts';

export interface ResourceDiagnostics extends vscode.Disposable {
  /** Shows the issues of a refusal at their places. */
  showRefusal(uri: vscode.Uri, error: unknown): void;
  clearRefusal(uri: vscode.Uri): void;
}

const TYPING_PAUSE_MS = 300;

export function registerDiagnostics(
  load: LoadClients,
  report: (error: unknown) => void,
): ResourceDiagnostics {
  const ours = vscode.languages.createDiagnosticCollection('fhir');
  const servers = vscode.languages.createDiagnosticCollection('fhir-server');
  const pauses = new Map<string, NodeJS.Timeout>();

  const check = async (document: vscode.TextDocument) => {
    const { version } = document;
    const found = await validate(document, load);
    if (document.version === version && !document.isClosed) ours.set(document.uri, found);
  };
  const checkSoon = (document: vscode.TextDocument, pauseMs: number) => {
    if (document.uri.scheme !== fhirScheme) return;
    const key = document.uri.toString();
    clearTimeout(pauses.get(key));
    pauses.set(
      key,
      setTimeout(() => void check(document).catch(report), pauseMs),
    );
  };
  const watchers = [
    vscode.workspace.onDidOpenTextDocument((document) => checkSoon(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) =>
      checkSoon(document, TYPING_PAUSE_MS),
    ),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      clearTimeout(pauses.get(uri.toString()));
      ours.delete(uri);
      servers.delete(uri);
    }),
  ];
  return {
    showRefusal(uri, error) {
      const document = vscode.workspace.textDocuments.find(
        (open) => open.uri.toString() === uri.toString(),
      );
      if (document)
        servers.set(
          uri,
          issuesOf(error).map((issue) => serverDiagnostic(document, issue, load)),
        );
    },
    clearRefusal: (uri) => servers.delete(uri),
    dispose() {
      for (const pause of pauses.values()) clearTimeout(pause);
      vscode.Disposable.from(...watchers, ours, servers).dispose();
    },
  };
}

async function validate(
  document: vscode.TextDocument,
  load: LoadClients,
): Promise<vscode.Diagnostic[]> {
  const text = document.getText();
  const { parseOrNothing, validateResource } = load();
  // While the JSON is incomplete, the JSON language marks the place itself.
  const resource = parseOrNothing(text);
  if (resource === undefined) return [];
  const { DiagnosticSeverity } = vscode;
  return (await validateResource(resource)).map(({ severity, location, message, code }) => {
    const diagnostic = new vscode.Diagnostic(
      rangeOf(document, location, load),
      render(message),
      severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    );
    diagnostic.source = 'FHIR R4';
    diagnostic.code = code;
    return diagnostic;
  });
}

interface ServerIssue {
  readonly message: string;
  readonly location: readonly (string | number)[];
}

function serverDiagnostic(
  document: vscode.TextDocument,
  { message, location }: ServerIssue,
  load: LoadClients,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(document, location, load), message);
  diagnostic.source = vscode.l10n.t('server');
  return diagnostic;
}

/** OutcomeError comes from the other bundle, so its data is looked at, not its class. */
export function issuesOf(error: unknown): ServerIssue[] {
  const issues =
    isRecord(error) || error instanceof Error ? Reflect.get(error, 'issues') : undefined;
  if (!Array.isArray(issues)) return [];
  return issues.filter(isRecord).map((issue) => {
    const details = isRecord(issue['details']) ? issue['details']['text'] : undefined;
    const expressions = [issue['expression']].flat().filter(isString);
    return {
      message: [issue['diagnostics'], details, issue['code']].find(isString) ?? '',
      location: locationOf(expressions[0] ?? ''),
    };
  });
}

/** `Patient.name[0].given` as keys and indexes; OpenEMR sends the bare name of a field. */
function locationOf(expression: string): (string | number)[] {
  const steps = expression.split(/[.[\]]+/).filter((step) => step !== '');
  const isTyped = /^[A-Z]/.test(expression);
  return steps.slice(isTyped ? 1 : 0).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function rangeOf(
  document: vscode.TextDocument,
  location: readonly (string | number)[],
  load: LoadClients,
): vscode.Range {
  const { offset, length } = load().locateIssue(document.getText(), location);
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
