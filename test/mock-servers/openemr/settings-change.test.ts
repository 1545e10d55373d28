// `POST /__admin/seed {"openemr":{"settings":{...}}}`: each global and each known bug by its name.
import assert from 'node:assert/strict';
import { knownBugs } from '#mock-servers/openemr/settings.ts';
import { passwordForm, seedClients } from './oauth/clients.ts';
import { openWorld, type World } from './oauth/world.ts';

describe('settings by the control plane', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await seedClients(world);
  });
  afterEach(() => world.close());
  const change = async (settings: unknown) => world.mock.seed?.({ settings });

  it('switches a global', async () => {
    assert.deepEqual(await change({ oauth_password_grant: 0 }), { settings: 1 });
    const off = await world.token(passwordForm);
    await change({ oauth_password_grant: 3 });
    const on = await world.token(passwordForm);

    assert.deepEqual([off.json['error'], on.status], ['unsupported_grant_type', 200]);
  });

  it('switches one known bug and leaves the others', async () => {
    const refreshed = async () => {
      const { json } = await world.token(passwordForm);
      const { status } = await world.token({
        grant_type: 'refresh_token',
        client_id: 'app',
        client_secret: 'wrong',
        refresh_token: String(json['refresh_token']),
      });
      return status;
    };

    const bugged = await refreshed();
    await change({ bugs: { clientDetailsRefused: false } });
    const other = await refreshed();
    await change({ bugs: { secretIgnoredByPasswordAndRefresh: false } });
    const { status } = await world.token({ ...passwordForm, client_secret: 'wrong' });

    assert.deepEqual([bugged, other, status], [200, 200, 401]);
  });

  it('is undone by a reset', async () => {
    await change({ oauth_password_grant: 0 });
    await world.mock.reset('seed');
    await seedClients(world);

    assert.equal((await world.token(passwordForm)).status, 200);
  });

  for (const [what, settings] of [
    ['an unknown global', { oauth_pkce: true }],
    ['an inherited name', { constructor: {} }],
    ['a value of another kind', { rest_api: '1' }],
    ['a value out of range', { oauth_password_grant: 4 }],
    ['an address that is none', { site_addr_oath: 'nonsense' }],
    ['an unknown bug', { bugs: { notABug: true } }],
    ['no object', [1]],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, async () => {
      await assert.rejects(async () => change(settings), TypeError);

      assert.equal((await world.token(passwordForm)).status, 200);
    });
  }

  it('names the known bugs when it refuses one', async () => {
    const names = Object.keys(knownBugs);

    await assert.rejects(
      async () => change({ bugs: { x: true } }),
      (error: Error) => names.every((name) => error.message.includes(name)),
    );
  });
});
