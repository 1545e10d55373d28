import assert from 'node:assert/strict';
import { attributeByName, attributeOf, implicitVr, parseTag } from '#core/dicom/dictionary.ts';

describe('dictionary', () => {
  it('knows names, VRs and multiplicities of PS3.6', () => {
    assert.deepEqual(attributeOf('00100010'), {
      tag: '00100010',
      vr: 'PN',
      vm: '1',
      name: 'PatientName',
    });
    assert.equal(attributeByName('StudyInstanceUID')?.tag, '0020000D');
    assert.equal(attributeByName('OtherPatientIDs')?.name, 'RETIRED_OtherPatientIDs');
    assert.equal(attributeOf('00091010'), undefined);
  });

  it('finds repeating groups', () => {
    assert.equal(attributeOf('60023000')?.name, 'OverlayData');
    assert.equal(attributeOf('60013000'), undefined);
  });

  it('accepts the ways in which people write a tag', () => {
    for (const written of ['PatientName', '0010,0010', '0010-0010', '(0010,0010)', '00100010']) {
      assert.equal(parseTag(written), '00100010', written);
    }
    assert.equal(parseTag('0020000d'), '0020000D');
    assert.equal(parseTag('patientname'), undefined);
  });

  it('chooses the VR of implicit elements', () => {
    assert.equal(implicitVr('00280106', false), 'US');
    assert.equal(implicitVr('00280106', true), 'SS');
    assert.equal(implicitVr('7FE00010', false), 'OW');
    assert.equal(implicitVr('00090010', false), 'LO');
    assert.equal(implicitVr('00091010', false), 'UN');
  });
});
