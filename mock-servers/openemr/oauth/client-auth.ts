// Who is asking: league AbstractGrant::validateClient with OpenEMR's ClientRepository behind it.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { OAuthRequest } from './answer.ts';
import type { OAuthDeps } from './deps.ts';
import { invalidClient, missingParameter } from './oauth-failure.ts';
import { isRedirectUriOf } from './redirect-uri.ts';
import type { Client } from './state.ts';

export interface ClientCredentials {
  readonly id: string;
  readonly secret: string | undefined;
}

/** Body parameters win over HTTP Basic. */
export function clientCredentials(request: OAuthRequest): ClientCredentials | undefined {
  const basic = basicCredentials(request.header('authorization'));
  const id = request.form.get('client_id') ?? basic?.id;
  if (id === undefined) return undefined;
  return { id, secret: request.form.get('client_secret') ?? basic?.secret };
}

/** @throws OAuthFailure client_id missing; unknown client */
export function requireKnownClient(request: OAuthRequest, deps: OAuthDeps): Client {
  const credentials = clientCredentials(request);
  if (!credentials) throw missingParameter('client_id');
  const client = deps.state.clients.get(credentials.id);
  if (!client) {
    request.note('oauth.client-unknown');
    throw invalidClient();
  }
  return client;
}

/** A disabled client is answered like an unknown one. */
export function requireEnabled(client: Client, request: OAuthRequest): void {
  if (client.isEnabled) return;
  request.note('oauth.client-disabled', { clientId: client.id });
  throw invalidClient();
}

/** league checks a redirect_uri at /token too, whatever the grant. */
export function requireOwnRedirectUri(client: Client, request: OAuthRequest): void {
  const redirectUri = request.form.get('redirect_uri');
  if (redirectUri === undefined || isRedirectUriOf(redirectUri, client)) return;
  request.note('oauth.redirect-differs');
  throw invalidClient();
}

/** True for a public client, and by bug `missingSecretAccepted` for one that sends no secret. */
export function requireSecret(client: Client, request: OAuthRequest, deps: OAuthDeps): void {
  if (client.secret === undefined) return;
  const sent = clientCredentials(request)?.secret ?? '';
  if (sent === '' && deps.settings().bugs.missingSecretAccepted) return;
  if (isSameSecret(sent, client.secret)) return;
  request.note('oauth.wrong-secret', { clientId: client.id });
  throw invalidClient();
}

/** In constant time, whatever the lengths. */
export function isSameSecret(sent: string, stored: string): boolean {
  return timingSafeEqual(sha256(sent), sha256(stored));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function basicCredentials(authorization = ''): ClientCredentials | undefined {
  const [, encoded] = /^Basic (.+)$/.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { id: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}
