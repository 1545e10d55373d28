// What every API call passes before its route: site, token, user, API. Order as in OpenEMR 7.0.3
// apis/dispatch.php and 7.0.4 AuthorizationListener / BearerTokenAuthorizationStrategy.
import type { Bearer } from './contracts.ts';
import type { OAuthDeps } from './oauth/deps.ts';
import { guideBearerScopes } from './oauth/guide-scopes.ts';
import { isOwnSignature, JwtParseError, type ParsedJwt, parseJwt } from './oauth/jwt.ts';
import type { AccessToken } from './oauth/state.ts';
import { isTrusted } from './oauth/tokens.ts';
import { ApiRefusal } from './refusals.ts';

/** Path after `/apis/{site}`. */
export function isPublic(path: string, { profile }: OAuthDeps): boolean {
  const [plain = ''] = path.split('?', 1);
  return publicPaths.has(plain) || (profile.versionIsPublic && publicFrom704.has(plain));
}

// OpenEMR _rest_config.php skipApiAuth: the whole path, so one OperationDefinition does need a token.
const publicPaths: ReadonlySet<string> = new Set([
  '/fhir/metadata',
  '/fhir/.well-known/smart-configuration',
  '/fhir/OperationDefinition',
]);
const publicFrom704: ReadonlySet<string> = new Set(['/api/version', '/api/product']);

/**
 * @param authorization - the header as received
 * @throws ApiRefusal
 */
export function acceptBearer(
  authorization: string | undefined,
  path: string,
  deps: OAuthDeps,
): Bearer {
  const jwt = requireJwt(authorization);
  const token = requireValidToken(jwt, deps);
  const bearer = bearerOfToken(token, deps);
  requireApi(bearer, path, deps);
  return bearer;
}

function requireJwt(authorization: string | undefined): ParsedJwt {
  if (authorization === undefined) throw new ApiRefusal('missingHeader');
  try {
    // league BearerTokenValidator: case-sensitive, and without `Bearer` the whole header counts.
    return parseJwt(authorization.replace(/^\s*Bearer\s/, '').trim());
  } catch (error) {
    if (error instanceof JwtParseError) throw new ApiRefusal('unreadableToken', error.message);
    throw error;
  }
}

function requireValidToken(jwt: ParsedJwt, deps: OAuthDeps): AccessToken {
  const { exp, nbf, jti, aud, sub } = jwt.claims;
  const now = deps.context.clock.now() / 1000;
  const isTimely = typeof exp === 'number' && exp > now && (typeof nbf !== 'number' || nbf <= now);
  if (!isOwnSignature(jwt) || !isTimely) throw new ApiRefusal('unverifiedToken');
  const token = deps.state.accessTokens.get(String(jti));
  if (token?.isRevoked) throw new ApiRefusal('revokedToken');
  if (!isTrusted(String(aud), String(sub), deps)) throw new ApiRefusal('userLoggedOut');
  if (!token) throw new ApiRefusal('unknownToken');
  return token;
}

function bearerOfToken(token: AccessToken, { accounts, state, hasGuideMode }: OAuthDeps): Bearer {
  const client = state.clients.get(token.clientId);
  const scopes =
    hasGuideMode && client?.guide ? guideBearerScopes(token.scopes) : new Set(token.scopes);
  const base = { clientId: token.clientId, userUuid: token.userUuid, scopes };
  const system = accounts.systemUser();
  if (token.userUuid === system.uuid) {
    return { ...base, role: 'system', username: system.username };
  }
  const staff = accounts.staffByUuid(token.userUuid);
  const patientUuid = token.context.patient;
  if (staff) {
    return {
      ...base,
      role: 'users',
      username: staff.username,
      ...(patientUuid !== undefined && { patientUuid }),
    };
  }
  const patient = accounts.patientByUuid(token.userUuid);
  if (!patient) throw new ApiRefusal('unknownToken');
  return { ...base, role: 'patient', username: patient.username ?? '', patientUuid: patient.uuid };
}

/** /api/ is for staff with api:oemr, /portal/ for patients with api:port, /fhir/ for everyone. */
function requireApi(bearer: Bearer, path: string, deps: OAuthDeps): void {
  const settings = deps.settings();
  const api = apis.find(({ prefix }) => path.startsWith(prefix));
  if (!api) throw new ApiRefusal('unknownApi');
  if (deps.profile.apiSwitchesEnforced && !settings[api.global]) {
    throw new ApiRefusal('apiSwitchedOff');
  }
  if (api.scope !== undefined && !bearer.scopes.has(api.scope)) {
    throw new ApiRefusal('apiScopeMissing');
  }
  if (api.role !== undefined && bearer.role !== api.role) throw new ApiRefusal('roleMismatch');
}

interface Api {
  readonly prefix: string;
  readonly global: 'rest_fhir_api' | 'rest_api' | 'rest_portal_api';
  readonly scope?: string;
  readonly role?: Bearer['role'];
}

const apis: readonly Api[] = [
  { prefix: '/fhir/', global: 'rest_fhir_api' },
  { prefix: '/api/', global: 'rest_api', scope: 'api:oemr', role: 'users' },
  { prefix: '/portal/', global: 'rest_portal_api', scope: 'api:port', role: 'patient' },
];
