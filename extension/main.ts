// The object graph, by hand, in order, and nothing else.
import * as vscode from 'vscode';
import { createBatches } from './batches.ts';
import { connectionCommands } from './commands/connection-commands.ts';
import { fhirCommands } from './commands/fhir-commands.ts';
import { configuredPorts, mockCommands, mocksNotRunning } from './commands/mock-commands.ts';
import { orthancCommands } from './commands/orthanc-commands.ts';
import { previewCommands } from './commands/preview-commands.ts';
import { profileCommands } from './commands/profile-commands.ts';
import { PreviewFiles } from './documents/preview-files.ts';
import { registerDocuments } from './documents/register-documents.ts';
import { CommandId, ContextKey, orthancScheme, ViewId } from './ids.ts';
import { adoptMockClient } from './mock-client.ts';
import { createFailures } from './platform/failures.ts';
import { createClientsLoader } from './platform/load-clients.ts';
import { createOutputLog } from './platform/log.ts';
import { createMockSuite } from './platform/mock-suite.ts';
import { createProfileStore } from './platform/profile-store.ts';
import { createSecrets } from './platform/secrets.ts';
import { onValueChange } from './platform/value-change.ts';
import { createWriteGuard } from './platform/write-guard.ts';
import type { Profile } from './profile.ts';
import { createServers, serverAddresses } from './servers.ts';
import { createSession, type Session } from './session.ts';
import { createTransfers } from './transfers.ts';
import { type ConnectionsView, registerConnectionsView } from './views/connections-view.ts';
import { FhirTree } from './views/fhir-tree.ts';
import { registerMocksView } from './views/mocks-view.ts';
import { OrthancTree } from './views/orthanc-tree.ts';
import { registerTreeView } from './views/register-tree-view.ts';

export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const setContext = (key: string, value: unknown) =>
    void vscode.commands.executeCommand('setContext', key, value);
  const run = (command: string) => vscode.commands.executeCommand(command);

  const { log, channel } = createOutputLog();
  own(channel);
  const showLog = () => channel.show();
  const failures = createFailures(log, showLog);
  const report = (error: unknown) => void failures.report(error);

  let session: Session;
  const loader = own(
    createClientsLoader(
      {
        onEvent: (event) => log.info('http', { ...event }),
        onToken: (key, token) => session.take(key, token),
      },
      report,
    ),
  );
  const { load } = loader;

  const suite = own(
    createMockSuite({
      storagePath: context.globalStorageUri.fsPath,
      cliPath: vscode.Uri.joinPath(context.extensionUri, 'dist/cli.mjs').fsPath,
      log,
    }),
  );
  const profiles = own(createProfileStore(context.workspaceState, report));
  const secrets = createSecrets(context.secrets, () =>
    profiles.isOfWorkspace ? context.workspaceState : context.globalState,
  );
  const attached = suite.attach(profiles.active.mock ? configuredPorts().openemr : 0).catch(report);
  const ready = async ({ mock }: Profile) => {
    await attached;
    if (mock && suite.state.kind !== 'running') throw mocksNotRunning();
  };
  session = own(createSession({ profiles, secrets, load, ready, report }));
  const guard = own(createWriteGuard());
  const servers = createServers(session, secrets, load, ready);
  const transfers = own(createTransfers());
  const batches = createBatches(`${context.globalStorageUri.fsPath}/batches`, load);

  const isReachable = () => !profiles.active.mock || suite.state.kind === 'running';
  const fhirTree = new FhirTree({
    profiles,
    servers,
    isReachable,
    onState: (state) => setContext(ContextKey.fhir, state),
    pageSize: () => vscode.workspace.getConfiguration('openemrWorkbench').get('fhir.pageSize', 50),
  });
  const orthancTree = new OrthancTree({
    profiles,
    servers,
    transfers,
    isReachable,
    onState: (state) => setContext(ContextKey.orthanc, state),
  });

  let connectionsView: ConnectionsView;
  const view = () => connectionsView;
  const connections = connectionCommands({
    profiles,
    secrets,
    session,
    guard,
    load,
    failures,
    view,
  });
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
      report,
    }),
  );
  own(registerTreeView(ViewId.fhir, fhirTree));
  own(registerTreeView(ViewId.orthanc, orthancTree));
  own(registerMocksView(ViewId.mocks, suite));
  own(
    registerDocuments({
      profiles,
      servers,
      guard,
      load,
      failures,
      onSaved: () => fhirTree.refresh(),
    }),
  );

  const previews = own(new PreviewFiles({ profiles, servers }));
  own(
    vscode.workspace.registerFileSystemProvider(orthancScheme, previews, {
      isCaseSensitive: true,
      isReadonly: true,
    }),
  );

  const handlers = {
    ...connections.handlers,
    ...profileCommands({ profiles, secrets, session, refresh: () => view().show({}) }),
    ...fhirCommands({ tree: fhirTree, profiles, servers }),
    ...orthancCommands({
      tree: orthancTree,
      profiles,
      servers,
      transfers,
      guard,
      load,
      batches,
      failures,
    }),
    ...previewCommands({ profiles, servers, files: previews }),
    ...mockCommands({ suite, failures, showLog }),
  };
  for (const [id, handler] of Object.entries(handlers)) {
    own(vscode.commands.registerCommand(id, failures.guard(handler)));
  }

  own(
    suite.onDidChange((state) => {
      setContext(ContextKey.mocks, state.kind);
      profiles.setMockUrls(state.kind === 'running' ? state.urls : undefined);
      if (state.kind === 'running')
        void adoptMockClient(state.urls, { profiles, secrets }).catch(report);
    }),
  );
  own(
    loader.onDidReset(() => {
      session.clear();
      fhirTree.refresh();
      orthancTree.refresh();
    }),
  );
  const serversInUse = () => JSON.stringify([serverAddresses(profiles.active), suite.state.kind]);
  own(
    onValueChange([profiles.onDidChange, suite.onDidChange], serversInUse, () => {
      fhirTree.refresh();
      orthancTree.refresh();
    }),
  );
  own(transfers.onDidChange(() => orthancTree.refresh()));
  own(transfers.onDidChange(() => setContext(ContextKey.results, transfers.last !== undefined)));
  own(session.onDidChange(() => setContext(ContextKey.token, session.held ? 'held' : 'none')));
}
