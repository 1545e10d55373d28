// From what a person configured to clients that are ready to use. Nothing is sent until one of them is used.
import { parseBaseUrl } from '../base-url.ts';
import { WorkbenchError } from '../errors.ts';
import { createFhirClient, type FhirClient } from '../fhir/client.ts';
import type { Http } from '../http.ts';
import { authorizedHttp, type TokenSource } from '../oauth/authorized-http.ts';
import type { ClientAuth } from '../oauth/client-auth.ts';
import { discover, type Endpoints } from '../oauth/discovery.ts';
import { type Grant, type GrantKind, requestToken, type TokenPorts } from '../oauth/grants.ts';
import { readSigningKey } from '../oauth/signing-key.ts';
import type { TokenCache, TokenPlan } from '../oauth/token-cache.ts';
import { createOpenEmrClient, type OpenEmrClient } from '../openemr/client.ts';
import { fhirPaths, oauthPaths, urlOf } from '../openemr/paths.ts';
import { type Text, text } from '../text.ts';

export interface ConnectionSettings {
  /** Without `/apis`, such as `http://127.0.0.1:8081`. */
  readonly baseUrl: string;
  readonly site: string;
  readonly clientId: string;
  readonly clientAuth: ClientAuth['kind'];
  readonly grant: GrantKind;
  readonly scopes: readonly string[];
  /** For the password grant. */
  readonly username?: string;
  readonly userRole?: 'users' | 'patient';
  readonly email?: string;
}

/** Read again for every token request and kept nowhere. */
export interface ConnectionSecrets {
  readonly clientSecret?: string;
  /** PEM or JWK. */
  readonly privateKey?: string;
  readonly password?: string;
  readonly refreshToken?: string;
}

/** Something that a person has not given yet; who asks for it knows how it is given there. */
export class MissingSetting extends WorkbenchError<'OAUTH_SETTINGS'> {
  readonly setting: 'clientId' | keyof ConnectionSecrets;

  constructor(setting: MissingSetting['setting'], sentence: Text) {
    super('OAUTH_SETTINGS', sentence);
    this.name = 'MissingSetting';
    this.setting = setting;
  }
}

export interface ConnectPorts extends TokenPorts {
  readonly tokens: TokenCache;
  readonly secrets: () => Promise<ConnectionSecrets>;
}

export interface Connection {
  readonly fhir: FhirClient;
  readonly openemr: OpenEmrClient;
  /** Adds the token to every call. */
  readonly http: Http;
  readonly tokens: TokenSource;
  readonly tokenKey: string;
  endpoints(cancel?: { readonly signal?: AbortSignal }): Promise<Endpoints>;
}

/** @throws WorkbenchError `HTTP_BAD_URL` */
export function connect(settings: ConnectionSettings, ports: ConnectPorts): Connection {
  const { baseUrl, site, clientId, grant, username = '' } = settings;
  const base = parseBaseUrl(baseUrl);
  const tokenKey = JSON.stringify([base, site, clientId, grant, username]);
  const endpoints: Connection['endpoints'] = (cancel) =>
    discover(ports.http, urlOf(base, oauthPaths.openidConfiguration, { site }), cancel);
  const plan = tokenPlan(settings, ports, endpoints);
  const tokens: TokenSource = {
    token: (cancel) => ports.tokens.get(tokenKey, plan, cancel),
    renew: (used, cancel) => ports.tokens.renew(tokenKey, plan, used, cancel),
  };
  const http = authorizedHttp(ports.http, tokens);
  return {
    http,
    tokens,
    tokenKey,
    endpoints,
    fhir: createFhirClient({ http, baseUrl: urlOf(base, fhirPaths.base, { site }) }),
    openemr: createOpenEmrClient({ http, baseUrl: base, site }),
  };
}

function tokenPlan(
  settings: ConnectionSettings,
  ports: ConnectPorts,
  endpoints: Connection['endpoints'],
): TokenPlan {
  async function ask(grantFrom: (secrets: ConnectionSecrets) => Grant) {
    const secrets = await ports.secrets();
    const grant = grantFrom(secrets);
    const tokenEndpoint = urlOf(parseBaseUrl(settings.baseUrl), oauthPaths.token, settings);
    const client = await clientAuth(settings, secrets, endpoints);
    return requestToken(ports, { tokenEndpoint, client }, grant);
  }
  return {
    // A code comes from a browser, so there is nothing to request it with.
    ...(settings.grant === 'authorization_code'
      ? {}
      : { request: () => ask((secrets) => grantOf(settings, secrets)) }),
    refresh: (refreshToken) => ask(() => ({ kind: 'refresh_token', refreshToken, scopes: [] })),
  };
}

async function clientAuth(
  { clientId, clientAuth: kind }: ConnectionSettings,
  { clientSecret, privateKey }: ConnectionSecrets,
  endpoints: Connection['endpoints'],
): Promise<ClientAuth> {
  if (clientId === '') throw noClientId();
  switch (kind) {
    case 'public':
      return { kind, clientId };
    case 'secretPost':
    case 'secretBasic':
      return { kind, clientId, clientSecret: required(clientSecret, noClientSecret) };
    case 'signedJwt': {
      const key = readSigningKey(required(privateKey, noPrivateKey));
      // The server compares `aud` with its own idea of its address, which a proxy or Docker may change.
      return { kind, clientId, key, audience: (await endpoints()).token };
    }
  }
}

function grantOf(settings: ConnectionSettings, secrets: ConnectionSecrets): Grant {
  const { grant, scopes, username, userRole = 'users', email } = settings;
  if (grant === 'password') {
    return {
      kind: grant,
      username: required(username, noPassword),
      password: required(secrets.password, noPassword),
      userRole,
      ...(email === undefined ? {} : { email }),
      scopes,
    };
  }
  if (grant === 'refresh_token') {
    return {
      kind: grant,
      refreshToken: required(secrets.refreshToken, noRefreshToken),
      scopes: [],
    };
  }
  return { kind: 'client_credentials', scopes };
}

function required(value: string | undefined, missing: () => WorkbenchError): string {
  if (value === undefined || value === '') throw missing();
  return value;
}

function noClientId(): WorkbenchError {
  return new MissingSetting(
    'clientId',
    text('The client id is missing. Enter the one that OpenEMR showed at the registration.'),
  );
}

function noClientSecret(): WorkbenchError {
  return new MissingSetting(
    'clientSecret',
    text('The client secret is missing. Enter it, or choose a signed assertion instead.'),
  );
}

function noPrivateKey(): WorkbenchError {
  return new MissingSetting(
    'privateKey',
    text('The private key is missing. Enter the one whose public part the client registered.'),
  );
}

function noPassword(): WorkbenchError {
  return new MissingSetting(
    'password',
    text('The user name or the password is missing. The password grant needs both.'),
  );
}

function noRefreshToken(): WorkbenchError {
  return new MissingSetting(
    'refreshToken',
    text(
      'There is no refresh token. Sign in again and ask for the scope offline_access to get one.',
    ),
  );
}
