// private_key_jwt beyond the error table: where the key comes from, and which grants take it.
import assert from 'node:assert/strict';
import { listen } from '#test/support/listen.ts';
import { codeFor } from './browser.ts';
import { assertion, machineForm, publicJwk, secret, seedClients } from './clients.ts';
import { openWorld, redirectUri, type World } from './world.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`client assertion, ${profile}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
    });
    afterEach(() => world.close());

    it('takes the key from jwks_uri before that of jwks', async () => {
      const host = await listen((_request, response) => {
        response.end(JSON.stringify({ keys: [{ kty: 'EC' }, publicJwk] }));
      });
      const unusable = { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] };
      const client = { client_secret: secret, scope: 'system/Patient.read', jwks: unusable };
      await world.mock.seed?.({
        clients: [
          { client_id: 'hosted', ...client, jwks_uri: host.url },
          { client_id: 'not-hosted', ...client },
        ],
      });

      const hosted = await world.token(machineForm(world, 'hosted'));
      const notHosted = await world.token(machineForm(world, 'not-hosted'));
      await host.close();

      assert.deepEqual([hosted.status, notHosted.status], [200, 400]);
    });

    it('takes an assertion without exp, nbf and iat', async () => {
      const claims = { exp: undefined, nbf: undefined, iat: undefined };

      const { status } = await world.token(machineForm(world, 'machine', { claims }));

      assert.equal(status, 200);
    });

    it(`${profile === '7.0.4' ? 'takes' : 'does not read'} it in the code grant`, async () => {
      await world.mock.seed?.({
        clients: [
          {
            client_id: 'app-with-key',
            client_secret: secret,
            redirect_uris: [redirectUri],
            scope: 'openid',
            jwks: { keys: [publicJwk] },
          },
        ],
      });
      const form = {
        grant_type: 'authorization_code',
        redirect_uri: redirectUri,
        code: await codeFor(world, { client_id: 'app-with-key', scope: 'openid' }),
        client_assertion_type: assertionType,
      };
      const good = { ...form, client_assertion: assertion(world, 'app-with-key') };
      const forged = assertion(world, 'app-with-key', { isForged: true });

      const answers = [
        await world.token(good),
        await world.token({ ...form, client_assertion: forged }),
      ].map(({ status, json }) => `${status} ${json['hint'] ?? json['error'] ?? ''}`);

      assert.deepEqual(
        answers,
        profile === '7.0.4'
          ? ['200 ', '400 invalid_client']
          : Array(2).fill('400 Check the `client_id` parameter'),
      );
    });

    it('wants the address by which the client calls as aud, and says which check failed', async () => {
      const local = world.url.replace('127.0.0.1', 'localhost');
      const form = machineForm(world, 'machine', {
        claims: { aud: `${local}/oauth2/default/token` },
      });
      const refused = await world.token(form);
      const response = await fetch(`${local}/oauth2/default/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      });

      assert.deepEqual([refused.status, response.status], [400, 200]);
      assert.deepEqual(world.explanations(), ['oauth.assertion-refused']);
      assert.match(world.journalText(), /"problem":"aud"/);
    });
  });
}
