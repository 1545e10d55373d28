import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { readPart10 } from '#core/dicom/part10.ts';
import { renderPreview } from '#core/dicom/preview.ts';
import { textElement, writePart10 } from '#core/dicom/write.ts';
import { ownFile } from '#test/support/dicom-files.ts';

const luminances = (png: Uint8Array): readonly number[] => {
  const { data } = PNG.sync.read(Buffer.from(png));
  return Array.from({ length: data.length / 4 }, (_, index) => data[index * 4] ?? 0);
};

describe('renderPreview', function () {
  this.timeout(20_000);

  it('gives a PNG of the size of the image', async () => {
    const { width, height, frames, png } = await renderPreview(readFileSync(ownFile('rle.dcm')));

    const image = PNG.sync.read(Buffer.from(png));
    assert.deepEqual([width, height, frames], [8, 8, 1]);
    assert.deepEqual([image.width, image.height], [8, 8]);
  });

  it('orders brightness as the samples are ordered', async () => {
    const bytes = readFileSync(ownFile('korean-ct-1.dcm'));
    const raw = Buffer.from(readPart10(bytes).dataset.get('PixelData')?.raw ?? []);

    const grey = luminances((await renderPreview(bytes)).png);

    const order = Array.from({ length: 64 }, (_, at) => at).sort(
      (a, b) => raw.readUInt16LE(a * 2) - raw.readUInt16LE(b * 2),
    );
    const sorted = order.map((at) => grey[at] ?? 0);
    assert.ok(sorted.every((value, at) => at === 0 || value >= (sorted[at - 1] ?? 0)));
    assert.ok((sorted.at(-1) ?? 0) > (sorted[0] ?? 0));
  });

  it('shows implicit, compressed and big endian samples alike', async () => {
    const plain = luminances((await renderPreview(readFileSync(ownFile('implicit.dcm')))).png);
    const big = luminances((await renderPreview(readFileSync(ownFile('rle.dcm')))).png);

    assert.deepEqual(big, plain);
  });

  it('says that a file has no image', async () => {
    const element = textElement('PatientID', 'X');
    assert.ok(element !== undefined);
    const meta = { transferSyntax: '1.2.840.10008.1.2.1', sopClassUid: '1.2', sopInstanceUid: '1' };

    await assert.rejects(renderPreview(writePart10([element], meta)), {
      code: 'DICOM_UNSUPPORTED',
    });
  });

  it('says that a frame is not there', async () => {
    await assert.rejects(renderPreview(readFileSync(ownFile('rle.dcm')), { frame: 5 }), {
      code: 'DICOM_UNSUPPORTED',
    });
  });
});
