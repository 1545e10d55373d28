import assert from 'node:assert/strict';
import { readPart10 } from '#core/dicom/part10.ts';
import { text } from '#core/dicom/values.ts';
import { buildDicomFiles } from '#mock-servers/seed/build-dicom.ts';
import { seedDicomFiles } from '#mock-servers/seed/dicom.ts';

describe('seedDicomFiles', () => {
  it('gives what the builder makes', () => {
    const built = [...buildDicomFiles()].map((bytes) => Buffer.from(bytes).toString('base64'));
    const packed = [...seedDicomFiles()].map((bytes) => Buffer.from(bytes).toString('base64'));

    assert.deepEqual(packed, built);
  });

  it('belongs to patients of the seed hospital', () => {
    const patients = new Set(
      [...seedDicomFiles()].map((bytes) => text(readPart10(bytes).dataset, 'PatientID')),
    );

    assert.deepEqual([...patients], ['P-2025-000001', 'P-2025-000002', 'P-2025-000005']);
  });

  it('stays below 300 kB', () => {
    const size = [...seedDicomFiles()].reduce((sum, bytes) => sum + bytes.byteLength, 0);

    assert.ok(size < 300_000);
  });
});
