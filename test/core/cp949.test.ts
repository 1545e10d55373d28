import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { decodeCp949 } from '#core/cp949.ts';

/** Every syllable with its bytes, by Python's codec. */
function oracle(): readonly (readonly [syllable: string, hex: string])[] {
  const script = `
for code in range(0xac00, 0xd7a4):
    print(chr(code).encode('cp949').hex())`;
  const lines = execFileSync('python3', ['-c', script], { encoding: 'latin1' }).trim().split('\n');
  return lines.map((hex, at) => [String.fromCharCode(0xac00 + at), hex]);
}

describe('decodeCp949', () => {
  it("reads all 11,172 syllables as Python's codec writes them", () => {
    const syllables = oracle();

    const different = syllables.filter(
      ([syllable, hex]) => decodeCp949(Buffer.from(hex, 'hex')) !== syllable,
    );

    assert.equal(syllables.length, 11_172);
    assert.deepEqual(different, []);
  });

  it('reads ASCII and Hanja between them', () => {
    const bytes = Buffer.from('43542dc8abd1ceb5bf2e64636d', 'hex');

    assert.equal(decodeCp949(bytes), 'CT-홍吉동.dcm');
  });

  it('refuses what is something else', () => {
    for (const hex of ['80', 'c8', 'c820', 'ffff', 'fc6c', 'c653', 'c941']) {
      assert.equal(decodeCp949(Buffer.from(hex, 'hex')), undefined, hex);
    }
  });
});
