// facts/openemr.md section 1.7, row by row, in both profiles: status, key order, error, description, hint.
import assert from 'node:assert/strict';
import { appScope, machineForm, passwordForm, seedClients } from './clients.ts';
import { clientRows } from './token-error-rows-client.ts';
import { userRows } from './token-error-rows-user.ts';
import { type Form, openWorld, type World } from './world.ts';

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`token endpoint: errors (facts 1.7), ${profile}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
    });
    afterEach(() => world.close());

    for (const [title, ask, profileA, profileB] of [...clientRows, ...userRows]) {
      it(title, async () => {
        const expected = (profile === '7.0.4' ? profileB : undefined) ?? profileA;

        const answer = await ask(world);

        if (expected === 'empty 500') {
          assert.deepEqual([answer.status, answer.text], [500, '']);
          return;
        }
        const [status, error, description, hint] = expected;
        assert.equal(answer.status, status, answer.text);
        assert.equal(answer.headers.get('content-type'), 'application/json');
        // Compared as text: the order of the keys counts.
        assert.equal(
          JSON.stringify(answer.json),
          JSON.stringify({ error, error_description: description, hint, message: description }),
        );
        if (!title.includes('Off') && !title.includes('by the global')) {
          assert.notDeepEqual(world.explanations(), [], 'explained beside the wire');
        }
      });
    }

    it('adds WWW-Authenticate on invalid_client to a request with Authorization, in its scheme', async () => {
      const form = { ...passwordForm, client_id: 'nobody' };
      const challenges = await Promise.all(
        [{}, { authorization: 'Basic eDp5' }, { authorization: 'Bearer x' }].map(
          async (headers) => {
            const answer = await world.token(form, headers as Form);
            return answer.headers.get('www-authenticate');
          },
        ),
      );

      assert.deepEqual(challenges, [null, 'Basic realm="OAuth"', 'Bearer realm="OAuth"']);
    });

    it('checks client, then scopes, then user in the password grant', async () => {
      const ask = async (change: Form): Promise<unknown> =>
        (await world.token({ ...passwordForm, ...change })).json['error'];

      const all = { client_id: 'nobody', scope: 'xyz', password: 'wrong' };
      const order = [
        await ask(all),
        await ask({ ...all, client_id: 'app' }),
        await ask({ ...all, client_id: 'app', scope: appScope.slice(0, 6) }),
      ];

      assert.deepEqual(order, ['invalid_client', 'invalid_scope', 'invalid_grant']);
    });

    it('checks assertion, client, JWT, then scopes in client_credentials', async () => {
      const bad = { claims: { aud: 'x' } };
      const asked = [
        await world.token({ grant_type: 'client_credentials', client_id: 'nobody' }),
        await world.token({ ...machineForm(world, 'nobody', bad), scope: 'xyz' }),
        await world.token({ ...machineForm(world, 'machine', bad), scope: 'xyz' }),
        await world.token({ ...machineForm(world), scope: 'xyz' }),
      ];

      assert.deepEqual(
        asked.map(({ status, json }) => `${status} ${json['error']}`),
        ['400 invalid_request', '401 invalid_client', '400 invalid_client', '400 invalid_scope'],
      );
    });
  });
}
