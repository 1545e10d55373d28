// The packed extension on a disk of its own: nothing of the checkout is in reach of its mock servers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { isRecord, parseJson } from '#core/guards.ts';
import { startMockServers } from '#mock-servers/start.ts';
import { anyPorts } from '#test/support/cli-process.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { packageExtension } from '#test/ui/package-vsix.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ports = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

describe('the VSIX', () => {
  let folder: string;
  let vsix: Uint8Array;
  before(async function () {
    // It bundles and packs everything: 10 s alone, far more when all tests run beside it.
    this.timeout(120_000);
    folder = await mkdtemp(path.join(tmpdir(), 'vsix-test-'));
    vsix = await readFile(await packageExtension(root, folder));
    for (const [name, bytes] of Object.entries(unzipSync(vsix))) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), bytes);
    }
  });
  after(() => rm(folder, { recursive: true }));

  it('stays below 2.5 MB', () => {
    assert.ok(vsix.byteLength < 2.5 * 1024 ** 2, `${vsix.byteLength} bytes`);
  });

  it('shows a compressed image as the sources do', async () => {
    const packed = await startPacked(path.join(folder, 'extension/dist/cli.mjs'));
    const sources = await startMockServers({ ports, empty: true });

    const [ours, theirs] = await Promise.all([
      previewAt(packed.orthanc),
      previewAt(String(sources.urls.orthanc)),
    ]);
    await Promise.all([packed.stop(), sources.stop()]);

    assert.equal(ours.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
    assert.deepEqual(ours, theirs);
  }).timeout(60_000);
});

/** As the extension starts them: the packed command line in a process of its own. */
async function startPacked(cli: string) {
  const child = spawn(process.execPath, [cli, 'start', '--empty', ...anyPorts], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const urls = parseJson(String(line).slice('READY '.length).trim());
  assert.ok(isRecord(urls));
  return {
    orthanc: String(urls['orthanc']),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function previewAt(orthanc: string): Promise<Buffer> {
  const body = await readFile(ownFile('rle.dcm'));
  const sent = await fetch(`${orthanc}/instances`, { method: 'POST', body });
  const answer: unknown = await sent.json();
  assert.ok(isRecord(answer));
  const preview = await fetch(`${orthanc}/instances/${answer['ID']}/preview`);
  assert.equal(preview.status, 200);
  return Buffer.from(await preview.arrayBuffer());
}
