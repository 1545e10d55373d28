import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toDicomJson } from '#core/dicom/json.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { ownFile } from '#test/support/dicom-files.ts';

const datasetOf = (name: string) => readPart10(readFileSync(ownFile(name))).dataset;

describe('toDicomJson', () => {
  it('writes a name by representations (PS3.18 F.2.2)', () => {
    const json = toDicomJson(datasetOf('korean-ct-1.dcm'));

    assert.deepEqual(json['00100010'], {
      vr: 'PN',
      Value: [{ Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' }],
    });
  });

  it('writes numbers as numbers, sequences as objects, bytes as Base64', () => {
    const json = toDicomJson(datasetOf('korean-ct-1.dcm'));

    assert.deepEqual(json['00280010'], { vr: 'US', Value: [8] });
    assert.deepEqual(json['00200013'], { vr: 'IS', Value: [1] });
    assert.deepEqual(json['00191001'], { vr: 'OB', InlineBinary: 'AQIDAA==' });
    assert.deepEqual(json['00540220'], {
      vr: 'SQ',
      Value: [
        {
          '00080100': { vr: 'SH', Value: ['R-10206'] },
          '00080102': { vr: 'SH', Value: ['SRT'] },
          '00080104': { vr: 'LO', Value: ['흉부 정면'] },
        },
      ],
    });
  });

  it('keeps the character set as it was written', () => {
    const json = toDicomJson(datasetOf('korean-ct-1.dcm'));

    assert.deepEqual(json['00080005'], { vr: 'CS', Value: [null, 'ISO 2022 IR 149'] });
  });

  it('refers to bulk data where it is told to', () => {
    const json = toDicomJson(datasetOf('korean-ct-1.dcm'), {
      bulkDataUri: ({ tag }, path) =>
        tag === '7FE00010' ? `http://x/bulk/${path.join('/')}` : undefined,
    });

    assert.deepEqual(json['7FE00010'], { vr: 'OW', BulkDataURI: 'http://x/bulk/7FE00010' });
  });

  it('decodes the character set of an item on its own', () => {
    const [item] = toDicomJson(datasetOf('nested.dcm'))['00081140']?.Value ?? [];

    const inner = JSON.stringify(item);

    assert.match(inner, /"Value":\["안쪽"\]/);
  });
});
