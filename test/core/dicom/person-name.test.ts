import assert from 'node:assert/strict';
import { displayName, formatParts, parsePersonName } from '#core/dicom/person-name.ts';

describe('parsePersonName', () => {
  it('splits the three representations of PS3.5 I.2', () => {
    const name = parsePersonName('Hong^Gildong=洪^吉洞=홍^길동');

    assert.equal(name.alphabetic.family, 'Hong');
    assert.equal(name.alphabetic.given, 'Gildong');
    assert.equal(name.ideographic.family, '洪');
    assert.equal(name.phonetic.given, '길동');
  });

  it('splits all five components (PS3.5 6.2.1.1)', () => {
    const { alphabetic } = parsePersonName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.');

    assert.deepEqual(alphabetic, {
      family: 'Adams',
      given: 'John Robert Quincy',
      middle: '',
      prefix: 'Rev.',
      suffix: 'B.A. M.Div.',
    });
  });

  it('gives empty parts for an empty value', () => {
    assert.equal(formatParts(parsePersonName('').alphabetic), '');
  });
});

describe('displayName', () => {
  it('puts the family name first in Korean and last in Latin', () => {
    const name = parsePersonName('Hong^Gildong=洪^吉洞=홍^길동');

    assert.equal(displayName(name.phonetic), '홍 길동');
    assert.equal(displayName(name.alphabetic), 'Gildong Hong');
  });
});
