import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Dataset, sequence } from '#core/dicom/dataset.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import {
  elementNumbers,
  elementTags,
  numbers,
  personName,
  strings,
  text,
  uid,
} from '#core/dicom/values.ts';
import {
  numberElement,
  textElement,
  type WritableElement,
  writePart10,
} from '#core/dicom/write.ts';
import { ownFile } from '#test/support/dicom-files.ts';

const korean = readPart10(readFileSync(ownFile('korean-ct-1.dcm'))).dataset;

function datasetOf(...elements: readonly (WritableElement | undefined)[]): Dataset {
  const given = elements.filter((element) => element !== undefined);
  const meta = {
    transferSyntax: '1.2.840.10008.1.2.1',
    sopClassUid: '1.2',
    sopInstanceUid: '1.2.3',
  };
  return readPart10(writePart10(given, meta)).dataset;
}

describe('values', () => {
  it('reads text by name or by tag, without padding', () => {
    assert.equal(text(korean, 'Manufacturer'), 'OpenEMR Workbench');
    assert.equal(text(korean, '00080070'), 'OpenEMR Workbench');
    assert.equal(text(korean, 'StudyComments'), undefined);
  });

  it('rejects a name that is in no dictionary', () => {
    assert.throws(() => text(korean, 'PatientsName'), TypeError);
  });

  it('cuts the zero that fills a UID', () => {
    const dataset = datasetOf(textElement('StudyInstanceUID', '1.2.3'));

    assert.equal(dataset.get('StudyInstanceUID')?.raw.byteLength, 6);
    assert.equal(uid(dataset, 'StudyInstanceUID'), '1.2.3');
  });

  it('splits several values, but not a long text', () => {
    const dataset = datasetOf(
      textElement('ImageType', 'ORIGINAL\\PRIMARY \\'),
      textElement('ImageComments', 'C:\\images'),
    );

    assert.deepEqual(strings(dataset, 'ImageType'), ['ORIGINAL', 'PRIMARY', '']);
    assert.deepEqual(strings(dataset, 'ImageComments'), ['C:\\images']);
  });

  it('reads numbers of text and of binary VRs', () => {
    const dataset = datasetOf(
      numberElement('Rows', 65_535),
      textElement('PixelSpacing', '0.5 \\ 1e-1'),
      textElement('SeriesNumber', 'none'),
    );

    assert.deepEqual(numbers(dataset, 'Rows'), [65_535]);
    assert.deepEqual(numbers(dataset, 'PixelSpacing'), [0.5, 0.1]);
    assert.deepEqual(numbers(dataset, 'SeriesNumber'), []);
  });

  it('reads binary values in their byte order', () => {
    const little = {
      tag: '00280010',
      vr: 'US',
      length: 2,
      offset: 0,
      valueOffset: 8,
      valueEnd: 10,
    };
    const base = { ...little, end: 10, explicitVr: true, encoded: new Uint8Array() };
    const raw = Uint8Array.of(1, 2);

    assert.deepEqual(elementNumbers({ ...base, littleEndian: true, raw }), [0x0201]);
    assert.deepEqual(elementNumbers({ ...base, littleEndian: false, raw }), [0x0102]);
    assert.deepEqual(
      elementTags({ ...base, vr: 'AT', littleEndian: true, raw: Uint8Array.of(8, 0, 24, 0) }),
      ['00080018'],
    );
  });

  it('reads the items of a sequence in the character set around them', () => {
    const [code] = sequence(korean, 'ViewCodeSequence');

    assert.ok(code !== undefined);
    assert.equal(text(code, 'CodeMeaning'), '흉부 정면');
    assert.deepEqual(sequence(korean, 'ReferencedImageSequence'), []);
  });

  it('reads a person name in its representations', () => {
    assert.equal(personName(korean, 'PatientName')?.phonetic.family, '홍');
    assert.equal(personName(new Dataset([]), 'PatientName'), undefined);
  });
});
