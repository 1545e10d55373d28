import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readHeader } from '#core/dicom/header.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { summarize } from '#core/dicom/summary.ts';
import { numberElement, textElement, writePart10 } from '#core/dicom/write.ts';
import { allFiles, ownFile } from '#test/support/dicom-files.ts';

const PIXELS = '7FE00008';

/** What the two readers agree on: elements, or the code of the refusal. */
async function outcome(read: () => unknown): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('readHeader', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'header-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  for (const file of allFiles()) {
    it(`finds in ${path.basename(file)} what reading all of it finds`, async () => {
      const shown = ({ dataset }: Pick<ReturnType<typeof readPart10>, 'dataset'>) =>
        dataset.elements.map(({ tag, vr, length }) => `${tag} ${vr} ${length}`);

      const header = await outcome(async () => shown(await readHeader(file)));

      const whole = await outcome(() => {
        const bytes = readFileSync(file);
        readPart10(bytes);
        return shown(readPart10(bytes, { stopBefore: PIXELS }));
      });
      assert.deepEqual(header, whole);
    });
  }

  it('reads a 1 GB file without reading its pixels', async () => {
    const file = path.join(folder, 'large.dcm');
    const bytes = readFileSync(ownFile('korean-ct-1.dcm'));
    const pixels = readPart10(bytes).dataset.get('PixelData');
    assert.ok(pixels !== undefined);
    const head = Buffer.from(bytes.subarray(0, pixels.valueOffset));
    head.writeUInt32LE(2 ** 30, head.length - 4);
    await writeFile(file, head);
    await truncate(file, head.length + 2 ** 30);

    const { dataset, size } = await readHeader(file);

    assert.equal(size, head.length + 2 ** 30);
    assert.equal(summarize(dataset).patientId, 'KR-1001');
    await truncate(file, size - 1);
    await assert.rejects(readHeader(file), { code: 'DICOM_TRUNCATED' });
  });

  it('passes over a large value before the pixels', async () => {
    const file = path.join(folder, 'icon.dcm');
    const large = { tag: '00091010', vr: 'OB', raw: new Uint8Array(300_000) };
    const meta = {
      transferSyntax: '1.2.840.10008.1.2.1',
      sopClassUid: '1.2',
      sopInstanceUid: '1.2.3',
    };
    const id = textElement('PatientID', 'AFTER');
    assert.ok(id !== undefined);
    await writeFile(file, writePart10([large, id, numberElement('Rows', 5)], meta));

    const { dataset } = await readHeader(file);

    assert.equal(summarize(dataset).patientId, 'AFTER');
    assert.equal(dataset.get('00091010'), undefined);
  });

  it('refuses a file whose fragments do not end', async () => {
    const file = path.join(folder, 'fragments.dcm');
    const bytes = readFileSync(ownFile('rle.dcm'));
    await writeFile(file, bytes.subarray(0, -8));

    await assert.rejects(readHeader(file), { code: 'DICOM_TRUNCATED' });
  });

  it('names a folder and a missing file as unreadable', async () => {
    await assert.rejects(readHeader(folder), { code: 'FILE_UNREADABLE' });
    await assert.rejects(readHeader(path.join(folder, 'none.dcm')), { code: 'FILE_UNREADABLE' });
  });
});
