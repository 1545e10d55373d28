// The team's guides to a machine client, step by step as their reader would follow them, with every recorded error.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { fieldOf, openBrowser } from '../oauth/browser.ts';
import { type Answered, type Form, openWorld, type World } from '../oauth/world.ts';
import {
  type AdminBrowser,
  actionPath,
  clientsPath,
  shownSecret,
  signInAsAdmin,
  ticks,
} from './admin-browser.ts';

const run = promisify(execFile);
const identifier = 'neuronova-cdss-own';
const note000Scopes = ['Patient', 'Encounter', 'Observation'].flatMap((resource) => [
  `system/${resource}.read`,
  `system/${resource}.write`,
]);

async function registerNote000(admin: AdminBrowser): Promise<string> {
  const typed = {
    client_name: 'NeuroNova CDSS Internal',
    client_id: identifier,
    client_type: 'Confidential',
    ...ticks('grants', ['client_credentials']),
    ...ticks('scopes', note000Scopes),
  };
  const generated = await admin.press(actionPath('guide-new'), { ...typed, generate: '1' });
  const client_secret = fieldOf(generated.text, 'client_secret');
  const saved = await admin.press(actionPath('guide-new'), { ...typed, client_secret, save: '1' });
  assert.equal(shownSecret(saved.text), client_secret);
  return client_secret;
}

const machineForm = (client_secret: string): Form => ({
  grant_type: 'client_credentials',
  client_id: identifier,
  client_secret,
});

describe('note 000: OAuth2 client registration', () => {
  let world: World;
  let admin: AdminBrowser;
  beforeEach(async () => {
    world = await openWorld();
    admin = await signInAsAdmin(world);
  });
  afterEach(() => world.close());

  it('step 1: the address of OpenEMR shows a login for admin / pass', async () => {
    const browser = openBrowser(world);
    const first = await browser.open('/');
    const form = await browser.open(first.headers.get('location') ?? '');

    const action = /action="([^"]+)"/.exec(form.text)?.[1]?.replace(/&#38;|&amp;/g, '&') ?? '';
    const login = { authUser: 'admin', clearPass: 'pass' };
    const { headers } = await browser.submit(action, login);
    const main = await browser.open(headers.get('location') ?? '');

    assert.match(form.text, />Login</);
    assert.match(main.text, /Signed in as admin/);
  });

  it('step 2: Admin > System > API Clients leads to Register New Client, marked as the guide’s', async () => {
    const main = await admin.open('/interface/main/tabs/main.php');
    const list = await admin.open(clientsPath);

    assert.match(main.text, /System: <a href="[^"]+">API Clients</);
    assert.match(list.text, /Guide mode, not in real OpenEMR/);
    assert.match(list.text, />Register New Client</);
  });

  it('step 3: Generate fills the secret and keeps what is typed and ticked', async () => {
    const { text } = await admin.press(actionPath('guide-new'), {
      client_name: 'NeuroNova CDSS Internal',
      client_id: identifier,
      generate: '1',
      ...ticks('grants', ['client_credentials']),
      ...ticks('scopes', ['system/Patient.write']),
    });

    assert.match(fieldOf(text, 'client_secret'), /^[0-9a-f]{32}$/);
    assert.equal(fieldOf(text, 'client_id'), identifier);
    assert.match(text, /name="grants\[client_credentials\]" value="1" checked/);
    assert.match(text, /name="scopes\[system\/Patient\.write\]" value="1" checked/);
  });

  it('step 3.5: the secret is shown once', async () => {
    const secret = await registerNote000(admin);

    const pages = [
      await admin.open(clientsPath),
      await admin.open(actionPath(`edit/${identifier}`)),
      await admin.open(actionPath('guide-new')),
    ];

    assert.deepEqual(
      pages.map(({ text }) => text.includes(secret)),
      [false, false, false],
    );
    assert.match(pages[0]?.text ?? '', new RegExp(identifier));
  });

  it('step 6: the secret gets a token that may read and write the ticked resources', async () => {
    const secret = await registerNote000(admin);

    const { status, json } = await world.token(machineForm(secret));
    const { json: seen } = await world.send('/apis/default/fhir/Patient', {
      headers: { authorization: `Bearer ${json['access_token']}` },
    });

    assert.equal(status, 200);
    assert.match(String(json['access_token']), /^eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1/);
    assert.deepEqual(
      note000Scopes.filter((scope) => !(seen['scopes'] as string[]).includes(scope)),
      [],
    );
  });

  it('problem 2: Regenerate Secret shows a new one, and the old one ends', async () => {
    const old = await registerNote000(admin);
    const edit = await admin.open(actionPath(`edit/${identifier}`));
    const { text } = await admin.press(actionPath(`guide-secret/${identifier}`));

    const statuses = [
      await world.token(machineForm(old)),
      await world.token(machineForm(shownSecret(text))),
    ].map(({ status }) => status);

    assert.match(edit.text, />Regenerate Secret</);
    assert.deepEqual(statuses, [401, 200]);
  });

  it('problem 4: without the grant ticked the recorded 400 comes, and ticking it cures', async () => {
    const secret = await registerNote000(admin);
    await admin.press(actionPath(`guide-save/${identifier}`), ticks('scopes', note000Scopes));
    const refused = await world.token(machineForm(secret));
    await admin.press(actionPath(`guide-save/${identifier}`), {
      ...ticks('grants', ['client_credentials']),
      ...ticks('scopes', note000Scopes),
    });

    assertRecorded400(refused);
    assert.deepEqual(world.explanations(), ['guide.grant-not-ticked']);
    assert.equal((await world.token(machineForm(secret))).status, 200);
  });

  it('brings the real error back for a scope that is no longer ticked', async () => {
    const secret = await registerNote000(admin);
    await admin.press(actionPath(`guide-save/${identifier}`), {
      ...ticks('grants', ['client_credentials']),
      ...ticks('scopes', ['system/Patient.read']),
    });
    const scope = 'system/Patient.read system/Patient.write';
    const { status, json } = await world.token({ ...machineForm(secret), scope });

    assert.deepEqual([status, json['hint']], [400, 'Check the `system/Patient.write` scope']);
  });

  it('is not there under strict', async () => {
    const strict = await openWorld({ strict: true });
    const strictAdmin = await signInAsAdmin(strict);
    const pages = [
      await strictAdmin.open(clientsPath),
      await strictAdmin.open('/interface/main/tabs/main.php'),
      await strictAdmin.open(actionPath('guide-new')),
    ];
    await strict.close();

    assert.equal(
      pages.some(({ text }) => /Guide mode|Regenerate|Register New Client/.test(text)),
      false,
    );
  });
});

/** As in the log of note 001. */
function assertRecorded400({ status, json }: Answered): void {
  assert.equal(status, 400);
  assert.equal(json['error'], 'invalid_request');
  assert.match(String(json['error_description']), /^The request is missing a required parameter/);
  assert.equal(json['hint'], 'assertion type is not supported');
}

describe('note 001: authentication report', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('gives the two recorded errors to the unconfigured client', async () => {
    const form = { grant_type: 'client_credentials', client_id: '', client_secret: '' };
    const token = await world.token(form);
    const create = await world.send('/apis/default/fhir/Patient', { method: 'POST', body: '{}' });

    assertRecorded400(token);
    assert.equal(create.status, 401);
    assert.equal(create.json['error'], 'access_denied');
    assert.equal(create.json['hint'], 'Missing "Authorization" header');
  });

  it('passes its Python test with only the port changed', async () => {
    const secret = await registerNote000(await signInAsAdmin(world));
    const script = path.join(import.meta.dirname, 'guide_token.py');
    const env = {
      ...process.env,
      OPENEMR_CLIENT_ID: identifier,
      OPENEMR_CLIENT_SECRET: secret,
      NO_PROXY: 'localhost',
    };

    const { stdout } = await run('python3', [script, new URL(world.url).port], { env });

    assert.match(stdout, /^\[PASS\] Access Token: eyJ0eXAiOiJKV1QiLCJh/);
  });
});
