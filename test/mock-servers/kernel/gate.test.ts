import assert from 'node:assert/strict';
import { createGate } from '#mock-servers/kernel/gate.ts';
import type { Suite } from '#mock-servers/kernel/suite.ts';
import { aMaker, aSuite } from '#test/support/mock-suite.ts';

describe('gate', () => {
  let suite: Suite | undefined;
  afterEach(() => suite?.stop());

  it('lets a reset wait for the requests under way', async () => {
    const events: string[] = [];
    const upload = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    suite = aSuite({
      makers: {
        openemr: aMaker('openemr', {
          reset: async () => void events.push('reset'),
          handler: async (request, response) => {
            if (request.url === '/upload') {
              arrived.resolve();
              await upload.promise;
            }
            events.push(String(request.url));
            response.end();
          },
        }),
      },
    });
    const { urls } = await suite.start();
    events.length = 0;
    const post = (path: string) => fetch(`${urls.openemr}${path}`, { method: 'POST' });

    const uploading = post('/upload');
    await arrived.promise;
    const resetting = post('/__admin/reset');
    await fetch(`${urls.openemr}/__admin/health`).then((response) => response.text());
    upload.resolve();
    await Promise.all([uploading, resetting]);

    assert.deepEqual(events, ['/upload', 'reset']);
  });

  it('waits no longer than its patience', async () => {
    const gate = createGate(5);
    gate.enter();

    assert.equal(await gate.hold(async () => 'done'), 'done');
  });

  it('does not wait for who has left', async () => {
    const gate = createGate(60_000);
    gate.enter();
    gate.enter();
    const held = gate.hold(async () => 'done');

    gate.leave();
    gate.leave();

    assert.equal(await held, 'done');
  });
});
