// Everything the sign-in half remembers, as plain data: one object per server, copied whole for a snapshot.

export interface Client {
  readonly id: string;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
  readonly name: string;
  readonly role: 'user' | 'patient';
  readonly isConfidential: boolean;
  readonly isEnabled: boolean;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly contacts: readonly string[];
  /** A label only: OpenEMR enforces no grant per client. */
  readonly grantTypes: readonly string[];
  readonly jwks: Readonly<Record<string, unknown>> | undefined;
  readonly jwksUri: string | undefined;
  readonly launchUri: string | undefined;
  readonly skipsEhrLaunchFlow: boolean;
  readonly dsiType: 'none' | 'evidence' | 'predictive';
  readonly registrationToken: string;
  readonly registrationPath: string;
  readonly registeredAtMs: number;
  /** "As the guide describes": these grants work with the secret, `scopes` are what is ticked. Not in real OpenEMR. */
  readonly guide: { readonly grants: readonly string[] } | undefined;
}

/** Launch context, kept over a refresh. */
export interface TokenContext {
  readonly patient?: string;
  readonly encounter?: string;
  readonly intent?: string;
  readonly isEhrLaunch?: boolean;
}

export interface AccessToken {
  readonly jti: string;
  readonly clientId: string;
  readonly userUuid: string;
  readonly scopes: readonly string[];
  readonly context: TokenContext;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
}

export interface RefreshToken {
  readonly id: string;
  /** The opaque `def50200...` string. */
  readonly value: string;
  readonly accessJti: string;
  readonly clientId: string;
  readonly userUuid: string;
  readonly scopes: readonly string[];
  readonly context: TokenContext;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
}

/** What OpenEMR keeps encrypted in the code itself. */
export interface AuthCode {
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly userUuid: string;
  readonly scopes: readonly string[];
  readonly codeChallenge: string | undefined;
  readonly expiresAtMs: number;
}

/** Row of oauth_trusted_user: one per client and user, overwritten by a newer login. */
export interface TrustedUser {
  readonly clientId: string;
  readonly userUuid: string;
  readonly code: string;
  readonly authCode: AuthCode | undefined;
  /** Without `state` at /authorize the session counts as lost. */
  readonly hasState: boolean;
  readonly isCodeUsed: boolean;
  readonly nonce: string | undefined;
  readonly context: TokenContext;
}

/** The browser's way from /authorize to the code; cookie `authserverOpenEMR`. */
export interface LoginSession {
  readonly id: string;
  readonly csrfToken: string;
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly state: string | undefined;
  readonly scopes: readonly string[];
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  readonly context: TokenContext;
  readonly userUuid: string | undefined;
  readonly isPatient: boolean;
}

/** A user signed in to OpenEMR's own pages; cookie `OpenEMR`. */
export interface CoreSession {
  readonly id: string;
  readonly csrfToken: string;
  readonly userUuid: string;
}

export interface OAuthState {
  readonly clients: Map<string, Client>;
  readonly accessTokens: Map<string, AccessToken>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly trustedUsers: Map<string, TrustedUser>;
  /** Used `jti` of client assertions, until they expire. */
  readonly assertionIds: Map<string, number>;
  readonly sessions: Map<string, LoginSession>;
  readonly coreSessions: Map<string, CoreSession>;
}

export function newOAuthState(): OAuthState {
  return {
    clients: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    trustedUsers: new Map(),
    assertionIds: new Map(),
    sessions: new Map(),
    coreSessions: new Map(),
  };
}

/** Makes `state` equal to `source`; objects inside are immutable and shared. */
export function copyState(source: OAuthState, state: OAuthState): void {
  for (const key of Object.keys(state) as (keyof OAuthState)[]) {
    const target: Map<string, unknown> = state[key];
    target.clear();
    for (const [id, value] of source[key]) target.set(id, value);
  }
}

export function trustKey(clientId: string, userUuid: string): string {
  return `${clientId} ${userUuid}`;
}

/** Forgets the oldest: in a long run ended sessions and expired tokens would stay for ever. */
export function bound<T>(map: Map<string, T>, most = 100_000): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
