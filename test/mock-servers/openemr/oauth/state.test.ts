// What outlives what: reset, snapshot, restart with a data folder; and the second factor's oracle.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isTotp, totp } from '#mock-servers/openemr/oauth/totp.ts';
import { guideClientId } from '#mock-servers/openemr/seeded-clients.ts';
import { actionPath, configPath, signInAsAdmin, ticks } from '../admin/admin-browser.ts';
import { passwordForm, seedClients } from './clients.ts';
import { guarded, openWorld } from './world.ts';

describe('state of the OpenEMR mock', () => {
  it('gives the same ids and tokens for the same seed, again after a reset', async () => {
    const world = await openWorld();
    const other = await openWorld();
    const secretOf = (): string | undefined => world.mock.clients?.()[0]?.clientSecret;
    const secrets = [secretOf(), other.mock.clients?.()[0]?.clientSecret];
    await Promise.all([world.close(), other.close()]);

    assert.equal(secrets[0], secrets[1]);
    assert.match(String(secrets[0]), /^[0-9a-f]{32}$/);
  });

  it('has no clients when empty', async () => {
    const world = await openWorld();
    await world.mock.reset('empty');
    const clients = world.mock.clients?.();
    await world.close();

    assert.deepEqual(clients, []);
  });

  it('comes back to a snapshot with its tokens, clients and globals', async () => {
    const world = await openWorld();
    await seedClients(world);
    const { json } = await world.token(passwordForm);
    const call = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${json['access_token']}` };
      return (await world.send('/apis/default/api/patient', { headers })).status;
    };
    const saved = await world.mock.snapshot?.();
    await world.mock.reset('empty');
    const between = await call();
    await world.mock.restore?.(saved);
    const after = await call();
    await world.close();

    assert.deepEqual([between, after], [400, 200]);
  });

  it('keeps clients, tokens and globals over a restart with a data folder', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'openemr-sign-in-'));
    const first = await openWorld({ dataDir });
    await seedClients(first);
    const { json } = await first.token(passwordForm);
    const admin = await signInAsAdmin(first);
    await admin.press(actionPath('disable/other-app'));
    await admin.press(configPath, {
      rest_api: '1',
      oauth_password_grant: '1',
      ...ticks('bugs', ['secretIgnoredByPasswordAndRefresh']),
    });
    await first.mock.close();
    await first.close();

    const second = await openWorld({ dataDir }, { isKept: true });
    const headers = { authorization: `Bearer ${json['access_token']}` };
    const { status } = await second.send('/apis/default/api/patient', { headers });
    const disabled = await second.token({ ...passwordForm, client_id: 'other-app' });
    const patient = await second.token({ ...passwordForm, user_role: 'patient', email: 'a@b.c' });
    const kept = second.mock.clients?.()[0]?.clientId;
    const file = path.join(dataDir, 'openemr-sign-in.json');
    const { mode } = await stat(file);
    const text = await readFile(file, 'utf8');
    await second.close();
    await rm(dataDir, { recursive: true });

    assert.deepEqual([status, disabled.status, patient.json['error']], [200, 401, 'invalid_grant']);
    assert.equal(kept, guideClientId);
    assert.equal(mode & 0o077, 0, 'secrets are for the owner alone');
    assert.equal(text.includes('"version":1'), true);
  });
});

describe('isTotp', () => {
  // RFC 6238 appendix B, SHA-1, cut to six digits.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ] as const) {
    it(`agrees with RFC 6238 at ${seconds} s`, () => {
      assert.equal(totp(String(guarded.totpSecret), Math.floor(seconds / 30)), code);
    });
  }

  it('takes one step of drift, not two', () => {
    const seen = [30, 60].map((late) =>
      isTotp('287082', String(guarded.totpSecret), (59 + late) * 1000),
    );

    assert.deepEqual(seen, [true, false]);
  });
});
