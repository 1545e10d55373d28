// Our client and one server, as every test of the suites uses them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import type { Http } from '#core/http.ts';
import type { ClientAuth } from '#core/oauth/client-auth.ts';
import { discover, type Endpoints } from '#core/oauth/discovery.ts';
import { type Grant, requestToken } from '#core/oauth/grants.ts';
import { OAuthError } from '#core/oauth/oauth-error.ts';
import { type RegisteredClient, registerClient } from '#core/oauth/registration.ts';
import type { ClientMetadata, TokenSet } from '#core/oauth/wire.ts';
import { createHttp } from '#core/undici-http.ts';
import { redirectUri, type ServerKind, type ServerUnderTest } from './servers.ts';

export interface OAuthBench {
  readonly http: Http;
  readonly server: ServerUnderTest;
  readonly endpoints: Endpoints;
  /** Registers a client and makes it usable. */
  register(metadata: ClientMetadata): Promise<RegisteredClient>;
  request(client: ClientAuth, grant: Grant, newId?: () => string): Promise<TokenSet>;
  refusalOf(client: ClientAuth, grant: Grant): Promise<OAuthError>;
  close(): Promise<void>;
}

export async function openBench(kind: ServerKind): Promise<OAuthBench> {
  const http = createHttp({ clock: systemClock });
  const server = await kind.start();
  const endpoints = await discover(http, server.discoveryUrl);

  const request: OAuthBench['request'] = (client, grant, newId = randomUUID) =>
    requestToken(
      { http, clock: systemClock, newId },
      { tokenEndpoint: endpoints.token, client },
      grant,
    );

  return {
    http,
    server,
    endpoints,
    request,
    async register(metadata) {
      const all = { client_name: 'Workbench', redirect_uris: [redirectUri], ...metadata };
      const client = await registerClient(http, endpoints.registration ?? '', all);
      await server.enable(client, all);
      return client;
    },
    async refusalOf(client, grant) {
      const error = await request(client, grant).catch((caught: unknown) => caught);
      assert.ok(error instanceof OAuthError, String(error));
      return error;
    },
    async close() {
      await http.close();
      await server.close();
    },
  };
}
