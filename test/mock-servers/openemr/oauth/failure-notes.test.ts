// The journal's explanation of a refusal carries the key of the client's own finding, and no value.
import assert from 'node:assert/strict';
import { machineForm, passwordForm, secret, seedClients } from './clients.ts';
import { type Form, openWorld, type World } from './world.ts';

const unknownCode: Form = { grant_type: 'authorization_code', code: 'x' };

describe('explanations of refusals at the token endpoint', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await seedClients(world);
  });
  afterEach(() => world.close());

  for (const [key, form] of [
    ['oauth.secret-instead-of-jwt', { grant_type: 'client_credentials', client_secret: secret }],
    ['oauth.assertion-missing', { grant_type: 'client_credentials' }],
    ['oauth.user-role-missing', { ...passwordForm, user_role: undefined }],
    ['oauth.parameter-missing', { ...passwordForm, password: undefined }],
    ['oauth.grant-unknown', { grant_type: 'magic' }],
    ['oauth.scope-refused', { ...passwordForm, scope: 'xyz' }],
    ['oauth.login-refused', { ...passwordForm, password: 'wrong' }],
    ['oauth.client-unknown', { ...passwordForm, client_id: 'nobody' }],
    ['oauth.client-disabled', { ...passwordForm, client_id: 'disabled-app' }],
    [
      'oauth.refresh-refused',
      { grant_type: 'refresh_token', client_id: 'app', refresh_token: 'x' },
    ],
    ['oauth.session-lost', unknownCode],
    ['oauth.mfa-needed', { ...passwordForm, username: 'guarded' }],
  ] as const) {
    it(key, async () => {
      const given = Object.entries(form).filter(([, value]) => value !== undefined);
      await world.token(Object.fromEntries(given) as Form);

      assert.deepEqual(world.explanations(), [key]);
      assert.equal(world.journalText().includes(secret), false);
    });
  }

  it('oauth.assertion-refused with the check that failed', async () => {
    await world.token(machineForm(world, 'machine', { isForged: true }));

    assert.match(world.journalText(), /"oauth.assertion-refused","args":\{"problem":"signature"\}/);
  });

  it('oauth.not-a-form before what follows from it', async () => {
    await world.send('/oauth2/default/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(passwordForm),
    });

    assert.deepEqual(world.explanations(), ['oauth.not-a-form', 'oauth.session-lost']);
  });

  it('oauth.path-without-site and oauth.site-unknown', async () => {
    await world.post('/oauth2/token', passwordForm);
    await world.post('/oauth2/elsewhere/token', passwordForm);

    assert.deepEqual(world.explanations(), ['oauth.path-without-site', 'oauth.site-unknown']);
  });
});
