import assert from 'node:assert/strict';
import { decodeText, type TextKind } from '#core/dicom/charset.ts';
import { encodeText } from '#core/dicom/charset-encode.ts';
import vectors from '#fixtures/vectors/dicom/character-sets.json' with { type: 'json' };

const hex = (value: string) => Uint8Array.from(Buffer.from(value, 'hex'));

describe('decodeText', () => {
  for (const { annex, kind, terms, text, hex: bytes } of vectors.annexes) {
    it(`decodes the example of PS3.5 ${annex}`, () => {
      assert.equal(decodeText(hex(bytes), terms, kind as TextKind), text);
    });
  }

  for (const { terms, text, hex: bytes } of vectors.texts) {
    it(`decodes what pydicom encoded in ${terms.join('\\')}: ${text}`, () => {
      assert.equal(decodeText(hex(bytes), terms, 'name'), text);
    });
  }

  it('agrees with the published table of every one-byte set', () => {
    const wrong = vectors.single.filter(
      ([term = '', byte = '', char]) => decodeText(hex(byte), [term], 'single') !== char,
    );

    assert.deepEqual(wrong, []);
  });

  it('reads the same set through code extensions', () => {
    assert.equal(decodeText(hex('1b2d46c4e9ef5ec4'), ['', 'ISO 2022 IR 126'], 'name'), 'Διο^Δ');
  });

  it('brings the initial sets back at each delimiter of a name', () => {
    const latinThenGreek = ['ISO 2022 IR 100', 'ISO 2022 IR 126'];

    assert.equal(decodeText(hex('1b2d46c43dc4'), latinThenGreek, 'name'), 'Δ=Ä');
    assert.equal(decodeText(hex('1b2d46c45ec4'), latinThenGreek, 'name'), 'Δ^Ä');
    assert.equal(decodeText(hex('1b2d46c45cc4'), latinThenGreek, 'name'), 'Δ\\Ä');
    assert.equal(decodeText(hex('1b2d46c40d0ac4'), latinThenGreek, 'single'), 'Δ\r\nÄ');
    assert.equal(decodeText(hex('1b2d46c43dc4'), latinThenGreek, 'single'), 'Δ=Δ');
  });

  it('does not take the second byte of a Japanese character for a delimiter', () => {
    // 0x2442 0x253d: the second byte of ソ is 3D, an equals sign in ASCII
    assert.equal(decodeText(hex('1b2442253d1b2842'), ['', 'ISO 2022 IR 87'], 'name'), 'ソ');
  });

  it('does not take the second byte of a GBK character for a backslash', () => {
    assert.equal(decodeText(hex('955c'), ['GBK'], 'multi'), '昞');
  });

  it('reads Korean without escapes, as many devices write it', () => {
    assert.equal(decodeText(hex('c8ab5eb1e6b5bf'), ['', 'ISO 2022 IR 149'], 'name'), '홍^길동');
    assert.equal(decodeText(hex('c8ab5eb1e6b5bf'), ['ISO 2022 IR 149'], 'name'), '홍^길동');
  });

  it('marks bytes outside of the declared sets', () => {
    assert.equal(decodeText(hex('41e9'), [], 'single'), 'A\ufffd');
    assert.equal(decodeText(hex('41ff'), ['ISO_IR 192'], 'single'), 'A\ufffd');
  });

  it('keeps an escape to a set that is not declared', () => {
    assert.equal(decodeText(hex('1b2442'), [], 'single'), '\x1b$B');
  });

  it('survives a value cut in the middle of a character', () => {
    assert.equal(decodeText(hex('1b242943c8'), ['', 'ISO 2022 IR 149'], 'name'), '\ufffd');
  });
});

describe('encodeText', () => {
  for (const { annex, kind, terms, text, hex: bytes } of vectors.annexes) {
    if (kind !== 'name') continue;
    it(`gives the bytes of PS3.5 ${annex}`, () => {
      const encoded = encodeText(text, terms, 'name');

      assert.equal(Buffer.from(encoded ?? []).toString('hex'), bytes);
    });
  }

  for (const { terms, text, hex: bytes } of vectors.texts) {
    it(`gives the bytes of pydicom in ${terms.join('\\')}: ${text}`, () => {
      const encoded = encodeText(text, terms, 'name');

      assert.equal(Buffer.from(encoded ?? []).toString('hex'), bytes);
    });
  }

  it('refuses a character that no declared set has', () => {
    assert.equal(encodeText('홍', ['ISO_IR 100'], 'name'), undefined);
    assert.equal(encodeText('홍', [], 'name'), undefined);
    assert.equal(encodeText('홍', ['GBK'], 'name'), undefined);
  });
});
