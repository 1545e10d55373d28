// client_credentials: private_key_jwt and nothing else; runs as `oe-system`; 5 minutes, no refresh.
// A client "as the guide describes" may use its secret (guide mode, not in real OpenEMR).
import type { OAuthRequest } from './answer.ts';
import { requireAssertedClient } from './client-assertion.ts';
import { clientCredentials, isSameSecret, requireEnabled } from './client-auth.ts';
import type { OAuthDeps } from './deps.ts';
import { invalidClient } from './oauth-failure.ts';
import { grantedScopes, grantRules, splitScopes } from './scopes.ts';
import type { Client } from './state.ts';
import { issueTokens, lifetimeMs, type TokenResponse } from './tokens.ts';
import { trustUser } from './trusted-users.ts';

export async function grantClientCredentials(
  request: OAuthRequest,
  deps: OAuthDeps,
): Promise<TokenResponse> {
  const requested = splitScopes(request.form.get('scope') ?? '');
  const client =
    authenticateGuideClient(request, deps) ?? (await requireAssertedClient(request, deps));
  const scopes = grantedScopes(requested, client, 'client_credentials', grantRules(deps));
  if (scopes.length < requested.length) request.note('oauth.scope-dropped');

  const userUuid = deps.accounts.systemUser().uuid;
  const grant = { clientId: client.id, userUuid, site: request.site, scopes };
  const tokens = await issueTokens(
    { ...grant, lifetimeMs: lifetimeMs.clientCredentials, isMachine: true },
    deps,
  );
  trustUser(grant, deps);
  return tokens;
}

/** Undefined: the request goes the real server's way. */
function authenticateGuideClient(request: OAuthRequest, deps: OAuthDeps): Client | undefined {
  const credentials = clientCredentials(request);
  const client = credentials && deps.state.clients.get(credentials.id);
  if (
    !deps.hasGuideMode ||
    !credentials ||
    !client?.guide ||
    request.form.has('client_assertion_type')
  ) {
    return undefined;
  }
  if (!client.guide.grants.includes('client_credentials')) {
    request.note('guide.grant-not-ticked', { grant: 'client_credentials' });
    return undefined;
  }
  requireEnabled(client, request);
  if (!client.secret || !isSameSecret(credentials.secret ?? '', client.secret)) {
    request.note('oauth.wrong-secret', { clientId: client.id });
    throw invalidClient();
  }
  // So that nobody takes it for what real OpenEMR does.
  request.note('guide.secret-accepted', { clientId: client.id });
  return client;
}
