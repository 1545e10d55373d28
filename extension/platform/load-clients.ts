import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import type * as Bundle from '../clients.ts';
import { readCaFile } from './ca-file.ts';
import { currentProxy, proxySettingNames } from './proxy.ts';

export type ClientsBundle = typeof Bundle & {
  /** @throws WorkbenchError when the configured certificates cannot be used */
  readonly clients: Bundle.Clients;
};
export type LoadClients = () => ClientsBundle;

export interface ClientsLoader extends vscode.Disposable {
  readonly load: LoadClients;
  /** Other certificates, another proxy: what was made before is of no use any more. */
  readonly onDidReset: vscode.Event<void>;
}

const caSetting = 'openemrWorkbench.caFile';
const settingNames = [caSetting, ...proxySettingNames];

/** The second bundle, loaded when the first request is made and not when the extension activates. */
export function createClientsLoader(
  options: Omit<Bundle.ClientsOptions, 'ca' | 'proxy'>,
  report: (error: unknown) => void,
): ClientsLoader {
  const reset = new vscode.EventEmitter<void>();
  let clients: Bundle.Clients | undefined;
  let loaded: ClientsBundle | undefined;

  const close = () => {
    void clients?.close().catch(report);
    clients = undefined;
  };
  const createClients = (bundle: typeof Bundle) => {
    const ca = readCaFile(vscode.workspace.getConfiguration().get(caSetting, ''));
    const proxy = currentProxy();
    return bundle.createClients({
      ...options,
      ...(ca !== undefined && { ca }),
      ...(proxy && { proxy }),
    });
  };
  const load = (): ClientsBundle => {
    if (loaded) return loaded;
    const bundle: typeof Bundle = createRequire(import.meta.url)('./clients.mjs');
    loaded = {
      ...bundle,
      get clients() {
        clients ??= createClients(bundle);
        return clients;
      },
    };
    return loaded;
  };
  const watcher = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!settingNames.some((name) => event.affectsConfiguration(name))) return;
    close();
    reset.fire();
  });
  return {
    load,
    onDidReset: reset.event,
    dispose() {
      watcher.dispose();
      reset.dispose();
      close();
    },
  };
}
