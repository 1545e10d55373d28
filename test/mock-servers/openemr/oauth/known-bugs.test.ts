// The real server's bugs that are on by default, each with its switch: what changes when it is off.
import assert from 'node:assert/strict';
import { type BugName, knownBugs, openemrDefaults } from '#mock-servers/openemr/settings.ts';
import { challenge, codeFor, verifier } from './browser.ts';
import { passwordForm, secret, seedClients } from './clients.ts';
import { type Answered, type Form, openWorld, redirectUri, type World } from './world.ts';

async function withAndWithout(
  bug: BugName,
  ask: (world: World) => Promise<Answered>,
): Promise<string[]> {
  const outcomes: string[] = [];
  for (const isOn of [true, false]) {
    const bugs = { ...openemrDefaults.bugs, [bug]: isOn };
    const world = await openWorld({ settings: { bugs } });
    await seedClients(world);
    const { status, json } = await ask(world);
    await world.close();
    outcomes.push(status === 200 ? '200' : `${status} ${json['hint'] ?? json['error']}`);
  }
  return outcomes;
}

const exchange = (world: World, code: string, more: Form = {}): Promise<Answered> =>
  world.token({
    grant_type: 'authorization_code',
    client_id: 'app',
    redirect_uri: redirectUri,
    code,
    ...more,
  });

describe('known real bugs', () => {
  it('each name their source', () => {
    for (const { source, effect } of Object.values(knownBugs)) {
      assert.match(source, /OpenEMR|openemr\/openemr issue/);
      assert.match(effect, /\.$/);
    }
  });

  it('authorizationCodeReusable', async () => {
    const outcomes = await withAndWithout('authorizationCodeReusable', async (world) => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });
      await exchange(world, code, { client_secret: secret });
      return exchange(world, code, { client_secret: secret });
    });

    assert.deepEqual(outcomes, ['200', '400 Authorization code has been revoked']);
  });

  it('missingSecretAccepted', async () => {
    const outcomes = await withAndWithout('missingSecretAccepted', async (world) =>
      exchange(world, await codeFor(world, { client_id: 'app', scope: 'openid' })),
    );

    assert.deepEqual(outcomes, ['200', '401 invalid_client']);
  });

  it('secretIgnoredByPasswordAndRefresh', async () => {
    const outcomes = await withAndWithout('secretIgnoredByPasswordAndRefresh', (world) =>
      world.token({ ...passwordForm, client_secret: 'wrong' }),
    );

    assert.deepEqual(outcomes, ['200', '401 invalid_client']);
  });

  it('clientDetailsRefused', async () => {
    const outcomes = await withAndWithout('clientDetailsRefused', async (world) => {
      const { json } = await world.register({ redirect_uris: [redirectUri], scope: 'openid' });
      const path = String(json['registration_client_uri']).replace(world.url, '');
      const headers = { authorization: `Bearer ${json['registration_access_token']}` };
      return world.send(path, { headers });
    });

    assert.deepEqual(outcomes, ['403 invalid _request', '200']);
  });
});

describe('what no switch changes', () => {
  it('lets a disabled public client exchange its code: nobody validates it', async () => {
    const world = await openWorld();
    await world.mock.seed?.({
      clients: [
        { client_id: 'off', redirect_uris: [redirectUri], scope: 'openid', enabled: false },
      ],
    });
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    const code = await codeFor(world, { client_id: 'off', scope: 'openid', ...pkce });
    const { status } = await exchange(world, code, { client_id: 'off', code_verifier: verifier });
    await world.close();

    assert.equal(status, 200);
  });

  it('refuses launch/patient where no patient is in the session', async () => {
    const world = await openWorld();
    await seedClients(world);
    const { status, json } = await world.token({ ...passwordForm, scope: 'openid launch/patient' });
    await world.close();

    assert.deepEqual([status, json['error']], [400, 'invalid_patient_context']);
  });
});
