// Why a request was refused, in the keys of the clients' own findings, for the journal. A check that
// knows more than the answer tells has already said so; this is for all others.
import type { OAuthRequest } from './answer.ts';
import type { OAuthFailure } from './oauth-failure.ts';

type Note = readonly [key: string, args?: Readonly<Record<string, string>>];

/** In order; the first that fits. */
const rules: readonly ((failure: OAuthFailure, request: OAuthRequest) => Note | undefined)[] = [
  ({ hint }, { form }) => {
    if (hint !== 'assertion type is not supported') return undefined;
    return [form.has('client_secret') ? 'oauth.secret-instead-of-jwt' : 'oauth.assertion-missing'];
  },
  ({ hint }) => {
    const [, parameter] = /^Check the `(\w+)` parameter$/.exec(hint ?? '') ?? [];
    if (parameter === undefined) return undefined;
    return parameter === 'user_role'
      ? ['oauth.user-role-missing']
      : ['oauth.parameter-missing', { parameter }];
  },
  ({ error, hint }) => hintedError(error, hint),
  ({ error }) => (byError.has(error) ? [byError.get(error) ?? ''] : undefined),
];

const byError: ReadonlyMap<string, string> = new Map([
  ['unsupported_grant_type', 'oauth.grant-unknown'],
  ['invalid_scope', 'oauth.scope-refused'],
  ['invalid_client', 'oauth.client-unknown'],
  ['invalid_client_metadata', 'oauth.registration-refused'],
  ['invalid_redirect_uri', 'oauth.registration-refused'],
  ['mfa_not_supported', 'oauth.mfa-needed'],
  ['mfa_token_required', 'oauth.mfa-needed'],
  ['mfa_token_invalid', 'oauth.mfa-needed'],
]);

const byHint: ReadonlyMap<string, string> = new Map([
  ['Authorization code has expired', 'oauth.code-expired'],
  ['Authorization code was not issued to this client', 'oauth.session-lost'],
  ['Cannot decrypt the authorization code', 'oauth.session-lost'],
  ['Invalid redirect URI', 'oauth.redirect-differs'],
  ['Failed to verify `code_verifier`.', 'oauth.verifier-wrong'],
  ['Code Verifier must follow the specifications of RFC-7636.', 'oauth.verifier-wrong'],
  ['code_verifier received when no code_challenge is present', 'oauth.verifier-wrong'],
  ['Failed Authentication', 'oauth.login-refused'],
  ['Cannot decrypt the refresh token', 'oauth.refresh-refused'],
  ['Token is not linked to client', 'oauth.refresh-refused'],
  ['Token has expired', 'oauth.refresh-refused'],
  ['Token has been revoked', 'oauth.refresh-refused'],
]);

export function noteFailure(failure: OAuthFailure, request: OAuthRequest): void {
  for (const rule of rules) {
    const note = rule(failure, request);
    if (note === undefined) continue;
    request.note(...note);
    return;
  }
}

function hintedError(error: string, hint: string | undefined): Note | undefined {
  const key = hint === undefined ? undefined : byHint.get(hint);
  if (key === undefined) return undefined;
  return key === 'oauth.refresh-refused' ? [key, { error, hint: hint ?? '' }] : [key];
}
