// POST /oauth2/{site}/introspect. 7.0.3 answers errors and a serialized PHP date; 7.0.4 mostly
// `active: false` (OpenEMR PR 9463).
import { type Answer, jsonAnswer, noStore, type OAuthRequest, phpHtml } from './answer.ts';
import { isSameSecret } from './client-auth.ts';
import { type OAuthDeps, oauthUrl } from './deps.ts';
import { idTokenClaims } from './id-token.ts';
import { isOwnSignature, JwtParseError, type ParsedJwt, parseJwt } from './jwt.ts';
import { OAuthFailure } from './oauth-failure.ts';
import type { Client } from './state.ts';
import { isTrusted } from './tokens.ts';

type Introspection = Readonly<Record<string, unknown>>;

/** The token could not be read at all: OpenEMR prints the exception. */
class Unreadable extends Error {}

export function introspect(request: OAuthRequest, deps: OAuthDeps): Answer {
  const isLenient = deps.profile.introspection === 'inactive';
  try {
    const result = introspection(request, deps);
    return jsonAnswer(result, {
      headers: isLenient ? noStore : { 'content-type': phpHtml },
    });
  } catch (error) {
    const isRefusal = error instanceof OAuthFailure || error instanceof Unreadable;
    if (isRefusal && isLenient) return jsonAnswer({ active: false }, { headers: noStore });
    if (error instanceof Unreadable) {
      return { status: 400, headers: { 'content-type': phpHtml }, body: error.message };
    }
    throw error;
  }
}

function introspection(request: OAuthRequest, deps: OAuthDeps): Introspection {
  const parameter = (name: string): string =>
    request.form.get(name) ?? request.query.get(name) ?? '';
  const client = requireClient(parameter('client_id'), parameter('client_secret'), deps);
  const token = parameter('token');
  const hint = parameter('token_type_hint') || guessedHint(token);
  const isKnownHint = hint === 'access_token' || hint === 'refresh_token';
  if (!isKnownHint || token === '') throw refused('Missing token or unsupported hint.', 400);
  return hint === 'access_token'
    ? accessToken(token, client, request, deps)
    : refreshToken(token, client, deps);
}

function guessedHint(token: string): string {
  if (token === '') throw new Unreadable('Token cannot be empty');
  return token.split('.').length === 3 ? 'access_token' : 'refresh_token';
}

function requireClient(id: string, secret: string, { state }: OAuthDeps): Client {
  const client = state.clients.get(id);
  if (!client) throw refused('Not a registered client', 401);
  if (secret === '' && client.isConfidential) throw refused('Invalid client app type', 400);
  const isSecretRight = client.secret === undefined || isSameSecret(secret, client.secret);
  if (!client.isEnabled || !isSecretRight) throw refused('Client failed security', 401);
  return client;
}

function accessToken(
  token: string,
  client: Client,
  request: OAuthRequest,
  deps: OAuthDeps,
): Introspection {
  const jwt = parsed(token);
  const { aud, sub, jti, exp, scopes } = jwt.claims;
  const [audience] = [aud].flat();
  if (audience !== client.id) return { active: false };
  const isLenient = deps.profile.introspection === 'inactive';
  const known = deps.state.accessTokens.get(String(jti));
  const status = accessStatus(jwt, deps);
  return {
    active: status === 'active',
    status,
    scope: Array.isArray(scopes) ? scopes.join(' ') : '',
    exp: isLenient ? Math.floor(Number(exp)) : phpDate(Number(exp)),
    sub,
    jti,
    aud: [aud].flat(),
    client_id: client.id,
    ...(isLenient && known && launchFields(known, request, deps)),
  };
}

/** In the order in which OpenEMR overwrites the status; the last one wins. */
function accessStatus(jwt: ParsedJwt, deps: OAuthDeps): string {
  const { sub, jti, exp, aud } = jwt.claims;
  const isRevoked = deps.state.accessTokens.get(String(jti))?.isRevoked ?? false;
  if (isRevoked || !isTrusted(String([aud].flat()[0]), String(sub), deps)) return 'revoked';
  if (Number(exp) <= deps.context.clock.now() / 1000) return 'expired';
  return isOwnSignature(jwt) ? 'active' : 'failed_verification';
}

function launchFields(
  known: {
    readonly context: { readonly patient?: string };
    readonly scopes: readonly string[];
    readonly userUuid: string;
    readonly clientId: string;
  },
  { site }: OAuthRequest,
  deps: OAuthDeps,
): Introspection {
  const { patient } = known.context;
  const claims = idTokenClaims({ ...known, site, lifetimeMs: 0 }, 0, deps);
  return {
    ...(patient !== undefined && {
      patient,
      smart_style_url: `${oauthUrl(deps, site)}/smart/smart-style`,
    }),
    ...(claims['fhirUser'] !== undefined && { fhirUser: claims['fhirUser'] }),
  };
}

function refreshToken(token: string, client: Client, deps: OAuthDeps): Introspection {
  const known = deps.state.refreshTokens.get(token);
  if (!known) throw new Unreadable('Integrity check failed.');
  if (known.clientId !== client.id) return { active: false };
  const isRevoked = known.isRevoked || !isTrusted(known.clientId, known.userUuid, deps);
  const isExpired = known.expiresAtMs < deps.context.clock.now();
  const status = isRevoked ? 'revoked' : isExpired ? 'expired' : 'active';
  return {
    active: status === 'active',
    status,
    // OpenEMR: a list here, a string for an access token.
    scope: known.scopes,
    exp: Math.floor(known.expiresAtMs / 1000),
    sub: known.userUuid,
    jti: known.id,
    client_id: client.id,
  };
}

function parsed(token: string): ParsedJwt {
  try {
    return parseJwt(token);
  } catch (error) {
    if (error instanceof JwtParseError) throw new Unreadable(error.message);
    throw error;
  }
}

/** PHP's DateTimeImmutable through json_encode. */
function phpDate(seconds: number): Introspection {
  const iso = new Date(seconds * 1000).toISOString();
  return {
    date: `${iso.slice(0, 10)} ${iso.slice(11, 19)}.${iso.slice(20, 23)}000`,
    timezone_type: 1,
    timezone: '+00:00',
  };
}

function refused(description: string, status: number): OAuthFailure {
  return new OAuthFailure('invalid_request', description, { status });
}
