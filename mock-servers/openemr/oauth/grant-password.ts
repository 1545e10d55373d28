// The password grant: off by default in OpenEMR, wants a `user_role`, and an `email` from a patient.
// The client's secret is not looked at (bug `secretIgnoredByPasswordAndRefresh`).
import type { OAuthRequest } from './answer.ts';
import {
  requireEnabled,
  requireKnownClient,
  requireOwnRedirectUri,
  requireSecret,
} from './client-auth.ts';
import type { OAuthDeps } from './deps.ts';
import { invalidGrant, missingParameter, OAuthFailure, unsupportedGrant } from './oauth-failure.ts';
import { grantedScopes, grantRules, splitScopes } from './scopes.ts';
import { issueTokens, lifetimeMs, type TokenResponse } from './tokens.ts';
import { isTotp } from './totp.ts';
import { trustUser } from './trusted-users.ts';

export async function grantPassword(
  request: OAuthRequest,
  deps: OAuthDeps,
): Promise<TokenResponse> {
  const settings = deps.settings();
  if (settings.oauth_password_grant === 0) {
    request.note('oauth.grant-switched-off');
    throw unsupportedGrant();
  }
  const client = requireKnownClient(request, deps);
  requireEnabled(client, request);
  if (!settings.bugs.secretIgnoredByPasswordAndRefresh) requireSecret(client, request, deps);
  requireOwnRedirectUri(client, request);
  const requested = splitScopes(request.form.get('scope') ?? '');
  const scopes = grantedScopes(requested, client, 'password', grantRules(deps));
  const userUuid = requireUser(request, deps);
  if (scopes.length < requested.length) request.note('oauth.scope-dropped');

  const grant = { clientId: client.id, userUuid, site: request.site, scopes };
  const tokens = await issueTokens({ ...grant, lifetimeMs: lifetimeMs.accessToken }, deps);
  trustUser(grant, deps);
  return tokens;
}

function requireUser(request: OAuthRequest, deps: OAuthDeps): string {
  const username = requireParameter('username', request);
  const password = requireParameter('password', request);
  const role = requireParameter('user_role', request);
  const email = role === 'patient' ? requireParameter('email', request) : '';
  const uuid =
    role === 'users' && isRoleOn(1, deps)
      ? staffUuid(username, password, request, deps)
      : role === 'patient' && isRoleOn(2, deps)
        ? deps.accounts.patientByLogin(username, password, email)?.uuid
        : undefined;
  if (uuid === undefined) throw invalidGrant('Failed Authentication');
  return uuid;
}

function requireParameter(name: string, request: OAuthRequest): string {
  const value = request.form.get(name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

/** 1 users, 2 patients, 3 both. */
function isRoleOn(bit: 1 | 2, deps: OAuthDeps): boolean {
  return (deps.settings().oauth_password_grant & bit) !== 0;
}

function staffUuid(
  username: string,
  password: string,
  request: OAuthRequest,
  { accounts, context }: OAuthDeps,
): string | undefined {
  const user = accounts.staffByLogin(username, password);
  if (!user) return undefined;
  const token = request.form.get('mfa_token');
  if (user.totpSecret === undefined) {
    if (token !== undefined) {
      throw new OAuthFailure('mfa_not_supported', 'MFA not supported.', { status: 403 });
    }
    return user.uuid;
  }
  if (!token || !/^\d{6}$/.test(token)) {
    throw new OAuthFailure('mfa_token_required', 'MFA token required.', { status: 401 });
  }
  if (!isTotp(token, user.totpSecret, context.clock.now())) {
    throw new OAuthFailure('mfa_token_invalid', 'The MFA code you entered was not valid.', {
      status: 401,
    });
  }
  return user.uuid;
}
