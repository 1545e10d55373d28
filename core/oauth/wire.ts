// OAuth and OpenID Connect names as they come over the wire, their guards, and the one mapping to our own.
import { isRecord, isString, isStringArray, optional } from '../guards.ts';
import { parseScopes } from './scopes.ts';

/** RFC 6749 §5.1, plus the launch context that SMART adds beside it. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in?: number | string;
  readonly scope?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly [extra: string]: unknown;
}

/** RFC 6749 §5.2, plus `hint` and `message` of OpenEMR's league/oauth2-server. */
export interface OAuthErrorBody {
  readonly error: string;
  readonly error_description?: string;
  readonly hint?: string;
  readonly message?: string;
}

/** RFC 7591 §3.2.1. */
export interface RegistrationResponse {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly client_id_issued_at?: number;
  readonly client_secret_expires_at?: number;
  readonly registration_access_token?: string;
  readonly registration_client_uri?: string;
  readonly scope?: string;
  readonly [extra: string]: unknown;
}

/** RFC 7591 §2: what a client says about itself. `jwks` is for OpenEMR's client_credentials. */
export interface ClientMetadata {
  readonly application_type?: 'private' | 'public' | 'web' | 'native';
  readonly client_name?: string;
  readonly redirect_uris?: readonly string[];
  readonly post_logout_redirect_uris?: readonly string[];
  readonly contacts?: readonly string[];
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly token_endpoint_auth_signing_alg?: string;
  readonly scope?: string;
  readonly jwks?: { readonly keys: readonly object[] };
  readonly jwks_uri?: string;
}

/** The keys that openid-configuration and smart-configuration share. */
export interface DiscoveryDocument {
  readonly issuer?: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint: string;
  readonly registration_endpoint?: string;
  readonly introspection_endpoint?: string;
  readonly end_session_endpoint?: string;
  readonly jwks_uri?: string;
  /** OpenEMR 7.0.3 and 7.0.4: smart-configuration nests the list once more (`[[…]]`). */
  readonly scopes_supported?: readonly unknown[];
  readonly grant_types_supported?: readonly string[];
  readonly code_challenge_methods_supported?: readonly string[];
  readonly token_endpoint_auth_methods_supported?: readonly string[];
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];
  readonly capabilities?: readonly string[];
}

export interface TokenSet {
  readonly accessToken: string;
  readonly tokenType: string;
  /** ms since the epoch; absent when the server does not tell */
  readonly expiresAtMs?: number;
  readonly scopes: readonly string[];
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** Everything else, such as `patient` of a SMART launch. */
  readonly extras: Readonly<Record<string, unknown>>;
}

const isSeconds = (value: unknown): value is number | string =>
  typeof value === 'number' || (isString(value) && /^\d+$/.test(value));
const isText = optional(isString);
const isTexts = optional(isStringArray);

export const isTokenResponse = (value: unknown): value is TokenResponse =>
  isRecord(value) &&
  isString(value['access_token']) &&
  value['access_token'] !== '' &&
  isString(value['token_type']) &&
  optional(isSeconds)(value['expires_in']) &&
  isText(value['scope']) &&
  isText(value['refresh_token']) &&
  isText(value['id_token']);

export const isOAuthErrorBody = (value: unknown): value is OAuthErrorBody =>
  isRecord(value) &&
  isString(value['error']) &&
  isText(value['error_description']) &&
  isText(value['hint']) &&
  isText(value['message']);

export const isRegistrationResponse = (value: unknown): value is RegistrationResponse =>
  isRecord(value) &&
  isString(value['client_id']) &&
  isText(value['client_secret']) &&
  isText(value['registration_access_token']) &&
  isText(value['registration_client_uri']) &&
  isText(value['scope']);

export const isDiscoveryDocument = (value: unknown): value is DiscoveryDocument =>
  isRecord(value) &&
  isString(value['token_endpoint']) &&
  endpointKeys.every((key) => isText(value[key])) &&
  listKeys.every((key) => isTexts(value[key])) &&
  (value['scopes_supported'] === undefined || Array.isArray(value['scopes_supported']));

const endpointKeys = [
  'issuer',
  'authorization_endpoint',
  'registration_endpoint',
  'introspection_endpoint',
  'end_session_endpoint',
  'jwks_uri',
];
const listKeys = [
  'grant_types_supported',
  'code_challenge_methods_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'capabilities',
];

/**
 * @param requested - what the scopes are when the server does not repeat them (RFC 6749 §5.1)
 * @param nowMs - when the answer arrived
 */
export function toTokenSet(
  response: TokenResponse,
  requested: readonly string[],
  nowMs: number,
): TokenSet {
  const { access_token, token_type, expires_in, scope, refresh_token, id_token, ...extras } =
    response;
  return {
    accessToken: access_token,
    tokenType: token_type,
    ...(expires_in === undefined ? {} : { expiresAtMs: nowMs + Number(expires_in) * 1000 }),
    scopes: scope === undefined ? requested : parseScopes(scope),
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(id_token === undefined ? {} : { idToken: id_token }),
    extras,
  };
}
