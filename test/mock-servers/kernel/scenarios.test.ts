import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Scenario } from '#core/control/wire.ts';
import { createScenarios } from '#mock-servers/kernel/scenarios.ts';
import type { RunningSuite } from '#mock-servers/kernel/suite.ts';
import { aSuite } from '#test/support/mock-suite.ts';

const request = (url: string, method = 'GET'): IncomingMessage =>
  ({ url, method }) as IncomingMessage;
const drop = { kind: 'drop' } as const;

describe('createScenarios', () => {
  it('strikes what matches server, method and path, and nothing else', () => {
    const scenarios = createScenarios(() => 0);
    scenarios.add({ name: 'x', server: 'fhir', method: 'get', path: '/fhir/Patient', fault: drop });

    const hits = [
      scenarios.strike('fhir', request('/fhir/Patient/1')),
      scenarios.strike('orthanc', request('/fhir/Patient/1')),
      scenarios.strike('fhir', request('/fhir/Patient/1', 'PUT')),
      scenarios.strike('fhir', request('/fhir/Encounter')),
    ];

    assert.deepEqual(
      hits.map((hit) => hit?.name),
      ['x', undefined, undefined, undefined],
    );
  });

  it('ends after n hits', () => {
    const scenarios = createScenarios(() => 0);
    scenarios.add({ name: 'twice', fault: drop, times: 2 });

    const hits = [1, 2, 3].map(() => scenarios.strike('fhir', request('/'))?.name);

    assert.deepEqual(hits, ['twice', 'twice', undefined]);
    assert.equal(scenarios.list()[0]?.hits, 2);
  });

  it('strikes as often as its probability says', () => {
    const draws = [0.1, 0.5, 0.29, 0.3];
    const scenarios = createScenarios(() => draws.shift() ?? 1);
    scenarios.add({ name: 'flaky', fault: drop, probability: 0.3 });

    const hits = [1, 2, 3, 4].map(() => scenarios.strike('fhir', request('/')) !== undefined);

    assert.deepEqual(hits, [true, false, true, false]);
  });
});

describe('applyFault', () => {
  let running: RunningSuite;
  before(async () => {
    running = await aSuite().start();
  });
  after(() => running.stop());
  afterEach(() => fetch(`${running.urls.openemr}/__admin/scenarios`, { method: 'DELETE' }));

  const set = async (scenario: Partial<Scenario> & { pack?: string }): Promise<number> => {
    const response = await fetch(`${running.urls.openemr}/__admin/scenarios`, {
      method: 'POST',
      body: JSON.stringify(scenario),
    });
    return response.status;
  };

  it('answers with a status of its own, then lets requests through', async () => {
    await set({ pack: 'too-many-requests' });

    const [first, second] = [
      await fetch(`${running.urls.openemr}/count`),
      await fetch(`${running.urls.openemr}/count`),
    ];

    assert.equal(first.status, 429);
    assert.equal(first.headers.get('retry-after'), '1');
    assert.equal(second.status, 200);
  });

  it('drops the connection without an answer', async () => {
    await set({ name: 'gone', fault: { kind: 'drop' }, times: 1 });

    await assert.rejects(fetch(`${running.urls.openemr}/count`));
  });

  it('cuts a body short of its declared length', async () => {
    await set({ name: 'cut', fault: { kind: 'truncate', bytes: 4 }, times: 1 });

    const response = await fetch(`${running.urls.openemr}/text`);

    assert.equal(response.headers.get('content-length'), '10');
    await assert.rejects(response.text());
  });

  it('delays an answer', async () => {
    await set({ name: 'late', fault: { kind: 'delay', ms: 30 }, times: 1 });
    const startedAt = performance.now();

    await fetch(`${running.urls.openemr}/count`);

    assert.ok(performance.now() - startedAt >= 29);
  });

  it('names itself in the journal', async () => {
    await set({ name: 'gone', fault: { kind: 'status', status: 503 }, times: 1 });
    const response = await fetch(`${running.urls.openemr}/count`);

    const id = response.headers.get('x-mock-journal-id');
    const entry = (await (
      await fetch(`${running.urls.openemr}/__admin/journal/${id}`)
    ).json()) as Record<string, unknown>;

    assert.equal(entry['scenario'], 'gone');
    assert.equal(entry['status'], 503);
  });

  it('refuses an unknown pack and an impossible fault', async () => {
    assert.equal(await set({ pack: 'unknown' }), 400);
    assert.equal(await set({ name: 'x', fault: { kind: 'status', status: 7 } }), 400);
  });

  it('refuses what HTTP cannot send', async () => {
    const status = (changes: object) =>
      set({ name: 'x', fault: { kind: 'status', status: 500, ...changes } });

    assert.equal(await status({ status: 200.5 }), 400);
    assert.equal(await status({ headers: { 'x-name': '한글' } }), 400);
    assert.equal(await status({ headers: { 'x name': 'a' } }), 400);
    assert.equal(await status({ headers: { 'x-name': 'é' } }), 200);
  });

  it('outlives headers that contradict each other', async () => {
    await set({
      name: 'x',
      times: 1,
      fault: { kind: 'status', status: 200, headers: { trailer: 'x', 'content-length': '1' } },
    });

    await assert.rejects(fetch(`${running.urls.openemr}/count`));
    assert.equal((await fetch(`${running.urls.openemr}/count`)).status, 200);
  });
});
