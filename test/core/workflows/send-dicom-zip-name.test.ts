// Bytes by Python's codecs: '…'.encode('cp949').hex()
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sendDicom } from '#core/workflows/send-dicom.ts';
import { memberName } from '#core/workflows/send-dicom-zip-name.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { aSender } from '#test/support/dicom-sender.ts';

const UTF8_FLAG = 2048;
const hex = (digits: string) => Buffer.from(digits, 'hex');

describe('memberName', () => {
  for (const [name, cp949] of [
    ['홍길동 뇌 CT.dcm', 'c8abb1e6b5bf20b3fa2043542e64636d'],
    ['영상/똠방각하.dcm', 'bfb5bbf32f8c63b9e6b0a2c7cf2e64636d'],
  ] as const) {
    it(`reads "${name}" as Korean Windows writes it`, () => {
      assert.equal(memberName(hex(cp949), 0), name);
    });

    it(`reads "${name}" as UTF-8, with the flag and, as macOS writes it, without`, () => {
      const bytes = Buffer.from(name, 'utf8');

      assert.equal(memberName(bytes, UTF8_FLAG), name);
      assert.equal(memberName(bytes, 0), name);
    });
  }

  it('makes no Korean of German or French', () => {
    for (const name of ['Müller.dcm', 'Größe.dcm', 'été.dcm']) {
      assert.equal(memberName(Buffer.from(name, 'latin1'), 0), name);
    }
    assert.doesNotMatch(memberName(hex('4d816c6c65722e64636d'), 0), /[가-힣]/, 'Müller in CP437');
  });
});

describe('sendDicom, with a ZIP of Korean Windows', () => {
  it('shows the names as they were', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zip-name-'));
    const zip = path.join(folder, '검사.zip');
    const script = `
import sys, zipfile
class Info(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):
        return self.filename.encode('cp949'), self.flag_bits
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    for name in ('영상/홍길동.dcm', '영상/똠방.dcm'):
        z.writestr(Info(name), open(sys.argv[2], 'rb').read())
`;
    execFileSync('python3', ['-c', script, zip, ownFile('rle.dcm')]);

    const { rows } = await sendDicom({ inputs: [zip], ...aSender(), concurrency: 1 });
    await rm(folder, { recursive: true });

    assert.deepEqual(
      rows.map(({ name, status }) => [path.basename(name), status]),
      [
        ['홍길동.dcm', 'Success'],
        ['똠방.dcm', 'AlreadyStored'],
      ],
    );
  });
});
