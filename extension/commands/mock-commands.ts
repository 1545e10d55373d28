import * as vscode from 'vscode';
import type { SuiteUrls } from '#core/control/wire.ts';
import { WorkbenchError } from '#core/errors.ts';
import { isRecord, isString } from '#core/guards.ts';
import { text } from '#core/text.ts';
import { CommandId } from '../ids.ts';
import type { Failures } from '../platform/failures.ts';
import { isWorkbenchError } from '../platform/failures.ts';
import type { MockPorts } from '../platform/mock-process.ts';
import type { MockSuite } from '../platform/mock-suite.ts';
import type { Handlers } from './handlers.ts';

export interface MockDeps {
  readonly suite: MockSuite;
  readonly failures: Failures;
  showLog(): void;
}

const freePorts: MockPorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

export function mockCommands({ suite, failures, showLog }: MockDeps): Handlers {
  const { l10n, window } = vscode;

  /** @returns where they listen */
  const start = async (ports: MockPorts): Promise<SuiteUrls | undefined> => {
    const options = { location: { viewId: 'openemrWorkbench.mocks' } };
    const isStarted = await window.withProgress(options, () => suite.start(ports, dataDir()));
    if (!isStarted) {
      void window.showInformationMessage(l10n.t('The mock servers are already running.'));
    }
    return suite.state.kind === 'running' ? suite.state.urls : undefined;
  };
  const startOnFreePorts = () => start(freePorts);

  return {
    async [CommandId.startMocks]() {
      try {
        return await start(configuredPorts());
      } catch (error) {
        if (!isWorkbenchError(error) || error.code !== 'PORT_BUSY') throw error;
        const title = l10n.t('Use Free Ports');
        const run = failures.guard(startOnFreePorts);
        void failures.report(error, [{ title, run }]);
        return undefined;
      }
    },
    [CommandId.startMocksOnFreePorts]: startOnFreePorts,
    [CommandId.stopMocks]: () => suite.stop(),
    async [CommandId.openAdmin]() {
      if (suite.state.kind !== 'running' || !suite.state.urls.openemr) return;
      await vscode.env.openExternal(vscode.Uri.parse(suite.state.urls.openemr));
    },
    async [CommandId.copyUrl](item) {
      if (!isRecord(item) || !isString(item['url'])) return;
      await vscode.env.clipboard.writeText(item['url']);
      window.setStatusBarMessage(l10n.t('URL copied.'), 3000);
    },
    async [CommandId.mocksMenu]() {
      const isRunning = suite.state.kind === 'running';
      const items: readonly (vscode.QuickPickItem & { readonly command: CommandId })[] = isRunning
        ? [
            { label: l10n.t('$(link-external) Open Admin Page'), command: CommandId.openAdmin },
            { label: l10n.t('$(debug-stop) Stop Mock Servers'), command: CommandId.stopMocks },
            { label: l10n.t('$(output) Show Log'), command: CommandId.showLog },
          ]
        : [
            { label: l10n.t('$(play) Start Mock Servers'), command: CommandId.startMocks },
            {
              label: l10n.t('$(play-circle) Start on Free Ports'),
              command: CommandId.startMocksOnFreePorts,
            },
            { label: l10n.t('$(output) Show Log'), command: CommandId.showLog },
          ];
      const chosen = await window.showQuickPick(items, { title: l10n.t('Mock Servers') });
      if (chosen) await vscode.commands.executeCommand(chosen.command);
    },
    [CommandId.showLog]: showLog,
  };
}

export function configuredPorts(): MockPorts {
  const configured = vscode.workspace
    .getConfiguration('openemrWorkbench')
    .get<Partial<MockPorts>>('mocks.ports', {});
  return { openemr: 8081, fhir: 8080, orthanc: 8042, dimse: 4242, ...configured };
}

function dataDir(): string {
  return vscode.workspace.getConfiguration('openemrWorkbench').get('mocks.data', '');
}

/** The profile of the mock servers never means whatever else listens on their default ports. */
export function mocksNotRunning(): WorkbenchError {
  return new WorkbenchError(
    'NOT_READY',
    text('The mock servers are not running. Start them in the Mock Servers view, then try again.'),
  );
}
