// The authorization code flow of both servers, walked through with cookies and forms instead of a browser.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { authorizationUrl, codeFromCallback } from '#core/oauth/authorize.ts';
import type { ClientAuth } from '#core/oauth/client-auth.ts';
import { explainTokenError } from '#core/oauth/explain.ts';
import type { Grant } from '#core/oauth/grants.ts';
import { createPkcePair } from '#core/oauth/pkce.ts';
import type { TokenSet } from '#core/oauth/wire.ts';
import { type OAuthBench, openBench } from './bench.ts';
import { mockOpenEmr } from './mock-openemr.ts';
import { oidcProvider } from './oidc-provider.ts';
import { redirectUri } from './servers.ts';

for (const kind of [oidcProvider, mockOpenEmr]) {
  describe(`Sign-in at ${kind.name}`, () => {
    let bench: OAuthBench;
    before(async () => {
      bench = await openBench(kind);
    });
    after(() => bench?.close());

    describe('authorization_code with PKCE', () => {
      const scopes = ['openid', 'offline_access', 'user/Patient.read'];
      let client: ClientAuth & { readonly kind: 'secretPost' };

      before(async () => {
        const { clientId, clientSecret = '' } = await bench.register({
          ...kind.confidential,
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'client_secret_post',
          scope: scopes.join(' '),
        });
        client = { kind: 'secretPost', clientId, clientSecret };
      });

      async function signIn(codeVerifier?: string): Promise<Grant> {
        const pkce = createPkcePair(randomBytes);
        const state = randomUUID();
        const url = authorizationUrl({
          authorizationEndpoint: bench.endpoints.authorization ?? '',
          clientId: client.clientId,
          redirectUri,
          scopes,
          state,
          pkce,
        });
        // OIDC Core 11: offline_access wants the consent to be asked for.
        const callback = await bench.server.signIn(`${url}&prompt=consent`, redirectUri);
        return {
          kind: 'authorization_code',
          code: codeFromCallback(callback, state),
          redirectUri,
          codeVerifier: codeVerifier ?? pkce.verifier,
          scopes,
        };
      }

      it('signs a person in, with an id token that verifies', async () => {
        const token = await bench.request(client, await signIn());

        assert.deepEqual([...token.scopes].sort(), [...scopes].sort());
        assert.ok(token.refreshToken);
        const jwks = createRemoteJWKSet(new URL(bench.endpoints.jwks ?? ''));
        const issuer = bench.endpoints.issuer ?? assert.fail('no issuer');
        const audience = client.clientId;
        const { payload } = await jwtVerify(token.idToken ?? '', jwks, { issuer, audience });
        assert.ok(payload.sub);
      });

      it('refuses a verifier that is not ours', async () => {
        const { verifier } = createPkcePair(randomBytes);

        const error = await bench.refusalOf(client, await signIn(verifier));

        assert.deepEqual([error.status, error.error], [400, 'invalid_grant']);
      });

      it('refuses another redirect URI', async () => {
        const grant = await signIn();
        assert.ok(grant.kind === 'authorization_code');

        const error = await bench.refusalOf(client, { ...grant, redirectUri: `${redirectUri}/` });

        assert.ok(error.status === 400 || error.status === 401);
      });

      it('rotates refresh tokens, and refuses one that was used', async () => {
        const first = await bench.request(client, await signIn());
        const refresh = ({ refreshToken = '' }: TokenSet): Grant => ({
          kind: 'refresh_token',
          refreshToken,
          scopes: [],
        });

        const second = await bench.request(client, refresh(first));

        assert.notEqual(second.accessToken, first.accessToken);
        assert.notEqual(second.refreshToken, first.refreshToken);
        const error = await bench.refusalOf(client, refresh(first));
        const [finding] = explainTokenError(error, {
          grant: 'refresh_token',
          clientAuth: 'secretPost',
          tokenEndpoint: bench.endpoints.token,
          scopes: [],
        });
        assert.equal(finding?.id, 'oauth.refresh-refused');
      });
    });

    it('signs a person in with a public client that has nothing but PKCE', async () => {
      const scopes = ['openid', 'patient/Patient.read'].slice(0, kind === oidcProvider ? 1 : 2);
      const { clientId, clientSecret } = await bench.register({
        ...kind.public,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        scope: scopes.join(' '),
      });
      const pkce = createPkcePair(randomBytes);
      const authorizationEndpoint = bench.endpoints.authorization ?? '';
      const url = authorizationUrl({
        ...{ authorizationEndpoint, clientId, redirectUri, scopes, pkce },
        state: 's',
      });

      const code = codeFromCallback(await bench.server.signIn(url, redirectUri), 's');
      const grant = { kind: 'authorization_code', code, redirectUri, scopes } as const;
      const token = await bench.request(
        { kind: 'public', clientId },
        { ...grant, codeVerifier: pkce.verifier },
      );

      assert.equal(clientSecret, undefined);
      assert.ok(token.accessToken);
      assert.equal(token.refreshToken, undefined);
    });
  });
}
