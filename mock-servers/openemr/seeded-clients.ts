// Clients that are there without a registration: the one of the team's guides, and those that a test
// sends to `POST /__admin/seed`.
import {
  type Guard,
  hasShape,
  isArrayOf,
  isBoolean,
  isRecord,
  isString,
  isStringArray,
  optional,
} from '#core/guards.ts';
import type { MockClient, SuiteContext } from '../kernel/mock-app.ts';
import type { Client, OAuthState } from './oauth/state.ts';

export const guideClientId = 'neuronova-cdss-internal';

const guideScopes = ['Patient', 'Encounter', 'Observation'].flatMap((resource) => [
  `system/${resource}.read`,
  `system/${resource}.write`,
]);

/**
 * Notes 000 and 001. "As the guide describes": its secret works for client_credentials. Under --strict
 * it is an ordinary confidential client.
 */
export function guideClient(context: SuiteContext): Client {
  return newClient(
    {
      client_id: guideClientId,
      // In the form of note 000's example: 32 hexadecimal digits.
      client_secret: context.randomBytes(16).toString('hex'),
      client_name: 'NeuroNova CDSS Internal',
      scope: guideScopes.join(' '),
      guide_grants: ['client_credentials'],
    },
    context,
  );
}

/** Names as in a registration (RFC 7591); `enabled` and `guide_grants` are the mock's own. */
export interface SeededClient {
  readonly client_id: string;
  /** A client without a secret is a public one. */
  readonly client_secret?: string | undefined;
  readonly client_name?: string | undefined;
  readonly redirect_uris?: readonly string[] | undefined;
  readonly post_logout_redirect_uris?: readonly string[] | undefined;
  readonly initiate_login_uri?: string | undefined;
  readonly scope?: string | undefined;
  readonly jwks?: Readonly<Record<string, unknown>> | undefined;
  readonly jwks_uri?: string | undefined;
  /** Default true. */
  readonly enabled?: boolean | undefined;
  /** Makes it a client "as the guide describes" with these grants ticked. */
  readonly guide_grants?: readonly string[] | undefined;
}

const isSeededClient: Guard<SeededClient> = hasShape({
  client_id: isString,
  client_secret: optional(isString),
  client_name: optional(isString),
  redirect_uris: optional(isStringArray),
  post_logout_redirect_uris: optional(isStringArray),
  initiate_login_uri: optional(isString),
  scope: optional(isString),
  jwks: optional(isRecord),
  jwks_uri: optional(isString),
  enabled: optional(isBoolean),
  guide_grants: optional(isStringArray),
});

/** @throws TypeError for rows that are no clients */
export function addClients(rows: unknown, state: OAuthState, context: SuiteContext): number {
  if (!isArrayOf(isSeededClient)(rows)) {
    throw new TypeError('clients: a list of objects with client_id and names as in a registration');
  }
  for (const row of rows) state.clients.set(row.client_id, newClient(row, context));
  return rows.length;
}

export function newClient(row: SeededClient, context: SuiteContext): Client {
  const random = (size: number): string => context.randomBytes(size).toString('base64url');
  const isConfidential = row.client_secret !== undefined;
  return {
    id: row.client_id,
    secret: row.client_secret,
    name: row.client_name ?? row.client_id,
    role: isConfidential ? 'user' : 'patient',
    isConfidential,
    isEnabled: row.enabled ?? true,
    scopes: row.scope?.split(' ').filter((scope) => scope !== '') ?? [],
    redirectUris: row.redirect_uris ?? [],
    postLogoutRedirectUris: row.post_logout_redirect_uris ?? [],
    contacts: [],
    grantTypes: row.guide_grants ?? ['authorization_code'],
    jwks: row.jwks,
    jwksUri: row.jwks_uri,
    launchUri: row.initiate_login_uri,
    skipsEhrLaunchFlow: false,
    dsiType: 'none',
    registrationToken: random(32),
    registrationPath: random(16),
    registeredAtMs: context.clock.now(),
    guide: row.guide_grants && { grants: row.guide_grants },
  };
}

/** For `/__admin/clients` and the environment of `exec`. */
export function shownClients({ clients }: OAuthState): readonly MockClient[] {
  const client = clients.get(guideClientId);
  if (!client) return [];
  return [
    {
      server: 'openemr',
      name: client.name,
      clientId: client.id,
      ...(client.secret !== undefined && { clientSecret: client.secret }),
      grants: client.guide?.grants ?? [],
      scopes: client.scopes,
    },
  ];
}
