import { createRequire } from 'node:module';
import type { Logger } from '#core/log.ts';
import type * as Bundle from '../clients.ts';

export type ClientsBundle = typeof Bundle & { readonly clients: Bundle.Clients };
export type LoadClients = () => ClientsBundle;

/** The second bundle, loaded when the first request is made and not when the extension activates. */
export function createClientsLoader(log: Logger): { load: LoadClients; close(): Promise<void> } {
  let loaded: ClientsBundle | undefined;
  return {
    load() {
      if (loaded) return loaded;
      const bundle: typeof Bundle = createRequire(import.meta.url)('./clients.cjs');
      const clients = bundle.createClients({
        onEvent: (event) => log.info('http', { ...event }),
      });
      loaded = { ...bundle, clients };
      return loaded;
    },
    close: async () => loaded?.clients.close(),
  };
}
