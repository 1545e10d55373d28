// Issuing: access, id and refresh tokens in the formats of league 8.4 and OpenEMR's IdTokenSMARTResponse.

import { type OAuthDeps, oauthUrl } from './deps.ts';
import { idTokenClaims } from './id-token.ts';
import { type Claims, signRs256 } from './jwt.ts';
import { OAuthFailure } from './oauth-failure.ts';
import { shownScopes, tokenScopes } from './scopes.ts';
import { type AccessToken, bound, type TokenContext, trustKey } from './state.ts';

export const lifetimeMs = {
  authCode: 60_000,
  accessToken: 3_600_000,
  clientCredentials: 300_000,
} as const;

export interface Grant {
  readonly clientId: string;
  readonly userUuid: string;
  readonly site: string;
  readonly scopes: readonly string[];
  readonly lifetimeMs: number;
  readonly context?: TokenContext;
  readonly nonce?: string | undefined;
  /** client_credentials gives neither id nor refresh token. */
  readonly isMachine?: boolean;
}

export type TokenResponse = Readonly<Record<string, unknown>>;

/** Key order: id_token, launch context, scope, token_type, expires_in, access_token, refresh_token. */
export async function issueTokens(grant: Grant, deps: OAuthDeps): Promise<TokenResponse> {
  const nowMs = deps.context.clock.now();
  const scopes = tokenScopes(grant.scopes, grant.site, deps.profile);
  const full = { ...grant, scopes };
  const isPersonal = !grant.isMachine;
  const launch = isPersonal ? launchContext(grant, deps) : {};
  const access = newAccessToken(full, nowMs, deps);
  const refresh =
    isPersonal && scopes.includes('offline_access')
      ? { refresh_token: issueRefreshToken(full, grant.scopes, access.jti, deps) }
      : {};
  const hasIdToken = isPersonal && scopes.includes('openid');
  const [accessToken, idToken] = await Promise.all([
    signRs256(accessClaims(access, grant.site, nowMs, deps)),
    hasIdToken ? signRs256(idTokenClaims(full, nowMs, deps)) : undefined,
  ]);
  return {
    ...(idToken !== undefined && { id_token: idToken }),
    ...launch,
    scope: shownScopes(scopes, deps.profile),
    token_type: 'Bearer',
    expires_in: grant.lifetimeMs / 1000,
    access_token: accessToken,
    ...refresh,
  };
}

function newAccessToken(grant: Grant, nowMs: number, { context, state }: OAuthDeps): AccessToken {
  const record: AccessToken = {
    jti: context.randomBytes(40).toString('hex'),
    clientId: grant.clientId,
    userUuid: grant.userUuid,
    scopes: grant.scopes,
    context: grant.context ?? {},
    expiresAtMs: nowMs + grant.lifetimeMs,
    isRevoked: false,
  };
  state.accessTokens.set(record.jti, record);
  bound(state.accessTokens);
  return record;
}

/** lcobucci 4 writes fractional seconds. */
function accessClaims(token: AccessToken, site: string, nowMs: number, deps: OAuthDeps): Claims {
  return {
    ...(deps.profile.accessTokenHasIssuer && { iss: oauthUrl(deps, site) }),
    aud: token.clientId,
    jti: token.jti,
    iat: nowMs / 1000,
    nbf: nowMs / 1000,
    exp: token.expiresAtMs / 1000,
    sub: token.userUuid,
    scopes: token.scopes,
  };
}

function issueRefreshToken(
  grant: Grant,
  scopes: readonly string[],
  accessJti: string,
  deps: OAuthDeps,
): string {
  const { context, state } = deps;
  const { clientId, userUuid } = grant;
  const payload = JSON.stringify([clientId, accessJti, accessJti, grant.scopes, userUuid]);
  const value = opaque(payload, deps);
  state.refreshTokens.set(value, {
    id: context.randomBytes(40).toString('hex'),
    value,
    accessJti,
    clientId: grant.clientId,
    userUuid: grant.userUuid,
    scopes,
    context: grant.context ?? {},
    expiresAtMs: threeMonthsLater(context.clock.now()),
    isRevoked: false,
  });
  bound(state.refreshTokens);
  return value;
}

/** A string of the look and length of defuse/php-encryption's: 4 bytes of version, then noise. */
export function opaque(payload: string, { context }: OAuthDeps): string {
  const saltIvAndMac = 80;
  return `def50200${context.randomBytes(saltIvAndMac + payload.length).toString('hex')}`;
}

/** PHP's `P3M`: the same day three months on, overflowing into the next month. */
export function threeMonthsLater(nowMs: number): number {
  const date = new Date(nowMs);
  date.setUTCMonth(date.getUTCMonth() + 3);
  return date.getTime();
}

/** OpenEMR keeps one trusted user per client and user: without it the API refuses the token. */
export function isTrusted(clientId: string, userUuid: string, deps: OAuthDeps): boolean {
  return deps.state.trustedUsers.has(trustKey(clientId, userUuid));
}

function launchContext(grant: Grant, deps: OAuthDeps): TokenResponse {
  const context = grant.context ?? {};
  const styles = { smart_style_url: `${oauthUrl(deps, grant.site)}/smart/smart-style` };
  if (grant.scopes.includes('launch/patient')) {
    if (context.patient === undefined) {
      // OpenEMR IdTokenSMARTResponse getExtraParams
      throw new OAuthFailure(
        'invalid_patient_context',
        "launch/patient scope requested but patient 'pid' was not present in session",
      );
    }
    return { patient: context.patient, need_patient_banner: true, ...styles };
  }
  if (!grant.scopes.includes('launch') || !context.isEhrLaunch) return {};
  return {
    ...(context.patient !== undefined && { patient: context.patient, need_patient_banner: false }),
    ...(context.encounter !== undefined && { encounter: context.encounter }),
    ...(context.intent !== undefined && { intent: context.intent }),
    ...(context.encounter !== undefined && {
      fhirContext: [{ reference: `Encounter/${context.encounter}` }],
    }),
    ...styles,
  };
}
