// The object graph, by hand, in order, and nothing else.
import * as vscode from 'vscode';
import { connectionCommands } from './commands/connection-commands.ts';
import { mockCommands } from './commands/mock-commands.ts';
import { profileCommands } from './commands/profile-commands.ts';
import { CommandId, ContextKey, ViewId } from './ids.ts';
import { createFailures } from './platform/failures.ts';
import { createClientsLoader } from './platform/load-clients.ts';
import { createOutputLog } from './platform/log.ts';
import { createMockSuite } from './platform/mock-suite.ts';
import { createProfileStore } from './platform/profile-store.ts';
import { createSecrets } from './platform/secrets.ts';
import { createSession } from './session.ts';
import { type ConnectionsView, registerConnectionsView } from './views/connections-view.ts';
import { registerMocksView } from './views/mocks-view.ts';

export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const setContext = (key: string, value: unknown) =>
    void vscode.commands.executeCommand('setContext', key, value);

  const { log, channel } = createOutputLog();
  own(channel);
  const showLog = () => channel.show();
  const failures = createFailures(log, showLog);
  const { load, close } = createClientsLoader(log);
  own({ dispose: close });

  const profiles = own(createProfileStore(context.workspaceState));
  const secrets = createSecrets(context.secrets);
  const session = own(createSession(profiles, secrets, load));
  const suite = own(
    createMockSuite({
      storagePath: context.globalStorageUri.fsPath,
      cliPath: vscode.Uri.joinPath(context.extensionUri, 'dist/cli.mjs').fsPath,
      log,
    }),
  );

  let connectionsView: ConnectionsView;
  const view = () => connectionsView;
  const connections = connectionCommands({ profiles, secrets, session, load, view });
  const run = (command: string) => vscode.commands.executeCommand(command);
  connectionsView = own(
    registerConnectionsView(ViewId.connections, {
      extensionUri: context.extensionUri,
      profiles,
      secrets,
      session,
      actions: {
        requestToken: () => run(CommandId.requestToken),
        testConnection: () => run(CommandId.testConnection),
        copyToken: () => run(CommandId.copyToken),
        cancel: connections.cancel,
        chooseKeyFile: failures.guard(connections.chooseKeyFile),
      },
      report: (error) => void failures.report(error),
    }),
  );
  own(registerMocksView(ViewId.mocks, suite));

  const handlers = {
    ...connections.handlers,
    ...profileCommands({ profiles, secrets, refresh: () => view().show({}) }),
    ...mockCommands({ suite, failures, showLog }),
  };
  for (const [id, handler] of Object.entries(handlers)) {
    own(vscode.commands.registerCommand(id, failures.guard(handler)));
  }

  own(suite.onDidChange(({ kind }) => setContext(ContextKey.mocks, kind)));
  own(
    suite.onDidChange((state) =>
      profiles.setMockUrls(state.kind === 'running' ? state.urls : undefined),
    ),
  );
  own(session.onDidChange(() => setContext(ContextKey.token, session.held ? 'held' : 'none')));
  setContext(ContextKey.mocks, suite.state.kind);
  void suite.attach().catch(failures.report);
}
