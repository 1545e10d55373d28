import * as vscode from 'vscode';
import { CommandId } from '../ids.ts';
import type { MockState, MockSuite } from '../platform/mock-suite.ts';

/** A row of the view; `url` is what "Copy URL" copies. */
export interface MockRow {
  readonly id: 'openemr' | 'fhir' | 'orthanc' | 'dimse';
  readonly url: string;
}

export function registerMocksView(viewId: string, suite: MockSuite): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.TreeDataProvider<MockRow> = {
    onDidChangeTreeData: changed.event,
    getChildren: () => rows(suite.state),
    getTreeItem: mockItem,
  };
  return vscode.Disposable.from(
    changed,
    vscode.window.createTreeView(viewId, { treeDataProvider: provider }),
    suite.onDidChange(() => changed.fire()),
    statusItem(suite),
  );
}

function rows(state: MockState): MockRow[] {
  if (state.kind !== 'running') return [];
  return (['openemr', 'fhir', 'orthanc', 'dimse'] as const).flatMap((id) => {
    const url = state.urls[id];
    return url === undefined ? [] : [{ id, url }];
  });
}

function mockItem({ id, url }: MockRow): vscode.TreeItem {
  const { t } = vscode.l10n;
  const names = {
    openemr: 'OpenEMR',
    fhir: 'FHIR R4',
    orthanc: 'Orthanc',
    dimse: 'DICOM (DIMSE)',
  };
  const item = new vscode.TreeItem(names[id]);
  item.id = id;
  item.description = url.replace(/^http:\/\//, '');
  item.tooltip = t('{name} mock, running at {url}', { name: names[id], url });
  item.iconPath = new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed'));
  item.contextValue = id === 'openemr' ? 'mockWithPage' : 'mock';
  item.accessibilityInformation = { label: item.tooltip };
  return item;
}

/** One item, and none before the mock servers are used for the first time. */
function statusItem(suite: MockSuite): vscode.Disposable {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem(
    'openemrWorkbench.mocks',
    vscode.StatusBarAlignment.Left,
  );
  item.name = t('OpenEMR Workbench: Mock Servers');
  item.command = CommandId.mocksMenu;
  const show = (state: MockState) => {
    switch (state.kind) {
      case 'starting':
        item.text = `$(loading~spin) ${t('Mock servers')}`;
        item.tooltip = t('Starting the mock servers…');
        break;
      case 'running':
        item.text = `$(server-process) ${t('Mock servers')}`;
        item.tooltip = Object.values(state.urls).join('\n');
        break;
      case 'stopped':
        item.text = `$(debug-stop) ${t('Mock servers')}`;
        item.tooltip = t('The mock servers are stopped.');
        break;
    }
    item.show();
  };
  return vscode.Disposable.from(item, suite.onDidChange(show));
}
