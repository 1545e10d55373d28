// facts/openemr.md section 5: API Clients with the real labels.
import assert from 'node:assert/strict';
import { passwordForm, secret, seedClients } from '../oauth/clients.ts';
import { openWorld, redirectUri, admin as staff, type World } from '../oauth/world.ts';
import { type AdminBrowser, actionPath, clientsPath, signInAsAdmin } from './admin-browser.ts';

const wicked = '<script>alert("1")</script>\'&';

describe('the admin page (facts 5)', () => {
  let world: World;
  let admin: AdminBrowser;
  beforeEach(async () => {
    world = await openWorld();
    await seedClients(world);
    admin = await signInAsAdmin(world);
  });
  afterEach(() => world.close());

  it('sends whoever is not signed in to the login, and refuses a wrong password', async () => {
    const { status, headers } = await world.send(clientsPath);
    const wrong = await world.post('/interface/main/main_screen.php?auth=login', {
      authUser: 'admin',
      clearPass: 'wrong',
    });

    assert.deepEqual(
      [status, headers.get('location')],
      [302, '/interface/login/login.php?site=default'],
    );
    assert.match(wrong.text, /Invalid username or password/);
  });

  it('has the labels of Client Registrations', async () => {
    const { text } = await admin.open(clientsPath);

    for (const label of [
      'Client Registrations',
      'Token Tools',
      'Register New App',
      'External CDR',
      'Client Name / Client ID',
      'Enabled',
      'Client Type',
      'DSI Type',
      'Scopes Requested',
      'Confidential',
      'Public',
    ]) {
      assert.ok(text.includes(label), label);
    }
  });

  it('says so when there are no clients', async () => {
    await world.mock.reset('empty');
    const again = await signInAsAdmin(world);

    const { text } = await again.open(clientsPath);

    assert.match(text, /There are no clients registered in the system/);
  });

  it('has the fields of a client’s page', async () => {
    const { text } = await admin.open(actionPath('edit/app'));

    for (const label of [
      '&lt; Back to Client List',
      'Disable Client',
      'Identifier',
      'Date Registered',
      'Is Confidential',
      'Skip EHR Launch Authorization Flow',
      'Redirect URI',
      'Launch URI',
      'JSON Web Key Set URI',
      'Authenticated API Users',
    ]) {
      assert.ok(text.includes(label), label);
    }
    assert.equal(text.includes(secret), false, 'no later view of the secret');
  });

  it('enables and disables a client', async () => {
    const before = await world.token({ ...passwordForm, client_id: 'disabled-app' });
    const edit = await admin.open(actionPath('edit/disabled-app'));
    const enabled = await admin.press(actionPath('enable/disabled-app'));
    const during = await world.token({ ...passwordForm, client_id: 'disabled-app' });
    const disabled = await admin.press(actionPath('disable/disabled-app'));
    const after = await world.token({ ...passwordForm, client_id: 'disabled-app' });

    assert.match(edit.text, /This client is currently disabled/);
    assert.match(enabled.text, /Enabled Client disabled-app/);
    assert.match(disabled.text, /Disabled Client disabled-app/);
    assert.deepEqual([before.status, during.status, after.status], [401, 200, 401]);
  });

  it('changes nothing without the CSRF token', async () => {
    const { status } = await admin.submit(actionPath('disable/app'), {});

    assert.equal(status, 403);
    assert.equal((await world.token(passwordForm)).status, 200);
  });

  it('lists the tokens of a user and revokes one', async () => {
    const { json } = await world.token(passwordForm);
    const page = await admin.open(actionPath('edit/app'));
    const id = /name="token" value="([0-9a-f]{80})"/.exec(page.text)?.[1] ?? '';
    await admin.press(actionPath('revoke-token/app'), { kind: 'access', token: id });
    const { json: refused } = await world.send('/apis/default/api/patient', {
      headers: { authorization: `Bearer ${json['access_token']}` },
    });

    assert.match(page.text, new RegExp(`<h3>${staff.username}</h3>`));
    assert.equal(refused['hint'], 'Access token has been revoked');
  });

  it('revokes a user', async () => {
    const { json } = await world.token(passwordForm);
    await admin.press(actionPath('revoke-user/app'), { user: staff.uuid });
    const { status } = await world.send('/apis/default/api/patient', {
      headers: { authorization: `Bearer ${json['access_token']}` },
    });

    assert.equal(status, 400);
  });

  it('parses a token in Token Tools', async () => {
    const { json } = await world.token(passwordForm);
    const page = await admin.press(actionPath('token-tools'), {
      token: String(json['access_token']),
    });
    const garbage = await admin.press(actionPath('token-tools'), { token: 'x' });

    assert.match(page.text, new RegExp(staff.uuid));
    assert.match(page.text, /Revoke Token/);
    assert.match(garbage.text, /The JWT string must have two dots/);
  });

  it('registers an app without a login, disabled as the real server does', async () => {
    const { text } = await world.post('/interface/smart/register-app.php', {
      application_type: 'private',
      client_name: 'From the form',
      redirect_uris: redirectUri,
      'scope[openid]': '1',
      'scope[user/Patient.read]': '1',
    });
    const id = /Client APP ID:<\/th><td><code id="client-id">([^<]+)</.exec(text)?.[1];

    assert.match(text, /Client Secret APP ID:/);
    assert.equal((await world.token({ ...passwordForm, client_id: String(id) })).status, 401);
  });

  it('shows the registration’s refusal', async () => {
    const { text } = await world.post('/interface/smart/register-app.php', {
      application_type: 'public',
      redirect_uris: redirectUri,
      'scope[user/Patient.read]': '1',
    });

    assert.match(text, /system and user scopes are only allowed for confidential clients/);
  });

  it('refuses a chosen identifier that is taken, missing or unusable', async () => {
    const save = (client_id: string) =>
      admin.press(actionPath('guide-new'), { client_name: 'x', client_id, save: '1' });
    const pages = await Promise.all(['app', '', 'a b'].map(save));

    assert.match(pages[0]?.text ?? '', /Client Identifier is taken/);
    assert.match(pages[1]?.text ?? '', /Client Identifier is not usable/);
    assert.match(pages[2]?.text ?? '', /Client Identifier is not usable/);
  });

  it('escapes whatever a client or a form brings', async () => {
    await world.mock.seed?.({ clients: [{ client_id: 'w', client_name: wicked, scope: wicked }] });
    const pages = [
      await admin.open(clientsPath),
      await admin.open(actionPath('edit/w')),
      await admin.press(actionPath('guide-new'), {
        client_name: wicked,
        client_id: wicked,
        save: '1',
      }),
    ];

    for (const { text } of pages) {
      assert.equal(text.includes('<script'), false);
      assert.ok(text.includes('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#39;&#38;'));
    }
  });

  it('leaves no secret, code or token in the journal', async () => {
    const { json } = await world.token({ ...passwordForm, client_secret: secret });
    await world.send(`/oauth2/default/logout?id_token_hint=${json['id_token']}`);
    await admin.press(actionPath('token-tools'), { token: String(json['refresh_token']) });

    const journal = world.journalText();
    for (const hidden of [secret, 'pass"', json['id_token'], json['refresh_token']]) {
      assert.equal(journal.includes(String(hidden)), false);
    }
  });
});
