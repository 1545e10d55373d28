// The team's guide for a voice AI client, step by step, with every issue that it lists.
import assert from 'node:assert/strict';
import { approve, challenge, openBrowser, signIn, verifier } from '../oauth/browser.ts';
import { openWorld, type World } from '../oauth/world.ts';
import { actionPath, shownSecret, signInAsAdmin, ticks } from './admin-browser.ts';

describe('note 002: voice AI client', () => {
  const note002Scopes = [
    ...['openid', 'fhirUser', 'patient/*.read', 'patient/*.write'],
    ...['Patient.read', 'Encounter.read', 'DiagnosticReport.read', 'Medication.read'],
  ];
  const callback = 'http://localhost:8000/oauth/callback';
  const query = {
    client_id: 'voice-ai',
    redirect_uri: callback,
    scope: 'openid fhirUser patient/*.read',
    state: 'test123',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  let world: World;
  let secret: string;
  beforeEach(async () => {
    world = await openWorld();
    const admin = await signInAsAdmin(world);
    const { text } = await admin.press(actionPath('guide-new'), {
      client_name: 'Voice AI Platform',
      client_id: 'voice-ai',
      client_type: 'Confidential',
      redirect_uris: callback,
      save: '1',
      ...ticks('grants', ['authorization_code']),
      ...ticks('scopes', note002Scopes),
    });
    secret = shownSecret(text);
  });
  afterEach(() => world.close());

  it('shows the settings of step 4 with their real state', async () => {
    const admin = await signInAsAdmin(world);
    const { text } = await admin.open('/interface/super/edit_globals.php?mode=Security');

    assert.match(text, /Enable OAuth2 Authentication/);
    assert.match(text, /OAuth2 PKCE Required/);
    assert.match(text, new RegExp(`${world.url}/apis/default/fhir`));
  });

  it('goes through /oauth2/authorize and /oauth2/token without a site to a token', async () => {
    const browser = openBrowser(world);
    const start = await browser.open(
      `/oauth2/authorize?${new URLSearchParams({ response_type: 'code', ...query })}`,
    );
    assert.equal(start.status, 301, start.text);
    const target = await approve(browser, await signIn(browser, query));
    const token = await world.post('/oauth2/token', {
      grant_type: 'authorization_code',
      client_id: 'voice-ai',
      client_secret: secret,
      redirect_uri: callback,
      code: target.searchParams.get('code') ?? '',
      code_verifier: verifier,
    });

    assert.equal(target.searchParams.get('state'), 'test123');
    assert.equal(token.status, 200, token.text);
    assert.equal(token.json['scope'], 'openid fhirUser patient/*.read');
  });

  it('reads FHIR with patient/*.read', async () => {
    const browser = openBrowser(world);
    const target = await approve(browser, await signIn(browser, query));
    const { json } = await world.post('/oauth2/token', {
      grant_type: 'authorization_code',
      client_id: 'voice-ai',
      client_secret: secret,
      redirect_uri: callback,
      code: target.searchParams.get('code') ?? '',
      code_verifier: verifier,
    });

    const { json: seen } = await world.send('/apis/default/fhir/Patient', {
      headers: { authorization: `Bearer ${json['access_token']}` },
    });

    const scopes = seen['scopes'] as string[];
    assert.deepEqual(
      [scopes.includes('user/Patient.read'), scopes.includes('user/Patient.write')],
      [true, false],
    );
  });

  for (const [issue, change, expected] of [
    ['Invalid redirect URI', { redirect_uri: `${callback}/` }, '401 invalid_client'],
    ['Invalid client credentials', { client_id: 'voice-ai-2' }, '401 invalid_client'],
    ['PKCE verification failed', { code_challenge_method: 'plain' }, '400 invalid_request'],
  ] as const) {
    it(`answers its "${issue}" as the real server`, async () => {
      const all = { response_type: 'code', ...query, ...change };
      const answer = await world.send(`/oauth2/default/authorize?${new URLSearchParams(all)}`);

      assert.equal(`${answer.status} ${answer.json['error']}`, expected);
    });
  }

  it('does not open the path without a site to other clients', async () => {
    await world.mock.seed?.({ clients: [{ client_id: 'real', client_secret: 's' }] });
    const answer = await world.post('/oauth2/token', { client_id: 'real', grant_type: 'password' });

    assert.equal(answer.status, 400);
    assert.equal(answer.text, '');
  });
});
