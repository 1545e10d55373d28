import assert from 'node:assert/strict';
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
