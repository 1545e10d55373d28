import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import '#test/support/fake-vscode.ts';
import { controlProduct } from '#core/control/wire.ts';
import type { Logger } from '#core/log.ts';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';

import { listen } from '#test/support/listen.ts';

const { createMockSuite } = await import('#extension/platform/mock-suite.ts');

const quiet = (): undefined => undefined;
const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const anyPorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

describe('createMockSuite', () => {
  let folder: string;
  /** Where no window has left a note yet. */
  let nowhere: string;
  let servers: MockServers;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mock-suite-'));
    nowhere = path.join(folder, 'nowhere');
    servers = await startMockServers({ ports: anyPorts });
  });
  after(async () => {
    await servers.stop();
    await rm(folder, { recursive: true });
  });

  it('ends no process that it has not started', async () => {
    // The pid that health reports here is the one of this very test.
    const suite = createMockSuite({ storagePath: folder, cliPath: 'none', log });
    await suite.attach(servers.ports['openemr'] ?? 0);

    await assert.rejects(suite.stop(), { code: 'STARTED_ELSEWHERE' });

    assert.equal(suite.state.kind, 'running');
    suite.dispose();
  });

  it('does not take the state of another process for its own', async () => {
    await writeFile(
      path.join(folder, 'mock-servers.json'),
      JSON.stringify({ pid: process.pid + 1, urls: servers.urls }),
    );
    const suite = createMockSuite({ storagePath: folder, cliPath: 'none', log });
    await suite.attach(0);

    await assert.rejects(suite.stop(), { code: 'STARTED_ELSEWHERE' });

    suite.dispose();
  });

  it('notices the end of servers that somebody else has started, and does not lease them', async () => {
    const others = await startMockServers({ ports: anyPorts });
    const suite = createMockSuite({ storagePath: nowhere, cliPath: 'none', log, beatMs: 5 });
    await suite.attach(others.ports['openemr'] ?? 0);
    const stopped = new Promise<string>((resolve) => {
      suite.onDidChange(({ kind }) => resolve(kind));
    });
    assert.equal(suite.state.kind === 'running' && suite.state.isLeased, false);

    await others.stop();

    assert.equal(await stopped, 'stopped');
    suite.dispose();
  });

  it('takes no other server at the same address for the one that it knew', async () => {
    let pid = 1;
    const server = await listen((_request, response) => {
      const health = { product: controlProduct, pid, status: 'ready', startedAtMs: 0 };
      response.end(JSON.stringify({ ...health, urls: { openemr: server.url } }));
    });
    const suite = createMockSuite({ storagePath: nowhere, cliPath: 'none', log, beatMs: 5 });
    await suite.attach(Number(new URL(server.url).port));
    const change = new Promise<string>((resolve) => {
      suite.onDidChange(({ kind }) => resolve(kind));
    });

    pid = 2;

    assert.equal(await change, 'stopped');
    suite.dispose();
    await server.close();
  });

  it('keeps servers that are slow to answer', async () => {
    const warnings: string[] = [];
    let isBroken = false;
    const server = await listen((request, response) => {
      if (isBroken) return request.socket.destroy();
      const health = { product: controlProduct, pid: 1, status: 'ready', startedAtMs: 0 };
      return response.end(JSON.stringify({ ...health, urls: { openemr: server.url } }));
    });
    let suite = createMockSuite({ storagePath: nowhere, cliPath: 'none', log });
    const warned = new Promise<void>((resolve) => {
      const warn = (event: string) => {
        warnings.push(event);
        resolve();
      };
      const noisy = { ...log, warn };
      suite = createMockSuite({ storagePath: nowhere, cliPath: 'none', log: noisy, beatMs: 5 });
    });
    await suite.attach(Number(new URL(server.url).port));

    isBroken = true;
    await warned;

    assert.equal(suite.state.kind, 'running');
    suite.dispose();
    await server.close();
  });
});
