// `--auth`: bearer tokens by client_credentials and SMART system scopes, as the team's guide for the
// FHIR server describes them (http://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html).
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '#core/clock.ts';
import type { MockClient } from '#core/control/wire.ts';
import { FhirError } from './outcome.ts';
import { type Access, findRoute } from './routes.ts';
import type { FhirRequest } from './wire.ts';

/** The client of the team's guide. */
export const seededClient = {
  server: 'fhir',
  name: 'CDSS',
  clientId: 'cdss-client',
  clientSecret: 'secret',
  grants: ['client_credentials'],
  scopes: ['system/*.read', 'system/*.write'],
} as const satisfies MockClient;

const LIFETIME_S = 3600;
/** v1 `system/Patient.read`, v2 `system/Patient.cruds`. */
const scopePattern = /^system\/(\*|[A-Z][A-Za-z]+)\.(\*|read|write|(?=[cruds])c?r?u?d?s?)$/;

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Grant {
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

export class TokenServer {
  readonly #grants = new Map<string, Grant>();
  readonly #clock: Clock;
  readonly #newToken: () => string;

  constructor(clock: Clock, newToken: () => string) {
    this.#clock = clock;
    this.#newToken = newToken;
  }

  /** RFC 6749 §4.4; the client by form or by Basic (§2.3.1). */
  issue(form: URLSearchParams, authorization: string | undefined): TokenAnswer {
    const grant = form.get('grant_type');
    if (grant === null) return refusal(400, 'invalid_request', 'grant_type is missing');
    if (grant !== 'client_credentials')
      return refusal(400, 'unsupported_grant_type', `${grant} is not supported`);
    if (!isSeededClient(form, authorization))
      return refusal(401, 'invalid_client', 'client authentication failed');
    const asked = (form.get('scope') ?? seededClient.scopes.join(' ')).split(/\s+/).filter(Boolean);
    const scopes = asked.filter((scope) => scopePattern.test(scope));
    if (scopes.length === 0)
      return refusal(400, 'invalid_scope', 'none of the scopes is a system scope of SMART');
    const token = this.#newToken();
    this.#grants.set(token, { scopes, expiresAt: this.#clock.now() + LIFETIME_S * 1000 });
    return {
      status: 200,
      body: {
        access_token: token,
        token_type: 'Bearer',
        expires_in: LIFETIME_S,
        scope: scopes.join(' '),
      },
    };
  }

  /** @throws FhirError 401 without a valid token, 403 when its scopes do not cover the request */
  authorize(request: FhirRequest, authorization: string | undefined): void {
    const { access, pattern } = findRoute(request.method, request.segments);
    if (access === 'open') return;
    const token = bearer(authorization);
    if (token === undefined) throw unauthorized('A bearer token is required.', '');
    const grant = this.#grants.get(token);
    if (grant === undefined || grant.expiresAt <= this.#clock.now()) {
      throw unauthorized(
        'The token is unknown or has expired: request a new one.',
        ', error="invalid_token"',
      );
    }
    if (access === 'token') return;
    const type = typeOf(pattern, request.segments);
    if (grant.scopes.some((scope) => covers(scope, type, access))) return;
    throw forbidden(grant.scopes, type, access);
  }

  /** Whether resources of a type may stand in an answer to a request that was let in. */
  allows(authorization: string | undefined, type: string): boolean {
    const grant = this.#grants.get(bearer(authorization) ?? '');
    return grant?.scopes.some((scope) => covers(scope, type, 'search')) === true;
  }

  clear(): void {
    this.#grants.clear();
  }
}

type Permission = Exclude<Access, 'open' | 'token'>;

/** Words of both versions of SMART that allow it. */
const words: Readonly<Record<Permission, readonly [v1: string, v2: string]>> = {
  read: ['read', 'r'],
  search: ['read', 's'],
  create: ['write', 'c'],
  update: ['write', 'u'],
  delete: ['write', 'd'],
};

function covers(scope: string, type: string, access: Permission): boolean {
  const [, resource, permission = ''] = scopePattern.exec(scope) ?? [];
  if (resource !== '*' && resource !== type) return false;
  const [word, letter] = words[access];
  if (permission === 'read' || permission === 'write') return permission === word;
  return permission === '*' || permission.includes(letter);
}

/** Of the resources that a path is about: of a compartment, what is looked for in it. */
function typeOf(pattern: readonly string[], segments: readonly string[]): string {
  const at = Math.max(pattern.indexOf(':type'), 0);
  const name = segments[at] ?? '';
  return /^[A-Z]/.test(name) ? name : '*';
}

function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
}

function isSeededClient(form: URLSearchParams, authorization: string | undefined): boolean {
  const [, basic] = /^Basic +(.+)$/i.exec(authorization ?? '') ?? [];
  const [id = '', secret = ''] =
    basic === undefined
      ? [form.get('client_id') ?? '', form.get('client_secret') ?? '']
      : Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s, 2).map(decodeForm);
  return isSame(id, seededClient.clientId) && isSame(secret, seededClient.clientSecret);
}

/** Percent-encoded before it was joined; what is not, stays as it is. */
function decodeForm(text: string): string {
  return new URLSearchParams(`v=${text}`).get('v') ?? text;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refusal(status: number, error: string, description: string): TokenAnswer {
  return { status, body: { error, error_description: description } };
}

function forbidden(scopes: readonly string[], type: string, access: Permission): FhirError {
  const [word, letter] = words[access];
  const diagnostics = `The token allows ${scopes.join(' ')}; this needs system/${type}.${word} or system/${type}.${letter}.`;
  return new FhirError(403, [{ severity: 'error', code: 'forbidden', diagnostics }]);
}

function unauthorized(diagnostics: string, detail: string): FhirError {
  return new FhirError(401, [{ severity: 'error', code: 'login', diagnostics }], {
    'WWW-Authenticate': `Bearer realm="FHIR"${detail}`,
  });
}
