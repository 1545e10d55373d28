// facts/openemr.md section 1.8: logout and introspection, in both profiles.
import assert from 'node:assert/strict';
import { machineForm, passwordForm, secret, seedClients } from './clients.ts';
import { admin, openWorld, startMs, type World } from './world.ts';

const bye = 'https://client.example.org/bye';

for (const profile of ['7.0.3', '7.0.4'] as const) {
  const isA = profile === '7.0.3';
  describe(`logout and introspection (facts 1.8), ${profile}`, () => {
    let world: World;
    let tokens: Readonly<Record<string, unknown>>;
    beforeEach(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
      tokens = (await world.token(passwordForm)).json;
    });
    afterEach(() => world.close());

    const logout = (query: Readonly<Record<string, string>>) =>
      world.send(`/oauth2/default/logout?${new URLSearchParams(query)}`);
    const introspect = (form: Readonly<Record<string, string>>) =>
      world.post('/oauth2/default/introspect', {
        client_id: 'app',
        client_secret: secret,
        token: String(tokens['access_token']),
        token_type_hint: 'access_token',
        ...form,
      });

    it('wants an id token', async () => {
      const { status, json } = await logout({});

      const text = 'Id token missing from request';
      assert.equal(status, 400);
      assert.deepEqual(json, { error: 'invalid _request', error_description: text, message: text });
    });

    it('signs out, then says that nobody is signed in', async () => {
      const hint = { id_token_hint: String(tokens['id_token']) };
      const answers = [await logout(hint), await logout(hint)];

      assert.deepEqual(
        answers.map(({ status, text }) => [status, text]),
        [
          [200, 'You have been signed out. Thank you.'],
          [200, 'You are currently not signed in.'],
        ],
      );
    });

    it('redirects to the registered address with the state', async () => {
      const hint = { id_token_hint: String(tokens['id_token']), state: 's1' };
      const { status, headers } = await logout({ ...hint, post_logout_redirect_uri: bye });

      assert.deepEqual([status, headers.get('location')], [302, `${bye}?state=s1`]);
    });

    it('does not redirect to another address after a real logout', async () => {
      const hint = { id_token_hint: String(tokens['id_token']) };
      const { status } = await logout({
        ...hint,
        post_logout_redirect_uri: 'https://evil.example.org',
      });

      assert.equal(status, 200);
    });

    it('describes an active access token', async () => {
      const { status, json, text } = await introspect({});

      const keys = ['active', 'status', 'scope', 'exp', 'sub', 'jti', 'aud', 'client_id'];
      assert.equal(status, 200, text);
      assert.deepEqual(Object.keys(json).slice(0, 8), keys);
      assert.deepEqual(
        [json['active'], json['status'], json['sub'], json['aud'], json['client_id']],
        [true, 'active', admin.uuid, ['app'], 'app'],
      );
      assert.deepEqual(
        json['exp'],
        isA
          ? { date: '2026-01-02 04:04:05.000000', timezone_type: 1, timezone: '+00:00' }
          : Math.floor(startMs / 1000) + 3600,
      );
    });

    it('gives the scope of a refresh token as a list', async () => {
      const token = String(tokens['refresh_token']);
      const { json } = await introspect({ token, token_type_hint: 'refresh_token' });

      assert.equal(json['active'], true);
      assert.equal(Array.isArray(json['scope']), true);
    });

    it('tells expired, revoked, badly signed and foreign tokens', async () => {
      const token = String(tokens['access_token']);
      const { json: machine } = await world.token(machineForm(world));
      const forged = await introspect({ token: `${token.slice(0, -8)}AAAAAAAA` });
      const foreign = await introspect({ token: String(machine['access_token']) });
      world.advance(3_600_000);
      const expired = await introspect({});
      await logout({ id_token_hint: String(tokens['id_token']) });
      const revoked = await introspect({});

      assert.deepEqual(
        [forged, expired, revoked].map(({ json }) => [json['active'], json['status']]),
        [
          [false, 'failed_verification'],
          [false, 'expired'],
          [false, 'revoked'],
        ],
      );
      assert.deepEqual(foreign.json, { active: false });
    });

    for (const [title, form, status, description] of [
      ['unknown client', { client_id: 'nobody' }, 401, 'Not a registered client'],
      ['confidential without secret', { client_secret: '' }, 400, 'Invalid client app type'],
      ['disabled client', { client_id: 'disabled-app' }, 401, 'Client failed security'],
      ['wrong secret', { client_secret: 'wrong' }, 401, 'Client failed security'],
      ['unsupported hint', { token_type_hint: 'x' }, 400, 'Missing token or unsupported hint.'],
    ] as const) {
      it(`refuses: ${title}`, async () => {
        const answer = await introspect(form);

        assert.deepEqual(
          [answer.status, answer.json['message'] ?? answer.json['active']],
          isA ? [status, description] : [200, false],
        );
      });
    }

    it('answers an unparsable token with plain text or as inactive', async () => {
      const { status, text } = await introspect({ token: 'x.y.z' });

      assert.deepEqual(
        [status, text],
        isA ? [400, 'Error while decoding from JSON'] : [200, '{"active":false}'],
      );
    });
  });
}
