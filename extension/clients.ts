// Everything that is heavy, in a bundle of its own (dist/clients.cjs) that is loaded on first use.
import { randomUUID } from 'node:crypto';
import { parseBaseUrl } from '#core/base-url.ts';
import { systemClock } from '#core/clock.ts';
import { createFhirClient, type FhirClient } from '#core/fhir/client.ts';
import type { Http, HttpEvent } from '#core/http.ts';
import type { ClientAuth } from '#core/oauth/client-auth.ts';
import { discover } from '#core/oauth/discovery.ts';
import { type Grant as OAuthGrant, requestToken } from '#core/oauth/grants.ts';
import { readSigningKey } from '#core/oauth/signing-key.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import { fhirPaths, oauthPaths, urlOf } from '#core/openemr/paths.ts';
import { createHttp } from '#core/undici-http.ts';
import { Grant } from './profile.ts';

interface Cancel {
  readonly signal?: AbortSignal;
}

/** A profile with its secrets, for as long as one request takes. */
export interface TokenOrder {
  readonly baseUrl: string;
  readonly site: string;
  readonly clientId: string;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly userName: string;
  readonly clientSecret?: string;
  readonly privateKey?: string;
  readonly password?: string;
  readonly refreshToken?: string;
}

export interface Clients {
  readonly http: Http;
  requestToken(order: TokenOrder, cancel?: Cancel): Promise<TokenSet>;
  fhir(baseUrl: string, bearer?: (cancel: Cancel) => Promise<string>): FhirClient;
  close(): Promise<void>;
}

export function createClients({ onEvent }: { onEvent: (event: HttpEvent) => void }): Clients {
  const http = createHttp({ clock: systemClock, onEvent, userAgent: 'openemr-workbench' });
  const ports = { http, clock: systemClock, newId: randomUUID };
  return {
    http,
    async requestToken(order, cancel) {
      const { baseUrl, site } = order;
      const tokenEndpoint = urlOf(parseBaseUrl(baseUrl), oauthPaths.token, { site });
      const client = await clientAuth(order, () => audience(http, order, cancel));
      return requestToken(ports, { tokenEndpoint, client }, grantOf(order), cancel);
    },
    fhir: (baseUrl, bearer) =>
      createFhirClient({ http: bearer ? authorized(http, bearer) : http, baseUrl }),
    close: () => http.close(),
  };
}

/** OpenEMR's own FHIR API of one site. */
export function openemrFhirUrl(baseUrl: string, site: string): string {
  return urlOf(parseBaseUrl(baseUrl), fhirPaths.base, { site });
}

async function clientAuth(
  order: TokenOrder,
  audienceOf: () => Promise<string>,
): Promise<ClientAuth> {
  const { clientId, clientSecret, privateKey } = order;
  if (order.grant === Grant.jwt) {
    const key = readSigningKey(privateKey ?? '');
    return { kind: 'signedJwt', clientId, key, audience: await audienceOf() };
  }
  return clientSecret === undefined
    ? { kind: 'public', clientId }
    : { kind: 'secretPost', clientId, clientSecret };
}

/** The server checks `aud` against its token endpoint as it writes it itself. */
async function audience(
  http: Http,
  { baseUrl, site }: TokenOrder,
  cancel: Cancel | undefined,
): Promise<string> {
  const url = urlOf(parseBaseUrl(baseUrl), oauthPaths.openidConfiguration, { site });
  return (await discover(http, url, cancel)).token;
}

function grantOf(order: TokenOrder): OAuthGrant {
  const { scopes, userName, password = '', refreshToken = '' } = order;
  switch (order.grant) {
    case Grant.secret:
    case Grant.jwt:
      return { kind: 'client_credentials', scopes };
    case Grant.password:
      return { kind: 'password', username: userName, password, userRole: 'users', scopes };
    case Grant.refresh:
      return { kind: 'refresh_token', refreshToken, scopes };
  }
}

function authorized(http: Http, bearer: (cancel: Cancel) => Promise<string>): Http {
  return {
    async send(request, options = {}) {
      const headers = { ...request.headers, authorization: `Bearer ${await bearer(options)}` };
      return http.send({ ...request, headers }, options);
    },
    close: () => http.close(),
  };
}

/** @throws WorkbenchError `OAUTH_SETTINGS` when this is not a usable private key */
export function assertPrivateKey(source: string): void {
  readSigningKey(source);
}
