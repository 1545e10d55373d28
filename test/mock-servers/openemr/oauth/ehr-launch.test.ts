// An EHR launch from the chart (on the mock: from the client's page), with and without its login.
import assert from 'node:assert/strict';
import {
  type AdminBrowser,
  actionPath,
  configPath,
  signInAsAdmin,
  ticks,
} from '../admin/admin-browser.ts';
import { approve, authorizePath, signIn } from './browser.ts';
import { secret } from './clients.ts';
import { openWorld, patient, redirectUri, type World } from './world.ts';

describe('EHR launch', () => {
  let world: World;
  let admin: AdminBrowser;
  beforeEach(async () => {
    world = await openWorld();
    admin = await signInAsAdmin(world);
    await world.mock.seed?.({
      clients: [
        {
          client_id: 'ehr-app',
          client_secret: secret,
          redirect_uris: [redirectUri],
          initiate_login_uri: 'https://client.example.org/launch',
          scope: 'openid launch user/Patient.read',
        },
      ],
    });
  });
  afterEach(() => world.close());

  /** What the application makes of the address it was opened with. */
  async function launchQuery(): Promise<
    Record<string, string> & { client_id: string; scope: string }
  > {
    const { headers } = await admin.press(actionPath('launch/ehr-app'), { patient: patient.uuid });
    const { searchParams } = new URL(headers.get('location') ?? '');
    assert.equal(searchParams.get('iss'), `${world.url}/apis/default/fhir`);
    return {
      client_id: 'ehr-app',
      scope: 'openid launch user/Patient.read',
      launch: searchParams.get('launch') ?? '',
      aud: searchParams.get('iss') ?? '',
    };
  }

  const patientOf = async (callback: URL): Promise<unknown> => {
    const { json } = await world.token({
      grant_type: 'authorization_code',
      client_id: 'ehr-app',
      client_secret: secret,
      redirect_uri: redirectUri,
      code: callback.searchParams.get('code') ?? '',
    });
    return json['patient'];
  };

  it('brings the patient of the chart through login and consent', async () => {
    const consent = await signIn(admin, await launchQuery());

    assert.equal(await patientOf(await approve(admin, consent)), patient.uuid);
  });

  it('skips login and consent where the global and the client say so', async () => {
    const page = { rest_fhir_api: '1', oauth_ehr_launch_authorization_flow_skip: '1' };
    await admin.press(configPath, { ...page, ...ticks('bugs', ['missingSecretAccepted']) });
    const edit = await admin.press(actionPath('toggle-skip/ehr-app'));
    const query = await launchQuery();

    const first = await admin.open(authorizePath(query));
    const second = await admin.open(authorizePath({ ...query, autosubmit: '1' }));

    assert.match(edit.text, /Enable EHR Launch Authorization Flow/);
    assert.match(first.text, /autosubmit=1&#38;response_type=code/);
    assert.equal(second.status, 302);
    assert.equal(await patientOf(new URL(second.headers.get('location') ?? '')), patient.uuid);
  });

  it('asks for the login all the same when nobody is signed in to OpenEMR', async () => {
    const page = { rest_fhir_api: '1', oauth_ehr_launch_authorization_flow_skip: '1' };
    await admin.press(configPath, page);
    await admin.press(actionPath('toggle-skip/ehr-app'));
    const query = await launchQuery();

    const { status } = await world.send(authorizePath({ ...query, autosubmit: '1' }));

    assert.equal(status, 301);
  });
});
