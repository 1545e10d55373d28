import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkbenchError } from '#core/errors.ts';
import { readyUrls, spawnMocks } from '#extension/platform/mock-process.ts';

const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

describe('readyUrls', () => {
  it('finds the line among others', () => {
    const output = 'starting\nREADY {"openemr":"http://127.0.0.1:1"}\nmore\n';

    assert.deepEqual(readyUrls(output), { openemr: 'http://127.0.0.1:1' });
  });

  it('waits for the end of the line', () => {
    assert.equal(readyUrls('READY {"openemr":"http://127.0'), undefined);
    assert.equal(readyUrls(''), undefined);
  });
});

describe('spawnMocks', () => {
  let folder: string;
  const cli = (source: string) => {
    const cliPath = join(folder, 'cli.mjs');
    writeFileSync(cliPath, source);
    return { cliPath, ports: freePorts, dataDir: '', logPath: join(folder, 'log') };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mock-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('resolves with the addresses and the process id, and passes ports and lease on', async () => {
    const options = cli(`
      console.log('READY ' + JSON.stringify({ openemr: process.argv.slice(2).join(' ') }));
      setTimeout(() => {}, 60_000);`);

    const { pid, urls } = await spawnMocks(options);

    process.kill(pid, 'SIGTERM');
    assert.equal(
      urls.openemr,
      'start --port-openemr=0 --port-fhir=0 --port-orthanc=0 --port-dimse=0 --lease=60',
    );
  });

  it('names the port that another program uses', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const options = { ...cli('process.exit(3)'), ports: { ...freePorts, fhir: port } };

    await assert.rejects(
      spawnMocks(options),
      ({ code, text }: WorkbenchError) => code === 'PORT_BUSY' && text.args['port'] === port,
    );
    other.close();
  });

  it('reports servers that end before they are ready', async () => {
    await assert.rejects(
      spawnMocks(cli('process.exit(1)')),
      ({ code }: WorkbenchError) => code === 'SETTINGS_INVALID',
    );
  });

  it('leaves nothing running when it is cancelled', async () => {
    const options = cli(`
      import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid));
      setTimeout(() => {}, 60_000);`);
    const cancel = new AbortController();
    const started = spawnMocks(options, { signal: cancel.signal });
    const pid = Number(await contentOf(join(folder, 'pid')));

    cancel.abort();

    await assert.rejects(started, { name: 'AbortError' });
    await ended(pid);
  });
});

async function contentOf(path: string): Promise<string> {
  for (;;) {
    if (existsSync(path) && readFileSync(path, 'utf8') !== '') return readFileSync(path, 'utf8');
    await delay(5);
  }
}

/** Resolves once there is no such process; mocha's time limit is the other outcome. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(5);
  }
}
