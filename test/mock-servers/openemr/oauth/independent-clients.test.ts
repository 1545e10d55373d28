// Clients that others wrote against the standards. Where OpenEMR deviates, the test's name says so.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { approve, openBrowser, signIn } from './browser.ts';
import { appScope, privateKeyJwk, secret, seedClients } from './clients.ts';
import { admin, openWorld, redirectUri, startMs, type World } from './world.ts';

const insecure = { [oauth.allowInsecureRequests]: true } as const;
const state = 'a-state';
const nonce = 'a-nonce';

/** The key of client `machine` for RS384, the one algorithm that OpenEMR takes. */
const machineKey = (): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'jwk',
    privateKeyJwk(),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
    false,
    ['sign'],
  );

/** A person approves what the client asks for; gives the callback address. */
async function approveAt(world: World, url: URL): Promise<URL> {
  const query = Object.fromEntries(url.searchParams);
  const browser = openBrowser(world);
  return approve(browser, await signIn(browser, { client_id: '', scope: '', ...query }));
}

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`independent clients, ${profile}`, () => {
    let world: World;
    let issuer: URL;
    beforeEach(async () => {
      world = await openWorld({ profile });
      // These clients look at the real clock.
      world.advance(Date.now() - startMs);
      await seedClients(world);
      issuer = new URL(`${world.url}/oauth2/default`);
    });
    afterEach(() => world.close());

    describe('oauth4webapi', () => {
      const client: oauth.Client = { client_id: 'app' };
      const auth = oauth.ClientSecretPost(secret);

      const discover = async (): Promise<oauth.AuthorizationServer> => {
        const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...insecure });
        return oauth.processDiscoveryResponse(issuer, response);
      };

      const exchange = async (
        as: oauth.AuthorizationServer,
      ): Promise<oauth.TokenEndpointResponse> => {
        const verifier = oauth.generateRandomCodeVerifier();
        const url = new URL(as.authorization_endpoint ?? '');
        url.search = new URLSearchParams({
          client_id: client.client_id,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope: 'openid offline_access fhirUser',
          state,
          nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        }).toString();
        const callback = await approveAt(world, url);
        const parameters = oauth.validateAuthResponse(as, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          as,
          client,
          auth,
          parameters,
          redirectUri,
          verifier,
          insecure,
        );
        const result = await oauth.processAuthorizationCodeResponse(as, client, response, {
          expectedNonce: nonce,
          requireIdToken: true,
        });
        await oauth.validateApplicationLevelSignature(as, response, insecure);
        return result;
      };

      it('discovers, goes through the code flow with PKCE and verifies the id token', async () => {
        const as = await discover();
        const tokens = await exchange(as);

        assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.sub, admin.uuid);
      });

      it('refreshes, and is refused with the old token: OpenEMR says 401 invalid_request', async () => {
        const as = await discover();
        const { refresh_token: old = '' } = await exchange(as);
        const refresh = async (): Promise<oauth.TokenEndpointResponse> => {
          const response = await oauth.refreshTokenGrantRequest(as, client, auth, old, insecure);
          return oauth.processRefreshTokenResponse(as, client, response);
        };

        const { refresh_token: next } = await refresh();

        assert.notEqual(next, old);
        await assert.rejects(refresh(), { error: 'invalid_request', status: 401 });
      });

      it('registers: OpenEMR answers 200 where RFC 7591 says 201', async () => {
        const as = await discover();
        const metadata = { redirect_uris: [redirectUri], scope: 'openid' };
        const response = await oauth.dynamicClientRegistrationRequest(as, metadata, insecure);

        await assert.rejects(oauth.processDynamicClientRegistrationResponse(response), {
          code: oauth.RESPONSE_IS_NOT_CONFORM,
        });
      });

      it('signs in with a private key: OpenEMR wants the token URL as aud, not the issuer', async () => {
        const as = await discover();
        const machine = { client_id: 'machine' };
        const key = await machineKey();
        const ask = async (aud: string | undefined): Promise<oauth.TokenEndpointResponse> => {
          const method = oauth.PrivateKeyJwt(key, {
            [oauth.modifyAssertion]: (_header, payload) => {
              if (aud !== undefined) payload['aud'] = aud;
            },
          });
          const parameters = { scope: 'system/Patient.read' };
          const response = await oauth.clientCredentialsGrantRequest(
            as,
            machine,
            method,
            parameters,
            insecure,
          );
          return oauth.processClientCredentialsResponse(as, machine, response);
        };

        await assert.rejects(ask(undefined), { error: 'invalid_client', status: 400 });
        const { scope, expires_in } = await ask(as.token_endpoint);

        assert.deepEqual([scope, expires_in], ['system/Patient.read', 300]);
      });

      it('introspects: 7.0.3 writes exp as a PHP date', async () => {
        const as = await discover();
        const { access_token: token } = await exchange(as);
        const response = await oauth.introspectionRequest(as, client, auth, token, insecure);
        const { active, exp } = await oauth.processIntrospectionResponse(as, client, response);

        assert.deepEqual([active, typeof exp], [true, profile === '7.0.3' ? 'object' : 'number']);
      });
    });

    describe('openid-client', () => {
      const configure = (id = 'app', auth = oidc.ClientSecretPost(secret)) =>
        oidc.discovery(issuer, id, {}, auth, { execute: [oidc.allowInsecureRequests] });

      it('goes through the code flow and refreshes', async () => {
        const config = await configure();
        const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
        const url = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: 'openid offline_access',
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
          code_challenge_method: 'S256',
        });
        const tokens = await oidc.authorizationCodeGrant(config, await approveAt(world, url), {
          pkceCodeVerifier,
          expectedState: state,
          expectedNonce: nonce,
        });
        const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');

        assert.equal(tokens.claims()?.sub, admin.uuid);
        assert.notEqual(refreshed.access_token, tokens.access_token);
      });

      it('signs in with a private key, the token URL as aud', async () => {
        const auth = oidc.PrivateKeyJwt(await machineKey(), {
          [oidc.modifyAssertion]: (_header, payload) => {
            payload['aud'] = `${world.url}/oauth2/default/token`;
          },
        });
        const tokens = await oidc.clientCredentialsGrant(await configure('machine', auth), {
          scope: 'system/Patient.read',
        });

        assert.deepEqual([tokens.scope, tokens.expires_in], ['system/Patient.read', 300]);
      });

      it('asks by password with OpenEMR’s own user_role', async () => {
        const tokens = await oidc.genericGrantRequest(await configure(), 'password', {
          scope: appScope.replace('launch launch/patient ', ''),
          user_role: 'users',
          username: 'admin',
          password: 'pass',
        });

        assert.equal(tokens.token_type, 'bearer');
      });

      it('asks for userinfo in vain: OpenEMR advertises it and has none', async () => {
        const config = await configure();

        await assert.rejects(oidc.fetchUserInfo(config, 'token', admin.uuid));
      });
    });
  });
}
