// facts/openemr.md sections 1.3 and 1.6: grants, lifetimes, the token response and what is in the tokens.
import assert from 'node:assert/strict';
import { isRecord, parseJson } from '#core/guards.ts';
import { codeFor } from './browser.ts';
import {
  appScope,
  machineForm,
  passwordForm,
  patientPasswordForm,
  secret,
  seedClients,
} from './clients.ts';
import {
  admin,
  openWorld,
  patient,
  redirectUri,
  startMs,
  systemUser,
  type World,
} from './world.ts';

type Claims = Readonly<Record<string, unknown>>;
const startS = startMs / 1000;

function part(jwt: unknown, index: 0 | 1): Claims {
  const value = parseJson(Buffer.from(String(jwt).split('.')[index] ?? '', 'base64url').toString());
  return isRecord(value) ? value : {};
}

const exchange = (world: World, code: string, client_id = 'app') =>
  world.token({
    grant_type: 'authorization_code',
    client_id,
    client_secret: secret,
    redirect_uri: redirectUri,
    code,
  });

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`token endpoint: success (facts 1.3, 1.6), ${profile}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
    });
    afterEach(() => world.close());

    it('has the headers and the key order of the facts', async () => {
      const query = { client_id: 'app', scope: appScope.replace('launch ', '') };
      const code = await codeFor(world, query, patientLogin);

      const { headers, json } = await exchange(world, code);

      assert.deepEqual(
        ['pragma', 'cache-control', 'content-type'].map((name) => headers.get(name)),
        ['no-cache', 'no-store', 'application/json; charset=UTF-8'],
      );
      assert.deepEqual(Object.keys(json), [
        'id_token',
        'patient',
        'need_patient_banner',
        'smart_style_url',
        'scope',
        'token_type',
        'expires_in',
        'access_token',
        'refresh_token',
      ]);
      assert.deepEqual([json['patient'], json['need_patient_banner']], [patient.uuid, true]);
      assert.equal(json['smart_style_url'], `${world.url}/oauth2/default/smart/smart-style`);
    });

    it('leaves out of scope what the profile leaves out', async () => {
      const { json } = await world.token({ ...passwordForm, scope: 'openid api:oemr api:fhir' });

      assert.equal(json['scope'], 'openid');
    });

    it('gives a refresh token with offline_access only', async () => {
      const { json } = await world.token({ ...passwordForm, scope: 'openid' });

      assert.equal('refresh_token' in json, false);
    });

    it('writes access tokens as the profile does', async () => {
      const { json } = await world.token(passwordForm);
      const claims = part(json['access_token'], 1);

      assert.deepEqual(part(json['access_token'], 0), { typ: 'JWT', alg: 'RS256' });
      const order = ['aud', 'jti', 'iat', 'nbf', 'exp', 'sub', 'scopes'];
      assert.deepEqual(Object.keys(claims), profile === '7.0.4' ? ['iss', ...order] : order);
      assert.match(String(claims['jti']), /^[0-9a-f]{80}$/);
      assert.deepEqual(
        [claims['aud'], claims['sub'], claims['iat'], claims['exp']],
        ['app', admin.uuid, startS, startS + 3600],
      );
      const scopes = claims['scopes'] as string[];
      assert.equal(scopes.includes('api:oemr'), true);
      assert.equal(scopes.includes('site:default'), profile === '7.0.3');
    });

    it('writes id tokens with the claims of the granted scopes', async () => {
      await world.mock.seed?.({
        clients: [
          {
            client_id: 'claims',
            client_secret: secret,
            scope: 'openid fhirUser profile email api:oemr',
          },
        ],
      });
      const scope = 'openid fhirUser profile email api:oemr';
      const { json } = await world.token({ ...passwordForm, client_id: 'claims', scope });

      assert.deepEqual(part(json['id_token'], 1), {
        aud: 'claims',
        iss: `${world.url}/oauth2/default`,
        iat: startS,
        exp: startS + 3600,
        sub: admin.uuid,
        fhirUser: `${world.url}/apis/default/fhir/Practitioner/${admin.uuid}`,
        name: 'Billy Smith',
        family_name: 'Smith',
        given_name: 'Billy',
        email: admin.email,
        email_verified: true,
        'api:oemr': true,
      });
    });

    it('writes refresh tokens and codes as defuse does', async () => {
      const { json } = await world.token(passwordForm);

      assert.match(String(json['refresh_token']), /^def50200[0-9a-f]{300,}$/);
      assert.match(
        await codeFor(world, { client_id: 'app', scope: 'openid' }),
        /^def50200[0-9a-f]+$/,
      );
    });

    it('runs client_credentials as oe-system for 5 minutes, without a refresh token', async () => {
      const { json } = await world.token(machineForm(world));

      assert.deepEqual(Object.keys(json), ['scope', 'token_type', 'expires_in', 'access_token']);
      assert.deepEqual([json['scope'], json['expires_in']], ['system/Patient.read', 300]);
      assert.equal(part(json['access_token'], 1)['sub'], systemUser.uuid);
    });

    it('drops a scope that is not registered on the client, without an error', async () => {
      const form = { ...machineForm(world), scope: 'system/Patient.read system/Encounter.read' };
      const { status, json } = await world.token(form);

      assert.deepEqual([status, json['scope']], [200, 'system/Patient.read']);
      assert.deepEqual(world.explanations(), ['oauth.scope-dropped']);
    });

    it('takes the assertion a minute early or late', async () => {
      const now = startMs / 1000;
      const early = await world.token(machineForm(world, 'machine', { claims: { nbf: now + 59 } }));
      const late = await world.token(machineForm(world, 'machine', { claims: { exp: now - 59 } }));
      const tooLate = await world.token(
        machineForm(world, 'machine', { claims: { exp: now - 61 } }),
      );

      assert.deepEqual([early.status, late.status, tooLate.status], [200, 200, 400]);
    });

    it('ignores kid as the real server does, and heeds it without the bug', async () => {
      const form = (on: World) => machineForm(on, 'machine', { header: { kid: 'other' } });
      const { status } = await world.token(form(world));
      const { openemrDefaults } = await import('#mock-servers/openemr/settings.ts');
      const fixed = await openWorld({
        profile,
        settings: { bugs: { ...openemrDefaults.bugs, keyIdIgnored: false } },
      });
      await seedClients(fixed);
      const without = await fixed.token(form(fixed));
      await fixed.close();

      assert.deepEqual([status, without.status], [200, 400]);
    });

    it('accepts a used code again within its 60 seconds', async () => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });

      const statuses = [await exchange(world, code), await exchange(world, code)].map(
        ({ status }) => status,
      );

      assert.deepEqual(statuses, [200, 200]);
    });

    it('forgets a code when a newer login overwrote it', async () => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });
      await codeFor(world, { client_id: 'app', scope: 'openid' });

      assert.equal((await exchange(world, code)).json['error_description'], 'Bad request');
    });

    it('lets a confidential client pass that sends no secret with its code', async () => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });
      const { status } = await world.token({
        grant_type: 'authorization_code',
        client_id: 'app',
        redirect_uri: redirectUri,
        code,
      });

      assert.equal(status, 200);
    });

    it('never looks at the secret in password and refresh_token', async () => {
      const { json } = await world.token({ ...passwordForm, client_secret: 'wrong' });
      const refreshed = await world.token({
        grant_type: 'refresh_token',
        client_id: 'app',
        client_secret: 'wrong',
        refresh_token: String(json['refresh_token']),
      });

      assert.equal(refreshed.status, 200);
    });

    it('rotates: the old access token is revoked with the old refresh token', async () => {
      const { json } = await world.token(passwordForm);
      await world.token({
        grant_type: 'refresh_token',
        client_id: 'app',
        refresh_token: String(json['refresh_token']),
      });

      const { json: refused } = await world.send('/apis/default/api/patient', {
        headers: { authorization: `Bearer ${json['access_token']}` },
      });

      assert.equal(
        profile === '7.0.4' ? refused['code'] : refused['hint'],
        profile === '7.0.4' ? 9 : 'Access token has been revoked',
      );
    });

    it('narrows the scope on refresh and keeps the launch context', async () => {
      const query = { client_id: 'app', scope: 'openid offline_access launch/patient' };
      const first = await exchange(world, await codeFor(world, query, patientLogin));
      const { json } = await world.token({
        grant_type: 'refresh_token',
        client_id: 'app',
        refresh_token: String(first.json['refresh_token']),
        scope: 'launch/patient',
      });

      assert.deepEqual([json['scope'], json['patient']], ['launch/patient', patient.uuid]);
      assert.equal('refresh_token' in json, false);
    });

    it('takes a patient with email in the password grant', async () => {
      const { json } = await world.token(patientPasswordForm);

      assert.equal(part(json['id_token'], 1)['sub'], patient.uuid);
    });

    it('shows the nonce as a scope, and in the id token', async () => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid', nonce: 'n-0S6' });
      const { json } = await exchange(world, code);

      assert.equal(json['scope'], 'openid nonce');
      assert.equal(part(json['id_token'], 1)['nonce'], 'n-0S6');
    });

    it('takes client_secret_basic and multipart forms', async () => {
      const code = await codeFor(world, { client_id: 'app', scope: 'openid' });
      const form = new FormData();
      form.set('grant_type', 'authorization_code');
      form.set('redirect_uri', redirectUri);
      form.set('code', code);
      const { status } = await world.send('/oauth2/default/token', {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`app:${secret}`)}` },
        body: form,
      });

      assert.equal(status, 200);
    });
  });
}

const patientLogin = {
  username: 'Minji1',
  email: String(patient.email),
  user_role: 'portal-api',
};
