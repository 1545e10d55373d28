import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import type { Http } from '#core/http.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import { type Connection, type ConnectionSettings, connect } from '#core/workflows/connect.ts';
import { openHttp, type TrustFlags } from './http.ts';
import { connectionSecrets } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface Clients {
  /** Without a token. */
  readonly http: Http;
  connect(): Connection;
}

/** Opens the clients for one piece of work and closes their sockets afterwards. */
export async function withClients<T>(
  settings: ConnectionSettings,
  flags: TrustFlags,
  terminal: Terminal,
  work: (clients: Clients) => Promise<T>,
): Promise<T> {
  const clock = systemClock;
  const http = await openHttp(flags, terminal);
  const tokens = createTokenCache({ clock });
  const secrets = () => connectionSecrets(terminal.environment);
  try {
    return await work({
      http,
      connect: () => connect(settings, { http, clock, newId: randomUUID, tokens, secrets }),
    });
  } finally {
    await http.close();
  }
}
