// facts/openemr.md section 1.6, /authorize: login, patient selection, consent.
import assert from 'node:assert/strict';
import { launchToken } from '#mock-servers/openemr/oauth/launch-token.ts';
import { totp } from '#mock-servers/openemr/oauth/totp.ts';
import {
  approve,
  authorizePath,
  challenge,
  codeFor,
  fieldOf,
  openBrowser,
  scopesOffered,
  signIn,
  verifier,
} from './browser.ts';
import { secret, seedClients } from './clients.ts';
import { guarded, openWorld, patient, redirectUri, startMs, type World } from './world.ts';

const query = { client_id: 'app', scope: 'openid' };
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };

for (const profile of ['7.0.3', '7.0.4'] as const) {
  describe(`/authorize (facts 1.6), ${profile}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld({ profile });
      await seedClients(world);
    });
    afterEach(() => world.close());

    it('goes to the login by 301 to a path', async () => {
      const { status, headers } = await world.send(authorizePath(query));

      assert.deepEqual([status, headers.get('location')], [301, '/oauth2/default/provider/login']);
    });

    it('shows the login of a disabled client all the same', async () => {
      const { status } = await world.send(authorizePath({ ...query, client_id: 'disabled-app' }));

      assert.equal(status, 301);
    });

    it('has the fields and buttons of the login form', async () => {
      const browser = openBrowser(world);
      await browser.open(authorizePath(query));
      const { text } = await browser.open('/oauth2/default/provider/login');

      for (const name of [
        'username',
        'password',
        'email',
        'user_role',
        'persist_login',
        'csrf_token_form',
      ]) {
        assert.match(text, new RegExp(`name="${name}"`));
      }
      assert.match(text, /value="api">OpenEMR Login</);
      assert.match(text, /value="portal-api">Patient Login</);
    });

    it('says that a login is bad, and stays', async () => {
      const { text } = await signIn(openBrowser(world), query, { password: 'wrong' });

      assert.match(text, /Sorry, verify the information you have entered is correct/);
    });

    it('asks a user with TOTP for the code', async () => {
      const browser = openBrowser(world);
      const login = { username: guarded.username };
      const asked = await signIn(browser, query, login);
      const { headers } = await browser.submit('/oauth2/default/login', {
        csrf_token_form: fieldOf(asked.text, 'csrf_token_form'),
        username: fieldOf(asked.text, 'username'),
        password: fieldOf(asked.text, 'password'),
        user_role: 'api',
        mfa_token: totp(String(guarded.totpSecret), Math.floor(startMs / 30_000)),
      });

      assert.match(asked.text, /MFA Verification/);
      assert.match(headers.get('location') ?? '', /scope-authorize-confirm$/);
    });

    it('offers every requested scope, and a declined one vanishes from the token', async () => {
      const scope = 'openid offline_access api:oemr user/patient.read user/patient.write';
      const browser = openBrowser(world);
      const consent = await signIn(browser, { client_id: 'app', scope });
      assert.deepEqual(new Set(scopesOffered(consent.text)), new Set(scope.split(' ')));

      const callback = await approve(browser, consent, ['openid', 'api:oemr', 'user/patient.read']);
      const { json } = await world.token({
        grant_type: 'authorization_code',
        client_id: 'app',
        client_secret: secret,
        redirect_uri: redirectUri,
        code: callback.searchParams.get('code') ?? '',
      });

      assert.equal(callback.searchParams.get('state'), 'af0ifjsldkj');
      assert.equal(json['scope'], 'openid user/patient.read');
      assert.equal('refresh_token' in json, false);
    });

    it('keeps a standard scope whose api:oemr was declined', async () => {
      const browser = openBrowser(world);
      const scope = 'openid api:oemr user/patient.read';
      const consent = await signIn(browser, { client_id: 'app', scope });
      const callback = await approve(browser, consent, ['openid', 'user/patient.read']);
      const { json } = await world.token({
        grant_type: 'authorization_code',
        client_id: 'app',
        client_secret: secret,
        redirect_uri: redirectUri,
        code: callback.searchParams.get('code') ?? '',
      });

      assert.equal(json['scope'], 'openid user/patient.read');
    });

    it('refuses a consent with a forged token, and one out of nowhere', async () => {
      const browser = openBrowser(world);
      await signIn(browser, query);
      const forged = await browser.submit('/oauth2/default/device/code', { proceed: '1' });
      const nowhere = await world.post('/oauth2/default/device/code', { proceed: '1' });

      assert.deepEqual([forged.status, nowhere.status], [500, 500]);
      assert.match(forged.text, /Failed authorization due to failed CSRF check\.$/);
    });

    it('lets a user pick the patient for launch/patient, and a patient be one', async () => {
      const launch = { client_id: 'app', scope: 'openid launch/patient patient/Patient.read' };
      const browser = openBrowser(world);
      const list = await signIn(browser, launch);
      assert.match(list.text, /Patient Selection/);
      assert.match(list.text, /Kim, 민지 &#60;b&#62;/);

      const picked = await browser.submit('/oauth2/default/smart/patient-select-confirm', {
        csrf_token: fieldOf(list.text, 'csrf_token'),
        patient_id: patient.uuid,
      });
      const consent = await browser.open(picked.headers.get('location') ?? '');
      const callback = await approve(browser, consent);
      const asPatient = await codeFor(world, launch, {
        username: 'Minji1',
        email: String(patient.email),
        user_role: 'portal-api',
      });

      const codes = [callback.searchParams.get('code') ?? '', asPatient];
      const patients = await Promise.all(
        codes.map(async (code) => {
          const form = {
            grant_type: 'authorization_code',
            client_id: 'app',
            client_secret: secret,
          };
          return (await world.token({ ...form, redirect_uri: redirectUri, code })).json['patient'];
        }),
      );
      assert.deepEqual(patients, [patient.uuid, patient.uuid]);
    });

    it('takes a public client with PKCE on any port of 127.0.0.1', async () => {
      const loopback = { redirect_uri: 'http://127.0.0.1:54321/cb' };
      const code = await codeFor(world, {
        ...query,
        client_id: 'public-app',
        ...pkce,
        ...loopback,
      });
      const { status } = await world.token({
        grant_type: 'authorization_code',
        client_id: 'public-app',
        code_verifier: verifier,
        code,
        ...loopback,
      });

      assert.equal(status, 200);
    });

    it('gives an EHR launch its context', async () => {
      const launch = launchToken({ patient: patient.uuid, encounter: 'e1', intent: 'i1' });
      const aud = `${world.url}/apis/default/fhir`;
      const code = await codeFor(world, { client_id: 'app', scope: 'openid launch', launch, aud });
      const { json } = await world.token({
        grant_type: 'authorization_code',
        client_id: 'app',
        client_secret: secret,
        redirect_uri: redirectUri,
        code,
      });

      assert.deepEqual(
        [json['patient'], json['need_patient_banner'], json['encounter'], json['intent']],
        [patient.uuid, false, 'e1', 'i1'],
      );
      assert.deepEqual(json['fhirContext'], [{ reference: 'Encounter/e1' }]);
    });
  });
}
