// private_key_jwt as OpenEMR 7.x takes it: RS384 alone (CustomClientCredentialsGrant.php:225-400,
// 7.0.4 JWTClientAuthenticationService.php).
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isRecord, parseJson } from '#core/guards.ts';
import type { OAuthRequest } from './answer.ts';
import { requireEnabled } from './client-auth.ts';
import { type OAuthDeps, oauthUrl } from './deps.ts';
import { hasSignature, JwtParseError, type ParsedJwt, parseJwt } from './jwt.ts';
import { invalidClient, invalidRequest } from './oauth-failure.ts';
import { bound, type Client } from './state.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** LooseValidAt with one minute of drift; a missing claim is not missed. */
const DRIFT_S = 60;
const JWKS_TIMEOUT_MS = 5000;

/** Thrown where PHP dies of a TypeError: 500 without a body. */
export class PhpCrash extends Error {}

/**
 * Order: type, assertion, client, confidential, enabled, then the JWT itself.
 *
 * @throws OAuthFailure 401 for what makes the client unknown, 400 for a JWT that fails its checks
 */
export async function requireAssertedClient(
  request: OAuthRequest,
  deps: OAuthDeps,
): Promise<Client> {
  if (request.form.get('client_assertion_type') !== assertionType) {
    throw invalidRequest('assertion type is not supported');
  }
  const jwt = parseAssertion(request, deps);
  const client = deps.state.clients.get(String(jwt.claims['sub'] ?? ''));
  if (!client?.isConfidential) {
    request.note(client ? 'oauth.client-not-confidential' : 'oauth.client-unknown');
    throw invalidClient();
  }
  requireEnabled(client, request);
  const key = await signingKeyOf(client, jwt, request, deps);
  const problem = key ? problemOf(jwt, key, client, request, deps) : 'no-key';
  if (problem !== undefined) {
    request.note('oauth.assertion-refused', { problem });
    // Forced from 401 to 400 for the Inferno test kit.
    throw invalidClient(400);
  }
  remember(jwt, client, deps);
  return client;
}

function parseAssertion(request: OAuthRequest, deps: OAuthDeps): ParsedJwt {
  const assertion = request.form.get('client_assertion');
  if (assertion === undefined) {
    if (deps.profile.missingAssertionStatus === 500) throw new PhpCrash('client_assertion is null');
    throw invalidRequest('assertion type is not supported');
  }
  try {
    return parseJwt(assertion);
  } catch (error) {
    if (!(error instanceof JwtParseError)) throw error;
    request.note('oauth.assertion-refused', { problem: 'not-a-jwt' });
    throw invalidClient();
  }
}

function problemOf(
  { header, claims, ...jwt }: ParsedJwt,
  key: KeyObject,
  client: Client,
  request: OAuthRequest,
  deps: OAuthDeps,
): string | undefined {
  const audience = [claims['aud']].flat();
  const checks: readonly (readonly [string, () => boolean])[] = [
    ['time', () => isTimely(claims, deps.context.clock.now() / 1000)],
    ['alg', () => header['alg'] === 'RS384'],
    ['signature', () => hasSignature({ header, claims, ...jwt }, 'sha384', key)],
    ['iss', () => claims['iss'] === client.id],
    ['aud', () => audience.includes(`${oauthUrl(deps, request.site)}/token`)],
    ['jti', () => isFreshId(claims['jti'], client, deps)],
  ];
  return checks.find(([, holds]) => !holds())?.[0];
}

function isTimely({ exp, nbf, iat }: ParsedJwt['claims'], now: number): boolean {
  return (
    (typeof exp !== 'number' || exp + DRIFT_S > now) &&
    (typeof nbf !== 'number' || nbf - DRIFT_S <= now) &&
    (typeof iat !== 'number' || iat - DRIFT_S <= now)
  );
}

function isFreshId(jti: unknown, client: Client, deps: OAuthDeps): boolean {
  return (
    typeof jti === 'string' && jti !== '' && !deps.state.assertionIds.has(`${client.id} ${jti}`)
  );
}

function remember({ claims }: ParsedJwt, client: Client, { state, context }: OAuthDeps): void {
  state.assertionIds.set(`${client.id} ${String(claims['jti'])}`, context.clock.now());
  bound(state.assertionIds, 100_000);
}

/** jwks_uri wins. Bug `keyIdIgnored`: the first RSA key of the set, whatever `kid` says. */
async function signingKeyOf(
  client: Client,
  jwt: ParsedJwt,
  request: OAuthRequest,
  deps: OAuthDeps,
): Promise<KeyObject | undefined> {
  const set = client.jwksUri ? await fetchJwks(client.jwksUri, request) : client.jwks;
  const keys = set?.['keys'];
  if (!Array.isArray(keys)) {
    request.note('oauth.jwks-unusable', { problem: 'no-keys' });
    throw invalidClient();
  }
  const isIgnored = deps.settings().bugs.keyIdIgnored;
  const jwk = keys
    .filter(isRecord)
    .find(({ kty, kid }) => kty === 'RSA' && (isIgnored || kid === jwt.header['kid']));
  return jwk && keyObject(jwk);
}

const keyObjects = new WeakMap<object, KeyObject>();

function keyObject(jwk: JsonWebKey): KeyObject | undefined {
  const known = keyObjects.get(jwk);
  if (known) return known;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    keyObjects.set(jwk, key);
    return key;
  } catch {
    // Not a usable RSA key: the signature cannot hold.
    return undefined;
  }
}

async function fetchJwks(uri: string, request: OAuthRequest): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(uri, { signal: AbortSignal.timeout(JWKS_TIMEOUT_MS) });
    if (response.ok) {
      const set = parseJson(await response.text());
      if (isRecord(set)) return set;
    }
  } catch {
    // Closed port, time-out, not JSON: answered alike below.
  }
  request.note('oauth.jwks-unusable', { problem: 'unreachable' });
  throw invalidClient();
}
