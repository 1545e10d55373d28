// One suite for both servers, over real HTTP: our client must not be able to tell them apart.
import assert from 'node:assert/strict';
import type { ClientAuth } from '#core/oauth/client-auth.ts';
import type { Grant } from '#core/oauth/grants.ts';
import { registerClient } from '#core/oauth/registration.ts';
import {
  generateSigningKey,
  publicJwks,
  readSigningKey,
  type SigningKey,
} from '#core/oauth/signing-key.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import { fakeClock } from '#test/support/fake-clock.ts';
import { type OAuthBench, openBench } from './bench.ts';
import { mockOpenEmr } from './mock-openemr.ts';
import { oidcProvider } from './oidc-provider.ts';

for (const kind of [oidcProvider, mockOpenEmr]) {
  describe(`OAuth client against ${kind.name}`, () => {
    let bench: OAuthBench;
    before(async () => {
      bench = await openBench(kind);
    });
    after(() => bench?.close());

    it('finds the endpoints', () => {
      const { origin } = new URL(bench.server.discoveryUrl);

      for (const name of ['token', 'authorization', 'registration', 'jwks'] as const) {
        assert.equal(new URL(bench.endpoints[name] ?? assert.fail(name)).origin, origin);
      }
      assert.ok(bench.endpoints.scopesSupported.includes('openid'));
      assert.ok(bench.endpoints.challengeMethodsSupported.includes('S256'));
    });

    describe('client_credentials with a signed JWT (RS384)', () => {
      const grant: Grant = { kind: 'client_credentials', scopes: ['system/Patient.read'] };
      let key: SigningKey;
      let client: ClientAuth & { readonly kind: 'signedJwt' };

      before(async () => {
        key = readSigningKey(await generateSigningKey());
        const { clientId } = await bench.register({
          ...kind.confidential,
          grant_types: ['client_credentials'],
          response_types: [],
          // OpenEMR 7.0.3 does not know private_key_jwt as a registration value, only at /token.
          ...(kind === oidcProvider
            ? {
                token_endpoint_auth_method: 'private_key_jwt',
                token_endpoint_auth_signing_alg: 'RS384',
              }
            : {}),
          scope: 'system/Patient.read',
          jwks: publicJwks(key),
        });
        client = { kind: 'signedJwt', clientId, key };
      });

      it('gives a token for five minutes, with the scope and without a refresh token', async () => {
        const startMs = Date.now();

        const token = await bench.request(client, grant);

        assert.equal(token.tokenType, 'Bearer');
        assert.deepEqual(token.scopes, ['system/Patient.read']);
        assert.equal(token.refreshToken, undefined);
        const lifeMs = (token.expiresAtMs ?? 0) - startMs;
        assert.ok(lifeMs >= 299_000 && lifeMs <= 310_000, String(lifeMs));
      });

      it('refuses an assertion that was used before', async () => {
        const repeat = () => bench.request(client, grant, () => 'always-the-same');
        await repeat();

        await assert.rejects(repeat(), { code: 'OAUTH_REJECTED', error: 'invalid_client' });
      });

      it('refuses an assertion for another audience', async () => {
        const elsewhere = { ...client, audience: 'https://elsewhere.test/token' };

        assert.equal((await bench.refusalOf(elsewhere, grant)).error, 'invalid_client');
      });

      it('refuses an assertion signed with another key', async () => {
        const stranger = { ...client, key: readSigningKey(await generateSigningKey()) };

        assert.equal((await bench.refusalOf(stranger, grant)).error, 'invalid_client');
      });

      it('grants no scope that does not exist, by a refusal or by leaving it out', async () => {
        const scopes = ['system/Patient.read', 'system/Nothing.read'];
        const asked = bench.request(client, { kind: 'client_credentials', scopes });

        if (kind === mockOpenEmr) await assert.rejects(asked, { error: 'invalid_scope' });
        else assert.deepEqual((await asked).scopes, ['system/Patient.read']);
      });

      it('feeds a cache that renews by itself', async () => {
        const clock = fakeClock(Date.now());
        const cache = createTokenCache({ clock });
        const plan = { request: () => bench.request(client, grant) };

        const [first, same] = await Promise.all([cache.get('k', plan), cache.get('k', plan)]);
        clock.advance(250_000);
        const later = await cache.get('k', plan);

        assert.equal(first, same);
        assert.notEqual(first?.accessToken, later?.accessToken);
      });
    });

    describe('client_credentials with a secret', () => {
      const grant: Grant = { kind: 'client_credentials', scopes: ['system/Patient.read'] };
      let known: { clientId: string; clientSecret: string };

      before(async () => {
        const { clientId, clientSecret = '' } = await bench.server.secretClient(
          bench.http,
          bench.endpoints,
        );
        known = { clientId, clientSecret };
      });

      it('works in the form', async () => {
        assert.ok((await bench.request({ kind: 'secretPost', ...known }, grant)).accessToken);
      });

      it('works in the header', async () => {
        assert.ok((await bench.request({ kind: 'secretBasic', ...known }, grant)).accessToken);
      });

      it('is refused when the secret is wrong', async () => {
        const wrong = { kind: 'secretPost', ...known, clientSecret: 'wrong' } as const;

        const error = await bench.refusalOf(wrong, grant);

        assert.deepEqual([error.status, error.error], [401, 'invalid_client']);
      });
    });

    it('refuses a registration without a redirect URI', async () => {
      const registered = registerClient(bench.http, bench.endpoints.registration ?? '', {
        ...kind.confidential,
        client_name: 'Workbench',
        response_types: ['code'],
        grant_types: ['authorization_code'],
        scope: 'openid',
      });

      await assert.rejects(registered, { code: 'OAUTH_REJECTED', error: 'invalid_redirect_uri' });
    });
  });
}
