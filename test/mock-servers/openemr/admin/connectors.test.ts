// facts/openemr.md section 5: globals with their real labels, and each really switches behaviour.
import assert from 'node:assert/strict';
import { passwordForm, seedClients } from '../oauth/clients.ts';
import { openWorld, redirectUri, type World } from '../oauth/world.ts';
import { type AdminBrowser, configPath, formValues, signInAsAdmin } from './admin-browser.ts';

describe('Admin > Config > Connectors (facts 5)', () => {
  let world: World;
  let admin: AdminBrowser;
  beforeEach(async () => {
    world = await openWorld();
    await seedClients(world);
    admin = await signInAsAdmin(world);
  });
  afterEach(() => world.close());

  /** Sends the form as it stands, with one change; an empty value unticks a box. */
  const save = async (change: Readonly<Record<string, string>>): Promise<void> => {
    const { text } = await admin.open(configPath);
    const values = { ...formValues(text), ...change };
    const sent = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    assert.match((await admin.press(configPath, sent)).text, /role="status">Saved</);
  };

  it('has the labels of the globals', async () => {
    const { text } = await admin.open(configPath);

    for (const label of [
      'Site Address Override (if needed for OAuth2, FHIR, CCDA, or Payment Processing)',
      'Enable OpenEMR Standard FHIR REST API',
      'Enable OpenEMR FHIR System Scopes (Turn on only if you know what you are doing)',
      'Enable OpenEMR Standard REST API',
      'Enable OpenEMR Patient Portal REST API (EXPERIMENTAL)',
      'Enable OAuth2 Password Grant (Not considered secure)',
      'OAuth2 App Manual Approval Settings',
      'OAuth2 EHR-Launch Authorization Flow Skip Enable App Setting',
      'Off (Recommended setting)',
      'On for Users Role',
      'On for Patient Role',
      'On for Both Roles',
    ]) {
      assert.ok(text.includes(label), label);
    }
  });

  it('switches an API off and on', async () => {
    const { json } = await world.token(passwordForm);
    const call = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${json['access_token']}` };
      return (await world.send('/apis/default/api/patient', { headers })).status;
    };

    const before = await call();
    await save({ rest_api: '' });
    const off = await call();
    await save({ rest_api: '1' });

    assert.deepEqual([before, off, await call()], [200, 501, 200]);
  });

  it('switches the password grant off', async () => {
    await save({ oauth_password_grant: '0' });

    assert.equal((await world.token(passwordForm)).json['error'], 'unsupported_grant_type');
  });

  it('switches system scopes off', async () => {
    await save({ rest_system_scopes_api: '' });
    const { json } = await world.send('/oauth2/default/.well-known/openid-configuration');

    assert.equal((json['scopes_supported'] as string[]).includes('system/Patient.read'), false);
  });

  it('switches manual approval on', async () => {
    await save({ oauth_app_manual_approval: '1' });
    const { json } = await world.register({ redirect_uris: [redirectUri], scope: 'openid' });

    const { status } = await world.token({ ...passwordForm, client_id: String(json['client_id']) });
    assert.equal(status, 401);
  });

  it('moves every URL to the site address, and ignores what is no address', async () => {
    const issuer = async (): Promise<unknown> =>
      (await world.send('/oauth2/default/.well-known/openid-configuration')).json['issuer'];
    await save({ site_addr_oath: 'https://emr.example.org/' });
    const moved = await issuer();
    await save({ site_addr_oath: 'nonsense' });

    assert.deepEqual(
      [moved, await issuer()],
      ['https://emr.example.org/oauth2/default', `${world.url}/oauth2/default`],
    );
  });

  it('switches a known bug off alone', async () => {
    await save({ 'bugs[clientDetailsRefused]': '' });
    const { json } = await world.register({ redirect_uris: [redirectUri], scope: 'openid' });
    const path = String(json['registration_client_uri']).replace(world.url, '');
    const { status, json: read } = await world.send(path, {
      headers: { authorization: `Bearer ${json['registration_access_token']}` },
    });

    assert.deepEqual([status, read['client_id']], [200, json['client_id']]);
  });

  it('is as at the start after a reset', async () => {
    await save({ oauth_password_grant: '0' });
    await world.mock.reset('seed');
    await seedClients(world);

    assert.equal((await world.token(passwordForm)).status, 200);
  });
});
