import { createRequire } from 'node:module';
import type * as Bundle from '../clients.ts';

export type ClientsBundle = typeof Bundle & { readonly clients: Bundle.Clients };
export type LoadClients = () => ClientsBundle;

/** The second bundle, loaded when the first request is made and not when the extension activates. */
export function createClientsLoader(options: Bundle.ClientsOptions): {
  load: LoadClients;
  close(): Promise<void>;
} {
  let loaded: ClientsBundle | undefined;
  return {
    load() {
      if (loaded) return loaded;
      const bundle: typeof Bundle = createRequire(import.meta.url)('./clients.cjs');
      loaded = { ...bundle, clients: bundle.createClients(options) };
      return loaded;
    },
    close: async () => loaded?.clients.close(),
  };
}
