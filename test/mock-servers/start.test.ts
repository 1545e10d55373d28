import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkbenchError } from '#core/errors.ts';
import { type FirstContent, lockDataFolder, openDataFolder } from '#mock-servers/data-folder.ts';
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

  it('lets one suite at a time work on a data folder', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'data-folder-'));
    const first = await startMockServers({ ports, dataDir, empty: true });

    const refused = await startMockServers({ ports, dataDir }).catch((reason: unknown) => reason);
    const stillThere = await fetch(`${first.urls.orthanc}/patients`);
    await first.stop();
    const next = await startMockServers({ ports, dataDir });
    await next.stop();
    rmSync(dataDir, { recursive: true });

    assert.ok(refused instanceof WorkbenchError);
    assert.equal(refused.code, 'ALREADY_RUNNING');
    assert.ok(refused.message.includes(dataDir));
    assert.equal(stillThere.status, 200);
  });

  it('refuses another seed or emptiness for a data folder that holds data', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'data-folder-'));
    const open = (wanted: FirstContent) => openDataFolder(dataDir, wanted);
    const first = await open({ seed: 'a' });
    await first.keep('a');
    first.release();

    await assert.rejects(open({ seed: 'b' }), { code: 'SETTINGS_INVALID' });
    await assert.rejects(open({ empty: true }), { code: 'SETTINGS_INVALID' });
    for (const wanted of [{ seed: 'a' }, {}]) {
      const folder = await open(wanted);
      assert.equal(folder.isKept, true);
      folder.release();
    }
    rmSync(dataDir, { recursive: true });
  });

  it('goes on with a data folder that began empty', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'data-folder-'));
    for (const isKept of [false, true]) {
      const folder = await openDataFolder(dataDir, { empty: true });
      assert.equal(folder.isKept, isKept);
      await folder.keep('a');
      folder.release();
    }
    rmSync(dataDir, { recursive: true });
  });

  it('takes a data folder over whose owner was killed', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'data-folder-'));
    const module = new URL('../../mock-servers/data-folder.ts', import.meta.url).href;
    const script = `const { lockDataFolder } = await import(${JSON.stringify(module)});
      await lockDataFolder(${JSON.stringify(dataDir)}); console.log('held'); setInterval(() => 0, 1e6);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(owner.stdout, 'data');

    await assert.rejects(lockDataFolder(dataDir), { code: 'ALREADY_RUNNING' });
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const release = await lockDataFolder(dataDir);
    release();
    rmSync(dataDir, { recursive: true });
  });
});
