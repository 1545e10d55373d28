// POST /oauth2/{site}/token
import { type Answer, jsonAnswer, noStore, type OAuthRequest } from './answer.ts';
import type { OAuthDeps } from './deps.ts';
import { grantAuthorizationCode } from './grant-authorization-code.ts';
import { grantClientCredentials } from './grant-client-credentials.ts';
import { grantPassword } from './grant-password.ts';
import { grantRefreshToken } from './grant-refresh-token.ts';
import { unsupportedGrant } from './oauth-failure.ts';
import type { TokenResponse } from './tokens.ts';

type GrantHandler = (request: OAuthRequest, deps: OAuthDeps) => Promise<TokenResponse>;

const grants: ReadonlyMap<string, GrantHandler> = new Map<string, GrantHandler>([
  ['authorization_code', grantAuthorizationCode],
  ['refresh_token', grantRefreshToken],
  ['password', grantPassword],
  ['client_credentials', grantClientCredentials],
]);

/** Without a grant_type (a JSON body has none) OpenEMR falls into authorization_code, which finds no session. */
export async function token(request: OAuthRequest, deps: OAuthDeps): Promise<Answer> {
  const grantType = request.form.get('grant_type') || 'authorization_code';
  if (/^application\/(?:\w+\+)?json/.test(request.header('content-type') ?? '')) {
    request.note('oauth.not-a-form');
  }
  const grant = grants.get(grantType);
  if (!grant) throw unsupportedGrant();
  const tokens = await grant(request, deps);
  return jsonAnswer(tokens, {
    headers: { ...noStore, 'content-type': 'application/json; charset=UTF-8' },
  });
}
