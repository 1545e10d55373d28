import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import '#test/support/fake-vscode.ts';
import type { Logger } from '#core/log.ts';
import { type MockServers, startMockServers } from '#mock-servers/start.ts';

const { createMockSuite } = await import('#extension/platform/mock-suite.ts');

const quiet = (): undefined => undefined;
const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

describe('createMockSuite', () => {
  let folder: string;
  let servers: MockServers;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mock-suite-'));
    servers = await startMockServers({ ports: { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 } });
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
});
