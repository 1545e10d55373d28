import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPart10 } from '#core/dicom/part10.ts';
import { summarize } from '#core/dicom/summary.ts';
import { encodingOf } from '#core/dicom/transfer-syntax.ts';
import { numbers, text } from '#core/dicom/values.ts';
import {
  numberElement,
  sequenceElement,
  textElement,
  type WritableElement,
  writeDataset,
  writePart10,
} from '#core/dicom/write.ts';
import { ownFile } from '#test/support/dicom-files.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const meta = {
  transferSyntax: EXPLICIT,
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '2.25.1',
};
const korean = ['', 'ISO 2022 IR 149'];

function given(...elements: readonly (WritableElement | undefined)[]): readonly WritableElement[] {
  return elements.filter((element) => element !== undefined);
}

describe('writePart10', () => {
  it('copies untouched elements byte for byte', () => {
    const bytes = readFileSync(ownFile('korean-ct-1.dcm'));
    const { dataset, datasetOffset } = readPart10(bytes);

    const written = writeDataset(dataset.elements, encodingOf(EXPLICIT));

    assert.deepEqual(written, bytes.subarray(datasetOffset));
  });

  it('changes one value and leaves every other byte', () => {
    const bytes = readFileSync(ownFile('korean-ct-1.dcm'));
    const { dataset } = readPart10(bytes);
    const elements = dataset.elements.filter(({ tag }) => tag !== '00100020');

    const written = readPart10(
      writePart10([...elements, ...given(textElement('PatientID', 'NEW-1'))], meta),
    ).dataset;

    assert.equal(summarize(written).patientId, 'NEW-1');
    assert.equal(summarize(written).patientName, summarize(dataset).patientName);
    for (const { tag, encoded } of elements) {
      assert.deepEqual(written.get(tag)?.encoded, encoded, tag);
    }
  });

  it('brings a data set from implicit and big endian to explicit little endian', () => {
    for (const name of ['implicit.dcm', 'big-endian.dcm']) {
      const { dataset } = readPart10(readFileSync(ownFile(name)));

      const written = readPart10(writePart10(dataset.elements, meta)).dataset;

      assert.deepEqual(numbers(written, 'Rows'), [8], name);
      assert.equal(written.get('Rows')?.vr, 'US');
      assert.equal(text(written, 'PatientName'), 'Smith^Anna^M^Dr^PhD');
    }
    const [implicit, big] = ['implicit.dcm', 'big-endian.dcm'].map((name) =>
      readPart10(readFileSync(ownFile(name))),
    );
    assert.ok(implicit !== undefined && big !== undefined);
    const asLittle = readPart10(writePart10(big.dataset.elements, meta)).dataset.get('PixelData');
    assert.equal(asLittle?.raw[0], big.dataset.get('PixelData')?.raw[1]);
  });

  it('gives no element for text that the character set does not have', () => {
    assert.equal(textElement('PatientName', '홍^길동', ['ISO_IR 100']), undefined);
  });

  describe('read by DCMTK', () => {
    let folder: string;
    before(async function () {
      if (!existsSync('/usr/bin/dcmdump')) {
        console.warn('skipped: dcmdump is not installed (apt-get install dcmtk)');
        this.skip();
      }
      folder = await mkdtemp(path.join(tmpdir(), 'write-'));
    });
    after(async () => {
      if (folder !== undefined) await rm(folder, { recursive: true });
    });

    it('is accepted and shows the values that were written', async () => {
      const code = given(
        textElement('CodeValue', 'R-10206'),
        textElement('CodeMeaning', '흉부 정면', korean),
      );
      const elements = given(
        textElement('SpecificCharacterSet', korean.join('\\')),
        textElement('SOPClassUID', meta.sopClassUid),
        textElement('SOPInstanceUID', meta.sopInstanceUid),
        textElement('PatientName', 'Hong^Gildong=洪^吉洞=홍^길동', korean),
        textElement('PatientID', 'ODD'),
        numberElement('Rows', 512),
        sequenceElement('ViewCodeSequence', [code]),
      );
      const file = path.join(folder, 'written.dcm');
      await writeFile(file, writePart10(elements, meta));

      const dump = execFileSync('/usr/bin/dcmdump', ['+U8', file], { encoding: 'utf8' });

      assert.match(dump, /\(0010,0010\) PN \[Hong\^Gildong=洪\^吉洞=홍\^길동\]/);
      assert.match(dump, /\(0010,0020\) LO \[ODD\]/);
      assert.match(dump, /\(0028,0010\) US 512/);
      assert.match(dump, /\(0008,0100\) SH \[R-10206\]/);
      assert.match(dump, /\(0002,0010\) UI =LittleEndianExplicit/);
    });
  });
});
