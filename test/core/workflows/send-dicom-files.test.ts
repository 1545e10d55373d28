import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { sendDicom } from '#core/workflows/send-dicom.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { aSender } from '#test/support/dicom-sender.ts';

const send = (inputs: readonly string[], { sender } = aSender()) =>
  sendDicom({ inputs, sender, concurrency: 1 });

describe('sendDicom, finding files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'send-dicom-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const copy = async (name: string, to = name) => {
    const target = path.join(folder, to);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(ownFile(name), target);
    return target;
  };

  it('walks folders in order and skips what is not DICOM in them', async () => {
    await copy('korean-ct-2.dcm', 'b/2.dcm');
    await copy('korean-ct-1.dcm', 'b/10.dcm');
    await copy('rle.dcm', 'a.dcm');
    await writeFile(path.join(folder, 'letter.txt'), 'Dear colleague,');

    const { rows } = await send([folder]);

    const name = path.basename(folder);
    assert.deepEqual(
      rows.map((row) => [row.name, row.status]),
      [
        [`${name}/a.dcm`, 'Success'],
        [`${name}/b/2.dcm`, 'Success'],
        [`${name}/b/10.dcm`, 'Success'],
        [`${name}/letter.txt`, 'Skipped'],
      ],
    );
  });

  it('names what to choose to send a file again, whatever its row is called', async () => {
    const twin = await copy('rle.dcm', 'x/images/a!b.dcm');
    const other = await copy('nested.dcm', 'y/images/a!b.dcm');
    const zip = path.join(folder, 'study.zip');
    await writeFile(zip, zipSync({ '1.dcm': new Uint8Array([1, 2, 3]) }));
    const absent = path.join(folder, 'absent.dcm');

    const { rows } = await send([path.dirname(twin), path.dirname(other), zip, absent]);

    assert.deepEqual(
      rows.map((row) => row.path),
      [twin, other, zip, absent],
    );
    assert.equal(rows[0]?.name, rows[1]?.name);
  });

  it('names a folder without permission and sends the rest', async () => {
    await copy('rle.dcm');
    await copy('nested.dcm', 'closed/nested.dcm');
    await chmod(folder, 0o755);
    await chmod(path.join(folder, 'closed'), 0);

    const { rows } = await asOrdinaryUser(() => send([folder]));
    await chmod(path.join(folder, 'closed'), 0o700);

    assert.deepEqual(
      rows.map((row) => [path.basename(row.name), row.code]),
      [
        ['closed', 'FILE_UNREADABLE'],
        ['rle.dcm', undefined],
      ],
    );
    assert.match(rows[0]?.reason?.template ?? '', /permission denied/);
  });

  it('takes patterns, and says when nothing matches', async () => {
    await copy('rle.dcm');
    await copy('nested.dcm');

    const { rows } = await send([path.join(folder, '*.dcm'), path.join(folder, '*.ima')]);

    assert.deepEqual(
      rows.map(({ status }) => status),
      ['Success', 'Success', 'Failed'],
    );
    assert.equal(rows[2]?.code, 'FILE_UNREADABLE');
  });

  it('unpacks a ZIP and sends each member', async () => {
    const zip = path.join(folder, 'study.zip');
    const member = (name: string) => new Uint8Array(readFileSync(ownFile(name)));
    const files = {
      'CT/1.dcm': member('korean-ct-1.dcm'),
      'CT/2.dcm': [member('korean-ct-2.dcm'), { level: 0 }],
      'readme.txt': Buffer.from('hello'),
      'CT/cut.dcm': member('broken-cut-pixels.dcm'),
    } as const;
    await writeFile(zip, zipSync({ ...files, 'CT/2.dcm': [...files['CT/2.dcm']] }));

    const { rows } = await send([zip]);

    assert.deepEqual(
      rows.map((row) => [row.name.replace(/^.*!/, ''), row.status]),
      [
        ['CT/1.dcm', 'Success'],
        ['CT/2.dcm', 'Success'],
        ['readme.txt', 'Skipped'],
        ['CT/cut.dcm', 'Failed'],
      ],
    );
  });

  it('refuses a ZIP that is cut short as a whole', async () => {
    const zip = path.join(folder, 'study.zip');
    const whole = zipSync({ '1.dcm': new Uint8Array(readFileSync(ownFile('rle.dcm'))) });
    await writeFile(zip, whole.subarray(0, -30));
    const archive = aSender();

    const { rows } = await send([zip], archive);

    assert.equal(rows[0]?.status, 'Failed');
    assert.equal(archive.stored.size, 0);
  });

  describe('from a damaged ZIP', () => {
    const member = (name: string) => new Uint8Array(readFileSync(ownFile(name)));
    const stored = (files: Record<string, Uint8Array>) => Buffer.from(zipSync(files, { level: 0 }));
    const files = { '1.dcm': member('rle.dcm'), '2.dcm': member('nested.dcm') };
    const sendZip = async (bytes: Uint8Array) => {
      const zip = path.join(folder, 'study.zip');
      await writeFile(zip, bytes);
      const { rows } = await send([zip]);
      return rows.map(({ name, status, reason }) => [
        name.replace(/^.*!/, ''),
        status,
        ...(reason === undefined ? [] : [reason.template]),
      ]);
    };

    it('refuses a member whose checksum differs and sends the others', async () => {
      const bytes = stored(files);
      const at = 30 + '1.dcm'.length + files['1.dcm'].byteLength - 1;
      bytes[at] = (bytes[at] ?? 0) ^ 1;

      const rows = await sendZip(bytes);

      assert.deepEqual(rows, [
        [
          '1.dcm',
          'Failed',
          '{name} is damaged: its checksum in the ZIP does not fit. Copy the ZIP again.',
        ],
        ['2.dcm', 'Success'],
      ]);
    });

    it('refuses a compressed member that is cut short', async () => {
      const bytes = Buffer.from(zipSync(files));
      const end = bytes.indexOf(Buffer.of(0x50, 0x4b, 3, 4), 4);

      const rows = await sendZip(Buffer.concat([bytes.subarray(0, end - 9), bytes.subarray(end)]));

      assert.deepEqual(
        rows.map(([name, status]) => [name, status]),
        [
          ['1.dcm', 'Failed'],
          ['2.dcm', 'Success'],
        ],
      );
    });

    it('names a listed member that is not there', async () => {
      const bytes = stored(files);
      const second = bytes.indexOf(Buffer.of(0x50, 0x4b, 3, 4), 4);
      const end = bytes.indexOf(Buffer.of(0x50, 0x4b, 1, 2));

      const rows = await sendZip(Buffer.concat([bytes.subarray(0, second), bytes.subarray(end)]));

      assert.deepEqual(rows, [
        ['1.dcm', 'Success'],
        ['2.dcm', 'Failed', '{name} is listed in the ZIP but is not in it. Copy the ZIP again.'],
      ]);
    });

    it('names a member that is in no table of contents', async () => {
      const bytes = stored(files);
      const first = stored({ '0.dcm': files['1.dcm'] });
      const lone = first.subarray(0, first.indexOf(Buffer.of(0x50, 0x4b, 1, 2)));

      const rows = await sendZip(Buffer.concat([lone, bytes]));

      assert.deepEqual(
        rows.map(([name, status]) => [name, status]),
        [
          ['0.dcm', 'Failed'],
          ['1.dcm', 'Success'],
          ['2.dcm', 'Success'],
        ],
      );
      assert.match(String(rows[0]?.[2]), /not in its table of contents/);
    });

    it('says that the table of contents itself is damaged', async () => {
      const bytes = stored(files);
      const second = bytes.lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2));
      bytes[second] = 0;

      const rows = await sendZip(bytes);

      assert.deepEqual(
        rows.map(([, status]) => status),
        ['Success', 'Failed', 'Failed'],
      );
    });

    it('refuses once a member that is too large', async () => {
      const bytes = stored(files);
      bytes.writeUInt32LE(0x7f_ff_ff_ff, bytes.indexOf(Buffer.of(0x50, 0x4b, 1, 2)) + 24);

      const rows = await sendZip(bytes);

      assert.deepEqual(rows, [
        [
          '1.dcm',
          'Failed',
          '{name} cannot be unpacked. Unpack the ZIP yourself and send the folder.',
        ],
        ['2.dcm', 'Success'],
      ]);
    });

    it('stops a member that unpacks to more than it declares', async () => {
      const bytes = Buffer.from(zipSync({ '1.dcm': new Uint8Array(4_000_000) }));
      bytes.writeUInt32LE(100, bytes.indexOf(Buffer.of(0x50, 0x4b, 1, 2)) + 24);

      const rows = await sendZip(bytes);

      assert.deepEqual(
        rows.map(([, status]) => status),
        ['Failed'],
      );
    });
  });

  it('reads ZIPs of other writers: streamed, ZIP64, with a comment', async () => {
    const zip = path.join(folder, 'study.zip');
    const script = [
      'import sys, zipfile',
      'class Out:',
      '    def __init__(self, f): self.f = f',
      '    def write(self, b): return self.f.write(b)',
      '    def flush(self): self.f.flush()',
      'with open(sys.argv[1], "wb") as f, zipfile.ZipFile(Out(f), "w", zipfile.ZIP_DEFLATED) as z:',
      '    z.comment = b"Created by PK\\x05\\x06 someone"',
      '    for p in sys.argv[2:]:',
      '        with z.open(p.rsplit("/", 1)[1], "w", force_zip64=True) as m: m.write(open(p, "rb").read())',
    ].join('\n');
    execFileSync('python3', ['-c', script, zip, ownFile('rle.dcm'), ownFile('nested.dcm')]);

    const { rows } = await send([zip]);

    assert.deepEqual(
      rows.map((row) => [row.name.replace(/^.*!/, ''), row.status]),
      [
        ['rle.dcm', 'Success'],
        ['nested.dcm', 'Success'],
      ],
    );
  });
});

/** Root may read everything, so it steps down for the call. */
async function asOrdinaryUser<T>(call: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.('nobody');
  try {
    return await call();
  } finally {
    process.seteuid?.(0);
  }
}
