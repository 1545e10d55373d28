import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { isRecord, isString } from '#core/guards.ts';
import { scopeDifference } from '#core/oauth/scopes.ts';
import { profileLabel } from '../labels.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import { SecretKind, type Secrets } from '../platform/secrets.ts';
import { isAddress, profileFields } from '../profile.ts';
import type { HeldToken, Session } from '../session.ts';
import { connectionsHtml } from '../webview/connections-html.ts';
import type {
  FormLabels,
  FormState,
  FromForm,
  ResultLine,
  ToForm,
  TokenView,
} from '../webview/protocol.ts';

export interface ConnectionActions {
  requestToken(): unknown;
  testConnection(): unknown;
  cancel(): void;
  copyToken(): unknown;
  chooseKeyFile(): unknown;
}

export interface ConnectionsView extends vscode.Disposable {
  readonly isVisible: boolean;
  /** Shown below the form, beside the notification that may be gone before it was read. */
  show(part: { busy?: 'token' | 'test' | undefined; results?: readonly ResultLine[] }): void;
}

export interface ConnectionsViewDeps {
  readonly extensionUri: vscode.Uri;
  readonly profiles: ProfileStore;
  readonly secrets: Secrets;
  readonly session: Session;
  readonly actions: ConnectionActions;
  report(error: unknown): void;
}

export function registerConnectionsView(
  viewId: string,
  deps: ConnectionsViewDeps,
): ConnectionsView {
  const { extensionUri, profiles, secrets, session, actions } = deps;
  let view: vscode.WebviewView | undefined;
  let busy: FormState['busy'];
  let results: readonly ResultLine[] = [];

  const post = async () => {
    if (!view) return;
    const state = await formState({ profiles, secrets, session }, { busy, results });
    await view.webview.postMessage({ kind: 'state', state } satisfies ToForm);
  };
  const update = () => void post().catch(deps.report);
  const receive = async (message: FromForm) => {
    const { active } = profiles;
    switch (message.kind) {
      case 'ready':
        return post();
      case 'edit':
        if (active.mock && isAddress(message.field)) return;
        return profiles.edit(active.name, message.field, message.value);
      case 'secret':
        await secrets.set(active, message.secret, message.value);
        return post();
      case 'select':
        results = [];
        return profiles.select(message.profile);
      case 'request-token':
        return actions.requestToken();
      case 'test':
        return actions.testConnection();
      case 'cancel':
        return actions.cancel();
      case 'copy-token':
        return actions.copyToken();
      case 'load-key':
        return actions.chooseKeyFile();
    }
  };

  const resources = [
    vscode.Uri.joinPath(extensionUri, 'dist/webview'),
    vscode.Uri.joinPath(extensionUri, 'media'),
  ];
  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(resolved) {
      view = resolved;
      const { webview } = resolved;
      const uri = (path: string) =>
        webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, path)).toString();
      webview.options = { enableScripts: true, localResourceRoots: resources };
      webview.onDidReceiveMessage((message: unknown) => {
        if (isFromForm(message)) void receive(message).catch(deps.report);
      });
      resolved.onDidDispose(() => {
        view = undefined;
      });
      webview.html = connectionsHtml({
        cspSource: webview.cspSource,
        nonce: randomBytes(16).toString('base64url'),
        script: uri('dist/webview/connections.js'),
        styles: [uri('dist/webview/codicon.css'), uri('media/connections.css')],
      });
    },
  };
  const parts = [
    vscode.window.registerWebviewViewProvider(viewId, provider),
    profiles.onDidChange(update),
    session.onDidChange(update),
  ];
  return {
    get isVisible() {
      return view?.visible ?? false;
    },
    show(part) {
      if ('busy' in part) busy = part.busy;
      if (part.results) results = part.results;
      update();
    },
    dispose: () => vscode.Disposable.from(...parts).dispose(),
  };
}

/** A webview is outside: its messages are looked at like any other input. */
function isFromForm(value: unknown): value is FromForm {
  if (!isRecord(value)) return false;
  switch (value['kind']) {
    case 'edit':
      return profileFields.some((field) => field === value['field']) && isString(value['value']);
    case 'secret':
      return (
        Object.values<unknown>(SecretKind).includes(value['secret']) && isString(value['value'])
      );
    case 'select':
      return isString(value['profile']);
    default:
      return isString(value['kind']);
  }
}

async function formState(
  { profiles, secrets, session }: Pick<ConnectionsViewDeps, 'profiles' | 'secrets' | 'session'>,
  { busy, results }: { busy: FormState['busy']; results: readonly ResultLine[] },
): Promise<FormState> {
  const { active } = profiles;
  const { name, mock, ...values } = active;
  const kinds = Object.values(SecretKind);
  const stored = await Promise.all(
    kinds.map(async (kind) => [kind, (await secrets.get(active, kind)) !== undefined] as const),
  );
  return {
    profile: name,
    profiles: profiles.all.map((one) => ({
      name: one.name,
      label: profileLabel(one.name, one.mock),
    })),
    mock,
    values,
    stored: Object.fromEntries(stored) as FormState['stored'],
    ...(session.held && { token: tokenView(session.held) }),
    ...(busy && { busy }),
    results,
    labels: labels(),
  };
}

function tokenView({ token, requested }: HeldToken): TokenView {
  const { granted, missing } = scopeDifference(requested, token.scopes);
  const { accessToken, expiresAtMs } = token;
  return {
    masked: `${accessToken.slice(0, 6)}${'•'.repeat(24)}`,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    granted,
    refused: missing,
  };
}

function labels(): FormLabels {
  const { t } = vscode.l10n;
  return {
    storedSecret: t('Stored; type to replace'),
    emptySecret: t('Not entered yet'),
    validFor: t('Valid for {time}'),
    expired: t('Expired'),
    noExpiry: t('Valid until the server ends it'),
    granted: t('granted'),
    refused: t('not granted'),
    fix: t('Next:'),
  };
}
