// POST /oauth2/{site}/registration: RFC 7591 as OpenEMR does it. Order of the checks: content type, body,
// JSON, kind of application, scopes, enumerations, redirect_uris, post_logout_redirect_uris.
import { isRecord, parseJson } from '#core/guards.ts';
import { type Answer, jsonAnswer, noStore, type OAuthRequest, phpHtml } from './answer.ts';
import { PhpCrash } from './client-assertion.ts';
import { type OAuthDeps, oauthUrl } from './deps.ts';
import { invalidMetadata, OAuthFailure } from './oauth-failure.ts';
import { needsManualApproval, requireValidScopes } from './scopes.ts';
import type { Client } from './state.ts';

const listKeys: ReadonlySet<string> = new Set([
  'contacts',
  'redirect_uris',
  'post_logout_redirect_uris',
  'default_acr_values',
  'request_uris',
  'response_types',
  'grant_types',
]);
/** In the order in which the response repeats them (AC:232-259). */
const acceptedKeys = [
  'contacts',
  'application_type',
  'client_name',
  'logo_uri',
  'redirect_uris',
  'post_logout_redirect_uris',
  'token_endpoint_auth_method',
  'policy_uri',
  'tos_uri',
  'jwks_uri',
  'jwks',
  'sector_identifier_uri',
  'subject_type',
  'default_max_age',
  'require_auth_time',
  'default_acr_values',
  'initiate_login_uri',
  'request_uris',
  'response_types',
  'grant_types',
  'scope',
  'dsi_type',
  'dsi_source_attributes',
] as const;

type Metadata = Readonly<Record<string, unknown>>;

export function register(request: OAuthRequest, deps: OAuthDeps): Answer {
  const sent = requireMetadata(request, deps);
  const isConfidential = sent['application_type'] === 'private';
  const scope = typeof sent['scope'] === 'string' ? sent['scope'] : '';
  requireAllowedKind(sent, isConfidential, scope);
  // Not split as league does it: two spaces make an empty scope, which is invalid.
  requireValidScopes(scope.split(' '), { profile: deps.profile, settings: deps.settings() });
  const accepted = acceptValues(sent, deps);
  if (accepted['redirect_uris'] === undefined) {
    throw new OAuthFailure('invalid_redirect_uri', 'redirect_uris is invalid');
  }
  const logoutUris = accepted['post_logout_redirect_uris'];
  if (Array.isArray(logoutUris) && logoutUris.length === 0) {
    throw invalidMetadata('post_logout_redirect_uris is invalid');
  }

  const client = newClient(accepted, isConfidential, scope, deps);
  deps.state.clients.set(client.id, client);
  deps.keep();
  if (!client.isEnabled) request.note('oauth.registered-disabled', { clientId: client.id });
  return jsonAnswer(
    {
      client_id: client.id,
      client_secret: client.secret ?? '',
      registration_access_token: client.registrationToken,
      registration_client_uri: `${oauthUrl(deps, request.site)}/client/${client.registrationPath}`,
      client_id_issued_at: Math.floor(client.registeredAtMs / 1000),
      client_secret_expires_at: 0,
      client_role: client.role,
      ...accepted,
      dsi_type: client.dsiType,
    },
    { headers: deps.profile.registrationIsJson ? noStore : { 'content-type': phpHtml } },
  );
}

function requireMetadata(request: OAuthRequest, { profile }: OAuthDeps): Metadata {
  if (!request.header('content-type')?.startsWith('application/json')) {
    throw invalidMetadata('Unexpected content type');
  }
  if (request.rawBody === '') throw invalidMetadata('No JSON body');
  const value = parsed(request.rawBody);
  // PHP: an empty object or list is as false as null.
  const isEmpty = isRecord(value) && Object.keys(value).length === 0;
  if (!isRecord(value) || isEmpty) throw invalidMetadata(profile.invalidJsonRegistration);
  return value;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function requireAllowedKind(sent: Metadata, isConfidential: boolean, scope: string): void {
  if (isConfidential) {
    if (scope.includes('system/') && !sent['jwks'] && !sent['jwks_uri']) {
      throw invalidMetadata('jwks is invalid');
    }
  } else if (scope.includes('system/') || scope.includes('user/')) {
    throw invalidMetadata('system and user scopes are only allowed for confidential clients');
  }
}

function acceptValues(sent: Metadata, { profile }: OAuthDeps): Record<string, unknown> {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    token_endpoint_auth_method: profile.tokenEndpointAuthMethods,
    subject_type: ['pairwise', 'public'],
    dsi_type: ['none', 'evidence', 'predictive'],
  };
  const accepted: Record<string, unknown> = {};
  for (const key of acceptedKeys) {
    const value = sent[key];
    if (value === undefined || value === null) continue;
    accepted[key] = acceptValue(key, value);
    const supported = allowed[key];
    if (supported && !supported.includes(String(value))) {
      throw invalidMetadata(`Unsupported ${key} value : ${String(value)}`);
    }
  }
  return accepted;
}

function acceptValue(key: string, value: unknown): unknown {
  if (listKeys.has(key)) {
    // PHP: implode() of something else than an array is a TypeError.
    if (!Array.isArray(value)) throw new PhpCrash(`implode of ${key}`);
    return value.map(String);
  }
  if (key === 'require_auth_time') return value === 1;
  if (key === 'jwks' || key === 'dsi_source_attributes') return value;
  if (typeof value === 'object') {
    // MySQL takes no array for a column.
    throw new OAuthFailure(
      'server_error',
      'The authorization server encountered an unexpected condition which prevented it from fulfilling the request: Try again. Unable to create account',
      { status: 500 },
    );
  }
  return value;
}

function newClient(
  accepted: Metadata,
  isConfidential: boolean,
  scope: string,
  deps: OAuthDeps,
): Client {
  const random = (size: number): string => deps.context.randomBytes(size).toString('base64url');
  const scopes = scope.split(' ');
  const jwks = accepted['jwks'];
  const dsiType = accepted['dsi_type'];
  return {
    id: random(32),
    secret: isConfidential ? random(64) : undefined,
    name: textOf(accepted['client_name']) ?? '',
    role: isConfidential ? 'user' : 'patient',
    isConfidential,
    isEnabled: !needsManualApproval(scopes, isConfidential, deps.settings()),
    scopes,
    redirectUris: listOf(accepted['redirect_uris']),
    postLogoutRedirectUris: listOf(accepted['post_logout_redirect_uris']),
    contacts: listOf(accepted['contacts']),
    grantTypes: deps.profile.storesGrantTypes
      ? listOf(accepted['grant_types'] ?? ['authorization_code'])
      : ['authorization_code'],
    jwks: isRecord(jwks) ? jwks : undefined,
    jwksUri: textOf(accepted['jwks_uri']),
    launchUri: textOf(accepted['initiate_login_uri']),
    skipsEhrLaunchFlow: false,
    dsiType: dsiType === 'evidence' || dsiType === 'predictive' ? dsiType : 'none',
    registrationToken: random(32),
    registrationPath: random(16),
    registeredAtMs: deps.context.clock.now(),
    guide: undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
