import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { RunningSuite } from '#mock-servers/kernel/suite.ts';
import { aMaker, aSuite } from '#test/support/mock-suite.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('control plane', () => {
  let running: RunningSuite;
  beforeEach(async () => {
    running = await aSuite({
      makers: {
        openemr: aMaker('openemr', {
          clients: () => [
            { server: 'openemr', name: 'seeded', clientId: 'id', grants: [], scopes: [] },
          ],
        }),
        fhir: aMaker('fhir', { seed: async (data) => ({ seen: (data as unknown[]).length }) }),
      },
    }).start();
  });
  afterEach(() => running.stop());

  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${running.urls.openemr}/__admin${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const count = async (): Promise<unknown> =>
    (await (await fetch(`${running.urls.openemr}/count`)).json()) as unknown;
  const raise = (): Promise<Response> => fetch(`${running.urls.openemr}/count`, { method: 'POST' });

  it('identifies itself and counts for the whole suite', async () => {
    const { body } = await call('GET', '/health');

    assert.equal(body['product'], 'openemr-workbench-mock');
    assert.equal(body['status'], 'ready');
    assert.equal(body['pid'], process.pid);
    assert.deepEqual(body['servers'], { openemr: { count: 10 }, fhir: { count: 10 } });
  });

  it('answers on every server', async () => {
    const response = await fetch(`http://127.0.0.1:${running.ports['fhir']}/__admin/clients`);

    assert.deepEqual(await response.json(), {
      clients: [{ server: 'openemr', name: 'seeded', clientId: 'id', grants: [], scopes: [] }],
    });
  });

  it('resets to the seed and to emptiness', async () => {
    await raise();

    await call('POST', '/reset');
    const seeded = await count();
    await call('POST', '/reset', { to: 'empty' });

    assert.deepEqual([seeded, await count()], [{ count: 10 }, { count: 0 }]);
  });

  it('saves a named state and loads it again', async () => {
    await raise();
    const saved = await call('POST', '/snapshots', { name: 'one-more' });
    await call('POST', '/reset');

    await call('POST', '/snapshots/one-more/load');

    assert.deepEqual(saved.body, { name: 'one-more', servers: ['openemr', 'fhir'] });
    assert.deepEqual(await count(), { count: 11 });
    assert.equal((await call('POST', '/snapshots/unknown/load')).status, 404);
  });

  it('hands seed data to the server that it names', async () => {
    assert.deepEqual((await call('POST', '/seed', { fhir: [1, 2, 3] })).body, {
      fhir: { seen: 3 },
    });
    assert.equal((await call('POST', '/seed', { openemr: [] })).status, 422);
    assert.equal((await call('POST', '/seed', {})).status, 400);
  });

  it('moves and freezes the clock', async () => {
    await call('POST', '/clock', { set: '2030-01-01T00:00:00Z' });
    const { body } = await call('POST', '/clock', { freeze: true });

    assert.match(String(body['iso']), /^2030-01-01T00:00:0/);
    assert.equal(body['frozen'], true);
    assert.equal((await call('POST', '/clock', { set: 'tomorrow' })).status, 400);
    assert.equal((await call('POST', '/clock', { advanceMs: 1e300 })).status, 400);
    assert.equal((await call('POST', '/clock', { set: '+275760-09-13' })).status, 400);
    assert.match(String((await call('GET', '/clock')).body['iso']), /^2030-01-01T00:00:0/);
  });

  it('renews a lease', async () => {
    assert.equal((await call('POST', '/lease', { seconds: 60 })).body['seconds'], 60);
    assert.equal((await call('POST', '/lease', { seconds: -1 })).status, 400);
    assert.equal((await call('DELETE', '/lease')).status, 200);
  });

  it('stops the suite once it has answered', async () => {
    const { promise: ended, resolve: onEnd } = Promise.withResolvers<string>();
    const { urls } = await aSuite({ onEnd }).start();

    const response = await fetch(`${urls.openemr}/__admin/stop`, { method: 'POST' });

    assert.equal(response.status, 202);
    assert.deepEqual(await response.json(), { stopping: true });
    assert.equal(await ended, 'stop');
    await assert.rejects(fetch(`${urls.openemr}/__admin/health`));
  });

  it('stops for nobody but its own clients', async () => {
    const url = `${running.urls.openemr}/__admin/stop`;
    const statuses = [
      await statusOf(url, { host: 'attacker.example:8081' }),
      await statusOf(url, { origin: 'https://attacker.example' }),
      await statusOf(url, { origin: 'null' }),
      (await fetch(url)).status,
    ];

    assert.deepEqual(statuses, [403, 403, 403, 404]);
    assert.equal((await call('GET', '/health')).body['status'], 'ready');
  });

  it('refuses a Host that is no loopback address (DNS rebinding)', async () => {
    const status = await statusOf(`${running.urls.openemr}/__admin/reset`, {
      host: 'attacker.example:8081',
    });

    assert.equal(status, 403);
  });

  it('refuses the page of another origin, and sends no CORS header', async () => {
    const forged = await fetch(`${running.urls.openemr}/__admin/reset`, {
      method: 'POST',
      headers: { origin: 'https://attacker.example' },
    });
    const sandboxed = await fetch(`${running.urls.openemr}/__admin/reset`, {
      method: 'POST',
      headers: { origin: 'null' },
    });

    assert.deepEqual([forged.status, sandboxed.status], [403, 403]);
    assert.equal(forged.headers.has('access-control-allow-origin'), false);
    assert.deepEqual(await count(), { count: 10 });
  });

  it('answers nonsense with one sentence', async () => {
    const response = await fetch(`${running.urls.openemr}/__admin/scenarios`, {
      method: 'POST',
      body: '{"name":',
    });

    assert.equal(response.status, 400);
    assert.equal((await call('GET', '/nothing')).status, 404);
  });
});

/** fetch refuses to send another Host. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
