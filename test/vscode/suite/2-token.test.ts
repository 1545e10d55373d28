import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fetchJson, run, startMocks, until } from './workbench.ts';

describe('token of the mock profile', () => {
  let urls: Awaited<ReturnType<typeof startMocks>>;

  before(async () => {
    urls = await startMocks();
    // The profile takes over the client that the seed has made.
    await until(async () => (await configuredClient()) !== undefined);
  });

  it('is granted, copied on demand, and opens the FHIR API', async () => {
    assert.equal(await run('openemrWorkbench.requestToken'), true);
    await run('openemrWorkbench.copyToken');
    const token = await vscode.env.clipboard.readText();

    const patients = await fetchJson(`${urls.openemr}/apis/default/fhir/Patient`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(patients.resourceType, 'Bundle');
    assert.ok(patients.total > 0);
  });

  it('is not written into the settings, and neither is the secret', () => {
    const settings = JSON.stringify(vscode.workspace.getConfiguration('openemrWorkbench'));

    assert.match(settings, /clientId/);
    assert.doesNotMatch(settings, /eyJ|secret"/i);
  });

  it('passes the connection test', async () => {
    assert.equal(await run('openemrWorkbench.testConnection'), true);
  });

  it('is refused to an unknown client, whose id stays typed', async () => {
    const original = await configuredClient();
    await configure({ name: 'Mock servers', mock: true, clientId: 'nobody' });

    assert.notEqual(await run('openemrWorkbench.requestToken'), true);
    assert.equal(await configuredClient(), 'nobody');
    await configure({ name: 'Mock servers', mock: true, clientId: original });
  });

  it('starts the servers only once', async () => {
    assert.deepEqual(await startMocks(), urls);
  });
});

function profilesSetting() {
  return vscode.workspace.getConfiguration('openemrWorkbench');
}

async function configuredClient(): Promise<string | undefined> {
  const profiles = profilesSetting().get<{ clientId?: string }[]>('profiles', []);
  return profiles.find(({ clientId }) => clientId)?.clientId;
}

async function configure(profile: object): Promise<void> {
  await profilesSetting().update('profiles', [profile], vscode.ConfigurationTarget.Global);
}
