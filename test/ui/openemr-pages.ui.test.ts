// A person at the pages of the OpenEMR mock in a real browser: sign-in, consent, administration.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { authorizePath } from '#test/mock-servers/openemr/oauth/browser.ts';
import { secret, seedClients } from '#test/mock-servers/openemr/oauth/clients.ts';
import {
  openWorld,
  patient,
  redirectUri,
  type World,
} from '#test/mock-servers/openemr/oauth/world.ts';
import { launchBrowser } from '../vscode/host/server.ts';

const screenshots = resolve(import.meta.dirname, '../../artifacts/screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('pages of the OpenEMR mock', function () {
  this.timeout(60_000);
  let world: World;
  let browser: Browser;
  let page: Page;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    world = await openWorld();
    await seedClients(world);
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    await page.route('https://client.example.org/**', (route) =>
      route.fulfill({ body: 'back at the application' }),
    );
  });
  afterEach(async () => {
    await page.close();
    await world.close();
  });

  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(screenshots, `openemr-${name}.png`), fullPage: true });

  /** WCAG A and AA, by axe-core. */
  const assertAccessible = async (): Promise<void> => {
    await page.evaluate(axe);
    const violations = await page.evaluate(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    assert.deepEqual(violations, []);
  };

  const signInAsAdmin = async (): Promise<void> => {
    await page.goto(world.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password').fill('pass');
    await page.getByRole('button', { name: 'Login' }).click();
  };

  it('leads from a wrong login over patient and consent back to the application', async () => {
    const scope =
      'openid offline_access launch/patient patient/Patient.read patient/Observation.read';
    await page.goto(world.url + authorizePath({ client_id: 'app', scope }));
    await page.getByLabel('Registered username').fill('admin');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'OpenEMR Login' }).click();
    await page.getByRole('alert').getByText('Sorry, verify the information').waitFor();
    await picture('login');
    await assertAccessible();

    await page.getByLabel('Registered username').fill('admin');
    await page.getByLabel('Password').fill('pass');
    await page.getByRole('button', { name: 'OpenEMR Login' }).click();
    await page.getByRole('row', { name: `${patient.lastName}, ${patient.firstName}` }).waitFor();
    await picture('patient-select');
    await assertAccessible();

    await page.getByRole('button', { name: 'Select' }).click();
    await page.getByLabel('patient/Observation.read').uncheck();
    await picture('consent');
    await assertAccessible();
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.getByText('back at the application').waitFor();

    const { searchParams } = new URL(page.url());
    const { json } = await world.token({
      grant_type: 'authorization_code',
      client_id: 'app',
      client_secret: secret,
      redirect_uri: redirectUri,
      code: searchParams.get('code') ?? '',
    });
    assert.equal(searchParams.get('state'), 'af0ifjsldkj');
    assert.equal(json['patient'], patient.uuid);
    assert.equal(json['scope'], 'openid offline_access launch/patient patient/Patient.read');
  });

  it('lets a patient sign in', async () => {
    await page.goto(
      world.url + authorizePath({ client_id: 'app', scope: 'openid launch/patient' }),
    );
    await page.getByLabel('Email if required').fill(String(patient.email));
    await page.getByLabel('Registered username').fill(String(patient.username));
    await page.getByLabel('Password').fill('pass');
    await page.getByRole('button', { name: 'Patient Login' }).click();

    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.getByText('back at the application').waitFor();
  });

  it('makes a client by the steps of note 000, whose secret gets a token', async () => {
    await signInAsAdmin();
    await page.getByRole('link', { name: 'API Clients', exact: true }).click();
    await picture('api-clients');
    await assertAccessible();
    await page.getByRole('main').getByRole('link', { name: 'Register New Client' }).click();
    await page.getByLabel('Client Name').fill('NeuroNova CDSS Internal');
    await page.getByLabel('Client Identifier').fill('neuronova-cdss-own');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByLabel('client_credentials').check();
    await page.getByLabel('system/Patient.read').check();
    await page.getByLabel('system/Patient.write').check();
    await picture('register-new-client');
    await assertAccessible();
    await page.getByRole('button', { name: 'Save' }).click();
    const shown = (await page.locator('#client-secret').textContent()) ?? '';
    await picture('secret-once');

    const { status, json } = await world.token({
      grant_type: 'client_credentials',
      client_id: 'neuronova-cdss-own',
      client_secret: shown,
    });
    assert.deepEqual([status, json['scope']], [200, 'system/Patient.read system/Patient.write']);

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('client_credentials').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Regenerate Secret' }).waitFor();
    await assertAccessible();
    const refused = await world.token({
      grant_type: 'client_credentials',
      client_id: 'neuronova-cdss-own',
    });
    assert.equal(refused.json['hint'], 'assertion type is not supported');
  });

  it('enables a client, and switches the password grant off in Connectors', async () => {
    await signInAsAdmin();
    await page.getByRole('link', { name: 'API Clients', exact: true }).click();
    await page
      .getByRole('row', { name: 'disabled-app' })
      .getByRole('link', { name: 'Edit' })
      .click();
    await page.getByRole('button', { name: 'Enable Client' }).click();
    await page.getByText('Enabled Client disabled-app').waitFor();

    await page.getByRole('link', { name: 'Connectors', exact: true }).click();
    await page.getByLabel('Enable OAuth2 Password Grant').selectOption('Off (Recommended setting)');
    await picture('connectors');
    await assertAccessible();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved').waitFor();

    const { json } = await world.send('/oauth2/default/.well-known/openid-configuration');
    assert.deepEqual(json['grant_types_supported'], ['authorization_code', 'refresh_token']);
  });

  it('registers an app without a login', async () => {
    await page.goto(`${world.url}/interface/smart/register-app.php`);
    await page.getByLabel('App Name').fill('A patient’s app');
    await page.getByLabel('App Redirect URI').fill(redirectUri);
    await page.getByLabel('Public').check();
    await picture('register-app');
    await assertAccessible();
    await page.getByRole('button', { name: 'Submit' }).click();

    assert.match((await page.locator('#client-id').textContent()) ?? '', /^[\w-]{43}$/);
  });
});
