// GET /oauth2/{site}/logout: ends the trust in a user's tokens for one application.
import { isRecord, parseJson } from '#core/guards.ts';
import { type Answer, htmlAnswer, type OAuthRequest, redirectAnswer } from './answer.ts';
import type { OAuthDeps } from './deps.ts';
import { OAuthFailure } from './oauth-failure.ts';
import { trustKey } from './state.ts';

export function logout(request: OAuthRequest, deps: OAuthDeps): Answer {
  const parameter = (name: string): string =>
    request.form.get(name) ?? request.query.get(name) ?? '';
  const idToken = parameter('id_token_hint');
  // OpenEMR: with a space in the error's name.
  if (idToken === '') throw new OAuthFailure('invalid _request', 'Id token missing from request');
  const { aud, sub, nonce } = payloadOf(idToken);
  const target = parameter('post_logout_redirect_uri');
  const back = `${target}?state=${parameter('state')}`;

  const key = trustKey(String(aud), String(sub));
  const trusted = deps.state.trustedUsers.get(key);
  if (!trusted) {
    // OpenEMR: here the target is not compared with the registered ones.
    return target === '' ? htmlAnswer('You are currently not signed in.') : redirectAnswer(back);
  }
  if ((trusted.nonce ?? '') !== (nonce ?? '')) {
    throw new OAuthFailure('invalid _request', 'Id token not issued from this server');
  }
  deps.state.trustedUsers.delete(key);
  const registered = deps.state.clients.get(trusted.clientId)?.postLogoutRedirectUris.join('|');
  return target !== '' && target === registered
    ? redirectAnswer(back)
    : htmlAnswer('You have been signed out. Thank you.');
}

/** OpenEMR does not verify the signature. */
function payloadOf(idToken: string): Readonly<Record<string, unknown>> {
  const [, part = ''] = idToken.split('.');
  try {
    const payload = parseJson(Buffer.from(part, 'base64url').toString());
    return isRecord(payload) ? payload : {};
  } catch {
    // Not JSON: as a token of nobody.
    return {};
  }
}
