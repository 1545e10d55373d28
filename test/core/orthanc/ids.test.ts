import assert from 'node:assert/strict';
import { isOrthancId, orthancIds } from '#core/orthanc/ids.ts';
import vectors from '#fixtures/vectors/dicom/orthanc-ids.json' with { type: 'json' };

describe('orthancIds', () => {
  for (const { ids, ...identifiers } of vectors) {
    it(`gives the ids that a real Orthanc gave to patient ${identifiers.patientId || '(none)'}, ${ids.instance.slice(0, 8)}`, () => {
      assert.deepEqual(orthancIds(identifiers), ids);
    });
  }
});

describe('isOrthancId', () => {
  it('tells an id from a UID and from an upper-case id', () => {
    assert.equal(isOrthancId('da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709'), true);
    assert.equal(isOrthancId('DA39A3EE-5e6b4b0d-3255bfef-95601890-afd80709'), false);
    assert.equal(isOrthancId('1.2.840.10008.1.2'), false);
  });
});
