import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { Dataset } from '#core/dicom/dataset.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { summarize } from '#core/dicom/summary.ts';
import { uid } from '#core/dicom/values.ts';
import expected from '#fixtures/dicom/expected.json' with { type: 'json' };
import { ownFile } from '#test/support/dicom-files.ts';

const read = (name: string) => readFileSync(ownFile(name));

/** Preamble, mark and explicit little endian elements given as hexadecimal. */
function aFile(...hexes: readonly string[]): Uint8Array {
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    Buffer.from(hexes.join('').replaceAll(' ', ''), 'hex'),
  ]);
}

type Row = readonly [tag: string, vr: string, lengthOrItems: unknown];
function rowsOf(dataset: Dataset): readonly Row[] {
  return dataset.elements.map(({ tag, vr, items, raw }) => [
    tag,
    vr,
    items === undefined ? raw.byteLength : items.map(rowsOf),
  ]);
}

describe('readPart10', () => {
  for (const [name, file] of Object.entries(expected)) {
    it(`reads every element of ${name} as pydicom does`, () => {
      const { dataset } = readPart10(read(name));

      assert.deepEqual(rowsOf(dataset), file.elements);
      assert.equal(summarize(dataset).patientName.replace(/=+$/, ''), file.name);
      assert.equal(summarize(dataset).patientId, file.id);
    });
  }

  it('gives values as views of the file', () => {
    const bytes = read('korean-ct-1.dcm');
    const pixels = readPart10(bytes).dataset.get('PixelData');

    assert.ok(pixels !== undefined);
    assert.equal(pixels.raw.buffer, bytes.buffer);
    assert.deepEqual(bytes.subarray(pixels.valueOffset, pixels.valueEnd), Buffer.from(pixels.raw));
  });

  it('covers the whole data set with its elements, byte for byte', () => {
    const bytes = read('nested.dcm');
    const { dataset, datasetOffset } = readPart10(bytes);

    const joined = Buffer.concat(dataset.elements.map(({ encoded }) => encoded));

    assert.deepEqual(joined, bytes.subarray(datasetOffset));
  });

  it('separates the fragments of encapsulated pixel data', () => {
    const { dataset, transferSyntax } = readPart10(read('rle.dcm'));
    const fragments = dataset.get('PixelData')?.fragments;

    assert.equal(transferSyntax, '1.2.840.10008.1.2.5');
    assert.deepEqual(
      fragments?.map(({ byteLength }) => byteLength),
      [4, 196],
    );
  });

  it('stops before the tag asked for', () => {
    const { dataset } = readPart10(read('korean-ct-1.dcm'), { stopBefore: '7FE00010' });

    assert.equal(dataset.elements.at(-1)?.tag, '00540220');
  });

  it('takes the first of two elements with the same tag, as DCMTK does', () => {
    const file = aFile('20000D00 55490200 3100', '20000D00 55490200 3200');

    assert.equal(uid(readPart10(file).dataset, 'StudyInstanceUID'), '1');
  });

  it('reads the length of an unknown VR as that of a future one', () => {
    const file = aFile('09001010 5A5A0000 02000000 4142', '10002000 4C4F0200 4131');
    const { dataset } = readPart10(file);

    assert.equal(dataset.get('00091010')?.raw.byteLength, 2);
    assert.equal(summarize(dataset).patientId, 'A1');
  });

  it('reads UN of undefined length as implicit items (PS3.5 6.2.2)', () => {
    const inner = '10002000 02000000 4131';
    const item = `FEFF00E0 0A000000 ${inner}`;
    const file = aFile(`09001010 554E0000 FFFFFFFF ${item} FEFFDDE0 00000000`);

    const [first] = readPart10(file).dataset.get('00091010')?.items ?? [];

    assert.ok(first !== undefined);
    assert.equal(summarize(first).patientId, 'A1');
  });
});

describe('readPart10 on damaged files', () => {
  const errors = [
    ['nothing', Buffer.alloc(0), 'DICOM_EMPTY'],
    ['one byte', Buffer.alloc(1), 'DICOM_NOT_DICOM'],
    ['zeros', Buffer.alloc(4096), 'DICOM_NOT_DICOM'],
    ['a letter', Buffer.from('Dear colleague, '.repeat(40)), 'DICOM_NOT_DICOM'],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'DICOM_NOT_DICOM'],
    ['only the mark', aFile(), 'DICOM_TRUNCATED'],
    ['half an element', aFile('10002000 4C'), 'DICOM_TRUNCATED'],
    ['a value of 4 GB', aFile('10002000 4F420000 FEFFFFFF 00'), 'DICOM_TRUNCATED'],
    ['an item of 4 GB', aFile('40000802 53510000 FFFFFFFF FEFF00E0 FEFFFFFF'), 'DICOM_TRUNCATED'],
    ['a sequence without end', aFile('40000802 53510000 FFFFFFFF'), 'DICOM_TRUNCATED'],
    [
      'a sequence of other things',
      aFile('40000802 53510000 FFFFFFFF 10002000 4C4F0000'),
      'DICOM_MALFORMED',
    ],
    ['a delimiter alone', aFile('FEFFDDE0 00000000'), 'DICOM_MALFORMED'],
    [
      'fragments without end',
      aFile('E07F1000 4F420000 FFFFFFFF FEFF00E0 00000000'),
      'DICOM_TRUNCATED',
    ],
  ] as const;
  for (const [what, bytes, code] of errors) {
    it(`calls ${what} ${code}`, () => {
      assert.throws(() => readPart10(bytes), { code });
    });
  }

  it('gives the offset at which a file is cut', () => {
    assert.throws(
      () => readPart10(read('broken-cut-pixels.dcm')),
      /\(7fe0,0010\) at byte 858 lacks 30 bytes/,
    );
  });

  it('refuses sequences nested beyond its limit instead of running out of stack', () => {
    const level = '40000802 53510000 FFFFFFFF FEFF00E0 FFFFFFFF';

    assert.throws(() => readPart10(aFile(level.repeat(100_000))), { code: 'DICOM_UNSUPPORTED' });
  });

  it('stops inflating at its limit', () => {
    const syntax = Buffer.from('1.2.840.10008.1.2.1.99').toString('hex');
    const bomb = deflateRawSync(Buffer.alloc(4 * 1024 * 1024)).toString('hex');
    const file = aFile(`02001000 55491600 ${syntax}`, bomb);

    assert.throws(() => readPart10(file, { maxInflatedBytes: 1024 * 1024 }), {
      code: 'DICOM_UNSUPPORTED',
    });
  });

  it('says when a compressed data set is no such thing', () => {
    const syntax = Buffer.from('1.2.840.10008.1.2.1.99').toString('hex');

    assert.throws(() => readPart10(aFile(`02001000 55491600 ${syntax}`, 'FFFFFFFFFFFFFFFFFFFF')), {
      code: 'DICOM_MALFORMED',
    });
  });
});
