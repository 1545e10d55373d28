import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WorkbenchError } from '#core/errors.ts';
import type { MockMaker } from '#mock-servers/kernel/mock-app.ts';
import type { RunningSuite, Suite } from '#mock-servers/kernel/suite.ts';
import { aMaker, aMock, aSuite, freePorts } from '#test/support/mock-suite.ts';

describe('Suite', () => {
  const suites: Suite[] = [];
  const started = async (changes?: Parameters<typeof aSuite>[0]): Promise<RunningSuite> => {
    const suite = aSuite(changes);
    suites.push(suite);
    return suite.start();
  };
  afterEach(async () => {
    await Promise.all(suites.splice(0).map((suite) => suite.stop()));
  });

  it('binds free loopback ports and says the addresses as a client configures them', async () => {
    const { urls, ports } = await started();

    assert.match(String(urls.openemr), /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(urls.fhir, `http://127.0.0.1:${ports['fhir']}/fhir`);
    assert.deepEqual(Object.keys(urls), ['openemr', 'fhir']);
  });

  it('starts two worlds that share nothing', async () => {
    const [one, other] = [await started(), await started()];

    await fetch(`${one.urls.openemr}/count`, { method: 'POST' });

    assert.deepEqual(await (await fetch(`${one.urls.openemr}/count`)).json(), { count: 11 });
    assert.deepEqual(await (await fetch(`${other.urls.openemr}/count`)).json(), { count: 10 });
  });

  it('is ready only after every server is seeded, and lets requests wait until then', async () => {
    let seeded: () => void = () => undefined;
    const seeding = new Promise<void>((resolve) => {
      seeded = resolve;
    });
    let baseUrl = '';
    const suite = aSuite({
      makers: {
        openemr: aMaker('openemr'),
        fhir: async (context) => {
          baseUrl = context.baseUrl('openemr');
          return aMock('fhir', { reset: () => seeding });
        },
      },
    });
    suites.push(suite);
    const events: string[] = [];
    const starting = suite.start().then(() => events.push('ready'));
    while (baseUrl === '') await new Promise((resolve) => setImmediate(resolve));

    const early = await fetch(`${baseUrl}/__admin/ready`);
    const waiting = fetch(`${baseUrl}/count`).then(() => events.push('answered'));
    events.push(`seeding ${early.status}`);
    seeded();
    await Promise.all([starting, waiting]);

    assert.equal(events[0], 'seeding 503');
    assert.deepEqual(events.slice(1).sort(), ['answered', 'ready']);
    assert.equal((await fetch(`${baseUrl}/__admin/ready`)).status, 200);
  });

  it('names port, server and option when a port is busy, and closes what had opened', async () => {
    const [busy, free] = [await bound(0), await bound(0)];
    await free.close();
    const suite = aSuite({ ports: { ...freePorts, openemr: free.port, fhir: busy.port } });

    const error = await suite.start().catch((reason: unknown) => reason);
    await suite.stop();
    await busy.close();

    assert.ok(error instanceof WorkbenchError);
    assert.equal(error.code, 'PORT_BUSY');
    assert.deepEqual(error.text.args, {
      port: busy.port,
      server: 'FHIR',
      option: '--port-fhir',
    });
    await (await bound(free.port)).close();
  });

  it('reports a busy DIMSE port the same way and closes the mocks', async () => {
    let closed = 0;
    const suite = aSuite({
      ports: { ...freePorts, dimse: 104 },
      makers: {
        orthanc: aMaker('orthanc', {
          start: () => Promise.reject(Object.assign(new Error('busy'), { code: 'EADDRINUSE' })),
          close: async () => {
            closed += 1;
          },
        }),
      },
    });

    const error = await suite.start().catch((reason: unknown) => reason);
    await suite.stop();

    assert.ok(error instanceof WorkbenchError);
    assert.deepEqual(error.text.args, { port: 104, server: 'DIMSE', option: '--port-dimse' });
    assert.equal(closed, 1);
  });

  it('stops twice and ends open connections', async () => {
    const running = await started();
    const socket = connect(Number(running.ports['openemr']), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);

    await Promise.all([running.stop(), running.stop()]);

    await once(socket, 'close');
    await assert.rejects(fetch(`${running.urls.openemr}/count`));
  });

  it('ends by itself when nobody renews its lease', async () => {
    const { promise: ended, resolve: onEnd } = Promise.withResolvers<string>();
    await started({ leaseSeconds: 0.02, onEnd });

    assert.equal(await ended, 'lease');
  });

  it('closes what a start under way still opens', async () => {
    const closed: string[] = [];
    const slow: MockMaker = async (context) => {
      await nextTurn();
      return aMaker('fhir', { close: async () => void closed.push('fhir') })(context);
    };
    const suite = aSuite({ makers: { openemr: aMaker('openemr'), fhir: slow } });

    const starting = suite.start();
    await suite.stop();

    const { urls } = await starting;
    assert.deepEqual(closed, ['fhir']);
    await assert.rejects(fetch(`${urls.fhir}/count`));
  });

  it('keeps what a data folder holds instead of seeding again', async () => {
    const { urls } = await started({ initial: 'keep' });

    assert.deepEqual(await (await fetch(`${urls.openemr}/count`)).json(), { count: 0 });
  });
});

async function bound(port: number): Promise<{ port: number; close(): Promise<unknown> }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => once(server.close(), 'close'),
  };
}
