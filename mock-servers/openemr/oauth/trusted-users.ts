// Rows of oauth_trusted_user. Without one the API answers "Refresh Token revoked or logged out".
import type { OAuthDeps } from './deps.ts';
import { bound, type TrustedUser, trustKey } from './state.ts';

type Trust = Pick<TrustedUser, 'clientId' | 'userUuid'> & Partial<TrustedUser>;

/** One row per client and user: a newer login overwrites an older one, and with it its code. */
export function trustUser(trust: Trust, { state }: OAuthDeps): void {
  const key = trustKey(trust.clientId, trust.userUuid);
  state.trustedUsers.delete(key);
  state.trustedUsers.set(key, {
    clientId: trust.clientId,
    userUuid: trust.userUuid,
    code: trust.code ?? '',
    authCode: trust.authCode,
    hasState: trust.hasState ?? false,
    isCodeUsed: false,
    nonce: trust.nonce,
    context: trust.context ?? {},
  });
  bound(state.trustedUsers);
}

/** MySQL compares `text` without case and without trailing spaces. */
export function trustedUserByCode(code: string, { state }: OAuthDeps): TrustedUser | undefined {
  const wanted = code.replace(/ +$/, '').toLowerCase();
  if (wanted === '') return undefined;
  for (const trusted of state.trustedUsers.values()) if (trusted.code === wanted) return trusted;
  return undefined;
}
