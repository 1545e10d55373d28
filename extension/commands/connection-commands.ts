import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Finding } from '#core/finding.ts';
import { oauthPaths, urlOf } from '#core/openemr/paths.ts';
import type { DoctorStep, StepResult } from '#core/workflows/doctor.ts';
import { CommandId } from '../ids.ts';
import { type Failures, isWorkbenchError, sentenceOf } from '../platform/failures.ts';
import { render } from '../platform/l10n.ts';
import type { LoadClients } from '../platform/load-clients.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import { SecretKind, type Secrets } from '../platform/secrets.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import { sendAddress } from '../send-route.ts';
import type { Session } from '../session.ts';
import type { ConnectionsView } from '../views/connections-view.ts';
import type { ResultLine } from '../webview/protocol.ts';
import type { Handlers } from './handlers.ts';

export interface ConnectionDeps {
  readonly profiles: ProfileStore;
  readonly secrets: Secrets;
  readonly session: Session;
  readonly guard: WriteGuard;
  readonly load: LoadClients;
  readonly failures: Failures;
  /** Made after the commands, because its buttons call them. */
  readonly view: () => ConnectionsView;
}

export interface ConnectionCommands {
  readonly handlers: Handlers;
  /** Ends the token request or the test that is under way. */
  cancel(): void;
  chooseKeyFile(): Promise<void>;
}

/** What the buttons of the form do, and the same from the palette. */
export function connectionCommands(deps: ConnectionDeps): ConnectionCommands {
  const { profiles, secrets, session, guard, view } = deps;
  const { t } = vscode.l10n;
  let running: AbortController | undefined;

  /** One at a time: a second press while one runs starts it anew. */
  const exclusive = async <T>(busy: 'token' | 'test', run: (signal: AbortSignal) => Promise<T>) => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    view().show({ busy, results: [] });
    try {
      return await run(mine.signal);
    } finally {
      if (running === mine) view().show({ busy: undefined });
    }
  };

  const requestToken = async (signal: AbortSignal) => {
    try {
      await session.request({ signal });
      return true;
    } catch (error) {
      if (!isWorkbenchError(error)) throw error;
      view().show({ results: await refusalLines(deps, error) });
      // Beside the form, which says why and what next, a notification would only repeat it.
      if (!view().isVisible) throw error;
      deps.failures.log(error);
      return false;
    }
  };
  const testConnection = async (signal: AbortSignal) => {
    const { active } = profiles;
    const [settings, connection] = await Promise.all([
      session.settings(active),
      session.connection(active).then(
        (made) => () => made,
        (error: unknown) => () => {
          throw error;
        },
      ),
    ]);
    const lines: ResultLine[] = [];
    const onStep = (step: StepResult) => {
      lines.push(...stepLines(step));
      view().show({ results: lines });
    };
    const { clients, examine } = deps.load();
    const ports = { http: clients.http, connect: connection };
    return (await examine(settings, ports, { signal, onStep })).isHealthy;
  };

  return {
    cancel: () => running?.abort(),
    async chooseKeyFile() {
      const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false })) ?? [];
      if (!file) return;
      const key = await readFile(file.fsPath, 'utf8');
      deps.load().assertPrivateKey(key);
      await secrets.set(profiles.active, SecretKind.privateKey, key);
      view().show({});
    },
    handlers: {
      /** @returns true when there is a new token */
      [CommandId.requestToken]: () => exclusive('token', requestToken),
      /** @returns true when every step passed */
      [CommandId.testConnection]: () => exclusive('test', testConnection),
      [CommandId.forgetToken]: () => session.forget(),
      async [CommandId.copyToken]() {
        if (!session.held) return;
        await vscode.env.clipboard.writeText(session.held.token.accessToken);
        vscode.window.setStatusBarMessage(vscode.l10n.t('Access token copied.'), 3000);
      },
      async [CommandId.allowWrites]() {
        const { baseUrl, fhirUrl, orthancUrl } = profiles.active;
        const node = sendAddress(profiles.active, 'cstore');
        const all = new Set([baseUrl, fhirUrl, orthancUrl, node]);
        const urls = [...all].filter((url) => URL.canParse(url));
        const open = await Promise.all(urls.map((url) => guard.canWrite(url)));
        if (open.every((isOpen) => isOpen)) {
          const { showInformationMessage } = vscode.window;
          void showInformationMessage(t('All servers of this profile can be changed already.'));
          return;
        }
        for (const url of urls) if (!(await guard.askToAllow(url))) return;
      },
      [CommandId.forbidWrites]() {
        guard.forbidAll();
        vscode.window.setStatusBarMessage(t('Real servers are read-only again.'), 3000);
      },
    },
  };
}

async function refusalLines(
  { profiles, session, load }: ConnectionDeps,
  error: Error,
): Promise<ResultLine[]> {
  const settings = await session.settings(profiles.active);
  const isUrl = URL.canParse(settings.baseUrl);
  const tokenEndpoint = isUrl ? urlOf(settings.baseUrl, oauthPaths.token, settings) : '';
  const findings = load().explainTokenError(error, { ...settings, tokenEndpoint });
  return [{ level: 'error', text: sentenceOf(error) }, ...findings.map(findingLine)];
}

function stepLines({ step, state, sentence, findings }: StepResult): ResultLine[] {
  const levels = { passed: 'ok', warned: 'ok', failed: 'error', skipped: 'skipped' } as const;
  const name = stepNames()[step];
  const text = sentence ? render(sentence) : vscode.l10n.t('{step}: not tried', { step: name });
  return [{ level: levels[state], text }, ...findings.map(findingLine)];
}

function findingLine({ cause, fix }: Finding): ResultLine {
  return { level: 'warning', text: render(cause), fix: render(fix) };
}

function stepNames(): Readonly<Record<DoctorStep, string>> {
  const { t } = vscode.l10n;
  return {
    address: t('Address'),
    server: t('Server'),
    discovery: t('Discovery'),
    metadata: t('FHIR metadata'),
    token: t('Token'),
    read: t('Patient list'),
  };
}
