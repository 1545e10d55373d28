// STOW-RS bodies as they come: in small chunks, with a part larger than memory should hold, cut short.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const [first = new Uint8Array(), second = new Uint8Array()] = seedDicomFiles();
const contentType = 'multipart/related; type="application/dicom"; boundary=frontier';

describe('STOW-RS to the mock', () => {
  let orthanc: RunningMock;
  beforeEach(async () => {
    orthanc = await runMock();
  });
  afterEach(() => orthanc.close());

  it('stores a large part and small ones bit for bit, however the body is cut', async () => {
    const large = withPixels(second, 5_000_000);

    const answer = await stow(chunks(Buffer.concat([...parts([first, large]), end]), 50_021));

    assert.equal(answer.status, 200);
    const kept = await storedFiles();
    assert.equal(kept.length, 2);
    for (const sent of [Buffer.from(first), large])
      assert.ok(kept.some((file) => file.equals(sent)));
  });

  it('finds boundaries across chunks of seven bytes', async () => {
    const answer = await stow(chunks(Buffer.concat([...parts([first]), end]), 7));

    assert.equal(answer.status, 200);
    const [kept] = await storedFiles();
    assert.ok(kept?.equals(Buffer.from(first)));
  });

  it('drops a part that the end of the body cuts and keeps those before it', async () => {
    const large = withPixels(second, 5_000_000);

    await stow([Buffer.concat(parts([first, large]))]);

    assert.equal((await storedFiles()).length, 1);
    const { directory } = orthanc.mock.orthanc.archive.files;
    assert.deepEqual(await readdir(join(directory, 'incoming')), []);
  });

  it('refuses a broken gzip body', async () => {
    const { status } = await stow([Buffer.from('no gzip')], { 'content-encoding': 'gzip' });

    assert.equal(status, 400);
  });

  async function stow(
    body: Iterable<Buffer>,
    more: Record<string, string> = {},
  ): Promise<{ status: number }> {
    const { statusCode, body: answer } = await request(`${orthanc.url}/dicom-web/studies`, {
      method: 'POST',
      headers: { 'content-type': contentType, accept: 'application/dicom+json', ...more },
      body: Readable.from(body),
    });
    await answer.dump();
    return { status: statusCode };
  }

  async function storedFiles(): Promise<Buffer[]> {
    const ids = (await orthanc.json('/instances')) as string[];
    const answers = await Promise.all(ids.map((id) => orthanc.get(`/instances/${id}/file`)));
    return Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
  }
});

const end = Buffer.from('--frontier--');

function parts(files: readonly Uint8Array[]): Buffer[] {
  const head = Buffer.from('--frontier\r\nContent-Type: application/dicom\r\n\r\n');
  return files.flatMap((file) => [head, Buffer.from(file), Buffer.from('\r\n')]);
}

function* chunks(body: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

/** A seeded file with its 2,048 bytes of pixels replaced by `size` other ones. */
function withPixels(file: Uint8Array, size: number): Buffer {
  const header = Buffer.from(file.subarray(0, file.length - 2048));
  header.writeUInt32LE(size, header.length - 4);
  return Buffer.concat([header, Buffer.alloc(size, 7)]);
}
