// league AuthCodeGrant behind OpenEMR's own session check (AC:1203).
import { createHash } from 'node:crypto';
import type { OAuthRequest } from './answer.ts';
import { assertionType, requireAssertedClient } from './client-assertion.ts';
import {
  requireEnabled,
  requireKnownClient,
  requireOwnRedirectUri,
  requireSecret,
} from './client-auth.ts';
import type { OAuthDeps } from './deps.ts';
import { invalidGrant, invalidRequest, missingParameter, noSession } from './oauth-failure.ts';
import { registeredOnly } from './scopes.ts';
import { type AuthCode, type Client, type TrustedUser, trustKey } from './state.ts';
import { issueTokens, lifetimeMs, type TokenResponse } from './tokens.ts';
import { trustedUserByCode } from './trusted-users.ts';

/** RFC 7636 4.1 */
const verifierPattern = /^[A-Za-z0-9\-._~]{43,128}$/;

export async function grantAuthorizationCode(
  request: OAuthRequest,
  deps: OAuthDeps,
): Promise<TokenResponse> {
  const sent = request.form.get('code') ?? '';
  const trusted = trustedUserByCode(sent, deps);
  if (!trusted?.hasState) {
    request.note('oauth.session-lost', { problem: trusted ? 'no-state' : 'unknown-code' });
    throw noSession();
  }
  const client = await requireClient(request, deps);
  const code = requireCode(sent, trusted, client, request, deps);
  requireVerifier(code, request.form.get('code_verifier'));

  deps.state.trustedUsers.set(trustKey(trusted.clientId, trusted.userUuid), {
    ...trusted,
    isCodeUsed: true,
  });
  // Checked at /authorize; a user may have declined the one scope that made others valid.
  const scopes = registeredOnly(code.scopes, client.scopes, deps.profile);
  const { userUuid, context, nonce } = trusted;
  // SR finalizeScopes: a nonce in the session becomes a scope, and shows in the response.
  const granted = nonce === undefined ? scopes : [...scopes, 'nonce'];
  const grant = { clientId: client.id, userUuid, context, nonce, site: request.site };
  return issueTokens({ ...grant, scopes: granted, lifetimeMs: lifetimeMs.accessToken }, deps);
}

async function requireClient(request: OAuthRequest, deps: OAuthDeps): Promise<Client> {
  const isAsserted = request.form.get('client_assertion_type') === assertionType;
  if (isAsserted && deps.profile.codeGrantTakesAssertion) {
    const asserted = await requireAssertedClient(request, deps);
    requireOwnRedirectUri(asserted, request);
    return asserted;
  }
  const client = requireKnownClient(request, deps);
  // A public client is not validated here: a disabled one passes, in both profiles.
  if (client.isConfidential) {
    requireEnabled(client, request);
    requireSecret(client, request, deps);
    requireOwnRedirectUri(client, request);
  }
  return client;
}

function requireCode(
  sent: string,
  { authCode, code, isCodeUsed }: TrustedUser,
  client: Client,
  request: OAuthRequest,
  deps: OAuthDeps,
): AuthCode {
  // MySQL found the row in spite of trailing spaces; the decryption does not forgive them.
  if (!authCode || sent.toLowerCase() !== code) {
    throw invalidRequest('Cannot decrypt the authorization code');
  }
  if (deps.context.clock.now() > authCode.expiresAtMs) {
    throw invalidRequest('Authorization code has expired');
  }
  if (isCodeUsed && !deps.settings().bugs.authorizationCodeReusable) {
    throw invalidRequest('Authorization code has been revoked');
  }
  if (authCode.clientId !== client.id) {
    throw invalidRequest('Authorization code was not issued to this client');
  }
  const redirectUri = request.form.get('redirect_uri');
  if (authCode.redirectUri !== undefined && redirectUri === undefined) {
    throw missingParameter('redirect_uri');
  }
  if (authCode.redirectUri !== redirectUri) throw invalidRequest('Invalid redirect URI');
  return authCode;
}

function requireVerifier({ codeChallenge }: AuthCode, verifier: string | undefined): void {
  if (codeChallenge === undefined) {
    if (verifier === undefined) return;
    throw invalidRequest('code_verifier received when no code_challenge is present');
  }
  if (verifier === undefined) throw missingParameter('code_verifier');
  if (!verifierPattern.test(verifier)) {
    throw invalidRequest('Code Verifier must follow the specifications of RFC-7636.');
  }
  const hashed = createHash('sha256').update(verifier).digest('base64url');
  if (hashed !== codeChallenge) throw invalidGrant('Failed to verify `code_verifier`.');
}
