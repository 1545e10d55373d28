// Rotation: the old refresh token and its access token are revoked, a new pair is issued. Errors are
// 401 invalid_request where RFC 6749 5.2 wants 400 invalid_grant (OpenEMR issue 13613).
import type { OAuthRequest } from './answer.ts';
import {
  requireEnabled,
  requireKnownClient,
  requireOwnRedirectUri,
  requireSecret,
} from './client-auth.ts';
import type { OAuthDeps } from './deps.ts';
import { invalidRefreshToken, invalidScope, missingParameter } from './oauth-failure.ts';
import { grantedScopes, grantRules, splitScopes } from './scopes.ts';
import type { Client, RefreshToken } from './state.ts';
import { issueTokens, lifetimeMs, type TokenResponse } from './tokens.ts';

export async function grantRefreshToken(
  request: OAuthRequest,
  deps: OAuthDeps,
): Promise<TokenResponse> {
  const settings = deps.settings();
  const client = requireKnownClient(request, deps);
  requireEnabled(client, request);
  if (!settings.bugs.secretIgnoredByPasswordAndRefresh) requireSecret(client, request, deps);
  requireOwnRedirectUri(client, request);
  const old = requireRefreshToken(client, request, deps);
  const requested = splitScopes(request.form.get('scope') ?? old.scopes.join(' '));
  const scopes = grantedScopes(requested, client, 'refresh_token', grantRules(deps));
  const beyond = requested.find((scope) => !old.scopes.includes(scope));
  if (beyond !== undefined) throw invalidScope(beyond);

  revoke(old, deps);
  const { userUuid, context } = old;
  const grant = { clientId: client.id, userUuid, context, site: request.site, scopes };
  return issueTokens({ ...grant, lifetimeMs: lifetimeMs.accessToken }, deps);
}

function requireRefreshToken(client: Client, request: OAuthRequest, deps: OAuthDeps): RefreshToken {
  const value = request.form.get('refresh_token');
  if (value === undefined) throw missingParameter('refresh_token');
  const token = deps.state.refreshTokens.get(value);
  if (!token) throw invalidRefreshToken('Cannot decrypt the refresh token');
  if (token.clientId !== client.id) throw invalidRefreshToken('Token is not linked to client');
  if (token.expiresAtMs < deps.context.clock.now()) throw invalidRefreshToken('Token has expired');
  if (token.isRevoked) throw invalidRefreshToken('Token has been revoked');
  return token;
}

function revoke(token: RefreshToken, { state }: OAuthDeps): void {
  state.refreshTokens.set(token.value, { ...token, isRevoked: true });
  const access = state.accessTokens.get(token.accessJti);
  if (access) state.accessTokens.set(access.jti, { ...access, isRevoked: true });
}
