import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { downloadTo } from '#core/orthanc/download.ts';
import { uploadBody } from '#core/orthanc/upload-source.ts';
import { fakeResponse } from '#test/support/fake-http.ts';

const streaming = (...chunks: readonly (Uint8Array | Error)[]) => ({
  ...fakeResponse({}),
  async *stream() {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      yield chunk;
    }
  },
});

describe('files from and to the disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'download-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('write a download under its name when it is complete', async () => {
    const target = path.join(folder, 'a.dcm');

    const result = await downloadTo(
      target,
      streaming(Uint8Array.of(1), Uint8Array.of(2, 3)),
      'file',
    );

    assert.deepEqual(result, { path: target, bytes: 3 });
    assert.deepEqual([...(await readFile(target))], [1, 2, 3]);
    assert.deepEqual(await readdir(folder), ['a.dcm']);
  });

  it('keep the old file and leave nothing behind when the connection breaks', async () => {
    const target = path.join(folder, 'a.dcm');
    await writeFile(target, 'old');

    await assert.rejects(
      downloadTo(target, streaming(Uint8Array.of(1), new Error('gone')), 'file'),
      /gone/,
    );

    assert.equal(await readFile(target, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder), ['a.dcm']);
  });

  it('find out that a ZIP without a length was cut', async () => {
    const zip = zipSync({ 'a.dcm': new Uint8Array(2_000).fill(7) });
    const target = path.join(folder, 'a.zip');

    await assert.rejects(downloadTo(target, streaming(zip.subarray(0, -25)), 'zip'), {
      code: 'HTTP_DROPPED',
    });
    await downloadTo(target, streaming(zip.subarray(0, 30), zip.subarray(30)), 'zip');

    assert.deepEqual(new Uint8Array(await readFile(target)), zip);
  });

  it('say that a folder is not there', async () => {
    const target = path.join(folder, 'none', 'a.dcm');

    await assert.rejects(downloadTo(target, streaming(), 'file'), { code: 'FILE_UNWRITABLE' });
  });

  it('cancel the answer when the file cannot be written', async () => {
    const target = path.join(folder, 'none', 'a.dcm');
    let isCancelled = false;
    let taken = 0;
    const endless = {
      ...fakeResponse({}),
      async *stream() {
        try {
          for (;;) {
            taken += 1;
            yield Uint8Array.of(1);
          }
        } finally {
          isCancelled = true;
        }
      },
    };

    await assert.rejects(downloadTo(target, endless, 'file'), { code: 'FILE_UNWRITABLE' });

    assert.equal(isCancelled, true);
    assert.equal(taken, 1);
  });

  it('keep two downloads to one name apart', async () => {
    const target = path.join(folder, 'a.dcm');
    const bothOpen = Promise.withResolvers<void>();
    let open = 0;
    const download = (value: number, length: number) => ({
      ...fakeResponse({}),
      async *stream() {
        open += 1;
        if (open === 2) bothOpen.resolve();
        await bothOpen.promise;
        yield new Uint8Array(length).fill(value);
      },
    });

    await Promise.all([
      downloadTo(target, download(1, 9), 'file'),
      downloadTo(target, download(2, 5), 'file'),
    ]);

    const bytes = await readFile(target);
    assert.ok(bytes.equals(Buffer.alloc(9, 1)) || bytes.equals(Buffer.alloc(5, 2)));
    assert.deepEqual(await readdir(folder), ['a.dcm']);
  });

  it('stream a large upload and announce its length', async () => {
    const file = path.join(folder, 'large.dcm');
    const size = 5 * 1024 * 1024 + 1;
    await writeFile(file, Buffer.alloc(size, 9));

    const { body, headers } = await uploadBody({ path: file });

    assert.equal(headers['content-length'], String(size));
    assert.ok(typeof body === 'function');
    for (const attempt of [1, 2]) {
      let sent = 0;
      for await (const chunk of body()) sent += chunk.byteLength;
      assert.equal(sent, size, `attempt ${attempt}`);
    }
  });

  it('notice that a file became shorter while it was sent', async () => {
    const file = path.join(folder, 'large.dcm');
    await writeFile(file, Buffer.alloc(5 * 1024 * 1024));
    const { body } = await uploadBody({ path: file });
    await writeFile(file, 'short');
    assert.ok(typeof body === 'function');

    await assert.rejects(
      async () => {
        for await (const _chunk of body()) {
          // Read to its end
        }
      },
      { code: 'DICOM_TRUNCATED' },
    );
  });
});
