// oidc-provider: an OpenID-certified server by another hand. It knows nothing of OpenEMR.
import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import Provider from 'oidc-provider';
import { registerClient } from '#core/oauth/registration.ts';
import { createFormBrowser } from '#test/support/form-browser.ts';
import { listen } from '#test/support/listen.ts';
import { redirectUri, type ServerKind, type ServerUnderTest } from './servers.ts';

export const oidcProvider: ServerKind = {
  name: 'oidc-provider',
  confidential: { application_type: 'native' },
  public: { application_type: 'native', token_endpoint_auth_method: 'none' },
  start,
};

async function start(): Promise<ServerUnderTest> {
  // The issuer is known once the port is, so the handler comes after the socket.
  let handler: RequestListener = () => {};
  const server = await listen((request, response) => handler(request, response));
  handler = quietly(() => new Provider(server.url, configuration()).callback());
  return {
    discoveryUrl: `${server.url}/.well-known/openid-configuration`,
    enable: async () => {},
    secretClient: (http, endpoints) =>
      registerClient(http, endpoints.registration ?? '', {
        application_type: 'native',
        redirect_uris: [redirectUri],
        grant_types: ['client_credentials'],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'system/Patient.read',
      }),
    signIn: (url) =>
      createFormBrowser().walk(url, redirectUri, (form) =>
        form.get('prompt') === 'login' ? { login: 'admin', password: 'pass' } : {},
      ),
    close: server.close,
  };
}

function configuration(): Readonly<Record<string, unknown>> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['a test is no secret'] },
    scopes: ['openid', 'offline_access', 'user/Patient.read', 'system/Patient.read'],
    features: {
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      devInteractions: { enabled: true },
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS384'] },
    rotateRefreshToken: true,
    issueRefreshToken: async (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      ClientCredentials: 300,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 3600,
      Session: 3600,
    },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({ sub: accountId }),
    }),
  };
}

/** It warns of its in-memory store and its sign-in pages, which are just what a test wants. */
function quietly<T>(work: () => T): T {
  const { warn } = console;
  console.warn = () => {};
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}
