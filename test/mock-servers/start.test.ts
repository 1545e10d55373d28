import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { WorkbenchError } from '#core/errors.ts';
import { startMockServers } from '#mock-servers/start.ts';

const ports = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

describe('startMockServers', () => {
  it('starts all three with patients, images and a client, and stops twice', async () => {
    const servers = await startMockServers({ ports });

    const health = (await (await fetch(`${servers.urls.orthanc}/__admin/health`)).json()) as {
      servers: Record<string, Record<string, number>>;
    };
    await Promise.all([servers.stop(), servers.stop()]);

    assert.ok(Number(health.servers['openemr']?.['patients']) > 0);
    assert.ok(Number(health.servers['fhir']?.['resources']) > 0);
    assert.ok(Number(health.servers['orthanc']?.['instance']) > 0);
    assert.equal(servers.clients[0]?.server, 'openemr');
    await assert.rejects(fetch(`${servers.urls.fhir}/metadata`));
  });

  it('gives the same ids and secrets for the same seed, and others for another', async () => {
    const secretOf = async (seed: string): Promise<string | undefined> => {
      const servers = await startMockServers({ ports, seed });
      await servers.stop();
      return servers.clients[0]?.clientSecret;
    };

    const [one, same, other] = [await secretOf('a'), await secretOf('a'), await secretOf('b')];

    assert.equal(one, same);
    assert.notEqual(one, other);
  });

  it('closes the others when the DIMSE port is busy', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;

    const error = await startMockServers({ ports: { ...ports, dimse: port } }).catch(
      (reason: unknown) => reason,
    );
    busy.close();

    assert.ok(error instanceof WorkbenchError);
    assert.equal(error.code, 'PORT_BUSY');
    assert.match(error.message, new RegExp(`${port}.*--port-dimse`));
  });

  it('starts empty when asked to', async () => {
    const servers = await startMockServers({ ports, empty: true });

    const patients = await (await fetch(`${servers.urls.orthanc}/patients`)).json();
    await servers.stop();

    assert.deepEqual(patients, []);
    assert.deepEqual(servers.clients, []);
  });
});
