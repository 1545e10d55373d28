// `dicom show` of what lies in an archive: the same words as for its file, and no more bytes than it takes.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dicomShow } from '#cli/commands/dicom-show.ts';
import { textElement, writePart10 } from '#core/dicom/write.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { createOrthancMock } from '#mock-servers/orthanc/orthanc-mock.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { type HttpTap, tapHttp } from '#test/support/http-tap.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import { aTerminal } from '#test/support/terminal.ts';

const MEGABYTE = 1024 * 1024;

async function shown(name: string, orthanc: string): Promise<string> {
  const { terminal, printed } = aTerminal();
  await dicomShow(name, { orthanc, json: true }, terminal);
  return printed();
}

/** Pixel data of 8 MB, and before them a private value that no window holds. */
function largeFile(): Uint8Array {
  const sopInstanceUid = '1.2.826.0.1.3680043.10.1511.12.3';
  const sopClassUid = '1.2.840.10008.5.1.4.1.1.7';
  const elements = [
    textElement('SOPClassUID', sopClassUid),
    textElement('SOPInstanceUID', sopInstanceUid),
    textElement('PatientID', 'LARGE'),
    textElement('StudyInstanceUID', '1.2.826.0.1.3680043.10.1511.12.1'),
    textElement('SeriesInstanceUID', '1.2.826.0.1.3680043.10.1511.12.2'),
    { tag: '00410010', vr: 'LO', raw: Buffer.from('OURS') },
    { tag: '00411001', vr: 'OB', raw: Buffer.alloc(MEGABYTE, 1) },
    { tag: '00411002', vr: 'LO', raw: Buffer.from('behind') },
    { tag: '7FE00010', vr: 'OW', raw: Buffer.alloc(8 * MEGABYTE, 2) },
  ].filter((element) => element !== undefined);
  const transferSyntax = '1.2.840.10008.1.2.1';
  return writePart10(elements, { transferSyntax, sopClassUid, sopInstanceUid });
}

// Before 1.12 the first answer is the whole file.
for (const [version, requests] of [
  ['1.12.7', 2],
  ['1.10.1', 1],
] as const) {
  describe(`dicom show of an instance in Orthanc ${version}`, () => {
    const suite = aSuite({
      makers: { orthanc: (context) => createOrthancMock(context, { dimsePort: 0, version }) },
      initial: 'empty',
    });
    let tap: HttpTap;
    let folder: string;
    before(async () => {
      const { urls } = await suite.start();
      tap = await tapHttp(String(urls.orthanc));
      folder = await mkdtemp(path.join(tmpdir(), 'cli-show-'));
    });
    after(async () => {
      await tap.close();
      await suite.stop();
      await rm(folder, { recursive: true });
    });

    async function upload(file: string): Promise<string> {
      const body = await readFile(file);
      const answer = await fetch(`${tap.url}/instances`, { method: 'POST', body });
      const stored = parseJson(await answer.text());
      assert.ok(isRecord(stored));
      return String(stored['ID']);
    }

    for (const name of ['korean-ct-1.dcm', 'rle.dcm', 'deflated.dcm']) {
      it(`says the same as for its file: ${name}`, async () => {
        const id = await upload(ownFile(name));

        assert.equal(await shown(id, tap.url), await shown(ownFile(name), tap.url));
      });
    }

    it('fetches of a large one what lies before its pixel data', async () => {
      const file = path.join(folder, 'large.dcm');
      await writeFile(file, largeFile());
      const id = await upload(file);
      tap.said();

      assert.equal(await shown(id, tap.url), await shown(file, tap.url));
      const starts = tap.said().flatMap((asked) => /^range: bytes=(\d+)-/m.exec(asked)?.[1] ?? []);
      const [first, second = String(MEGABYTE)] = starts;
      assert.equal(starts.length, requests);
      assert.equal(first, '0');
      assert.ok(Number(second) >= MEGABYTE);
    });
  });
}
