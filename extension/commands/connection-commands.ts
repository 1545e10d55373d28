import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { CommandId } from '../ids.ts';
import { isWorkbenchError, sentenceOf } from '../platform/failures.ts';
import { render } from '../platform/l10n.ts';
import type { LoadClients } from '../platform/load-clients.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import { SecretKind, type Secrets } from '../platform/secrets.ts';
import type { Session } from '../session.ts';
import type { ConnectionsView } from '../views/connections-view.ts';
import type { ResultLine } from '../webview/protocol.ts';
import type { Handlers } from './handlers.ts';

export interface ConnectionDeps {
  readonly profiles: ProfileStore;
  readonly secrets: Secrets;
  readonly session: Session;
  readonly load: LoadClients;
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
  const { profiles, secrets, session, view } = deps;
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

  const requestToken = () =>
    exclusive('token', async (signal) => {
      try {
        await session.request({ signal });
        return true;
      } catch (error) {
        if (isWorkbenchError(error)) view().show({ results: [errorLine(error)] });
        throw error;
      }
    });
  const copyToken = async () => {
    const { held } = session;
    if (!held) return;
    await vscode.env.clipboard.writeText(held.token.accessToken);
    void vscode.window.setStatusBarMessage(vscode.l10n.t('Access token copied.'), 3000);
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
      [CommandId.requestToken]: requestToken,
      [CommandId.copyToken]: copyToken,
      [CommandId.forgetToken]: () => session.forget(),
      [CommandId.testConnection]: () =>
        exclusive('test', async (signal) => {
          const results = await testLines(deps, signal);
          view().show({ results });
          return results;
        }),
    },
  };
}

async function testLines(
  { profiles, secrets, session, load }: ConnectionDeps,
  signal: AbortSignal,
): Promise<ResultLine[]> {
  void [profiles, secrets, session, load, signal, render];
  return [];
}

function errorLine(error: Error): ResultLine {
  return { level: 'error', text: sentenceOf(error) };
}
