// DICOMweb and C-STORE by our own clients, on the mock and on the real server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '#core/clock.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { requireIds, summarize } from '#core/dicom/summary.ts';
import { text } from '#core/dicom/values.ts';
import { textElement } from '#core/dicom/write.ts';
import { echo, find } from '#core/dimse/scu.ts';
import { storeSender } from '#core/dimse/store-sender.ts';
import type { Http } from '#core/http.ts';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { createDicomWebClient, type DicomWebClient } from '#core/orthanc/dicomweb.ts';
import { orthancIds } from '#core/orthanc/ids.ts';
import { stowSender } from '#core/orthanc/stow-sender.ts';
import { createHttp } from '#core/undici-http.ts';
import { sendDicom } from '#core/workflows/send-dicom.ts';
import { allFiles, ownFile } from '#test/support/dicom-files.ts';
import { everyOrthanc, type OrthancUnderTest, skipLoudly } from './servers.ts';

const korean = ['korean-ct-1.dcm', 'korean-ct-2.dcm'].map(ownFile);
const idsOf = (file: string) => requireIds(summarize(readPart10(readFileSync(file)).dataset));
const first = idsOf(ownFile('korean-ct-1.dcm'));
/** Each instance once, in every character set, transfer syntax and oddity at hand. */
const whole = distinct(allFiles().filter(isReadable));

for (const { name, version, missing, start } of everyOrthanc) {
  describe(`DICOMweb and DIMSE against the ${name}`, function () {
    this.timeout(40_000);
    let server: OrthancUnderTest;
    let http: Http;
    let web: DicomWebClient;
    before(async function () {
      const reason = missing();
      if (reason !== undefined) skipLoudly(this, reason);
      server = await start();
      http = createHttp({ clock: systemClock });
      web = createDicomWebClient({ http, baseUrl: `${server.url}/dicom-web` });
    });
    after(async () => {
      await http?.close();
      await server?.close();
    });
    const peer = () => ({
      host: '127.0.0.1',
      port: server.dicomPort,
      callingAet: 'WORKBENCH',
      calledAet: 'ORTHANC',
    });
    const rest = () => createOrthancClient({ http, baseUrl: server.url });
    const stored = async (file: string) => {
      const { instance } = orthancIds(idsOf(file));
      const response = await http.send({
        method: 'GET',
        url: `${server.url}/instances/${instance}/file`,
      });
      return Buffer.from(await response.bytes());
    };

    it('stores two files by one STOW-RS request', async () => {
      const { stored: kept, failed } = await web.store(korean.map((file) => ({ path: file })));

      assert.equal(kept.length, 2);
      assert.deepEqual(failed, []);
      for (const file of korean) assert.deepEqual(await stored(file), await readFile(file));
    });

    it('tells which part of a STOW-RS request was not kept', async () => {
      const sources = ['broken-text.dcm', 'rle.dcm'].map((file) => ({ path: ownFile(file) }));

      const { stored: kept } = await web.store(sources);

      assert.deepEqual(
        kept.map(({ sopInstanceUid }) => sopInstanceUid),
        [idsOf(ownFile('rle.dcm')).sopInstanceUid],
      );
    });

    it('finds studies by QIDO-RS, and nothing as an empty list', async () => {
      const found = await web.search('studies', { PatientID: 'KR-1001' });
      const none = await web.search('studies', { PatientID: 'NOBODY' });

      // Orthanc 1.10.1: QIDO-RS answers in Latin-1, so that the other scripts are lost; /studies has them
      const others =
        version === '1.10.1'
          ? { Ideographic: '^', Phonetic: '^' }
          : { Ideographic: '洪^吉洞', Phonetic: '홍^길동' };
      assert.deepEqual(found[0]?.['00100010']?.Value, [{ Alphabetic: 'Hong^Gildong', ...others }]);
      assert.deepEqual(none, []);
    });

    it('searches a name by its parts, and lists', async () => {
      const uid = '0020000D';
      const byName = await web.search('studies', { PatientName: 'Hong^Gil*', includefield: 'all' });
      const listed = byName[0]?.[uid]?.Value ?? [];
      const byUid = await web.search('studies', { [uid]: `${listed.join(',')},1.2.3` });

      assert.equal(byName.length, 1);
      assert.deepEqual(byUid[0]?.[uid]?.Value, listed);
    });

    it('searches below a study', async () => {
      const instances = await web.search('instances', {}, { study: first.studyInstanceUid });

      assert.equal(instances.length, 2);
    });

    it('reads metadata by WADO-RS', async () => {
      const metadata = await web.metadata({ study: first.studyInstanceUid });

      assert.equal(metadata.length, 2);
      assert.deepEqual(metadata[0]?.['00540220']?.Value?.length, 1);
    });

    it('retrieves every instance of a study as it was sent', async () => {
      const files: Buffer[] = [];
      for await (const file of web.retrieve({ study: first.studyInstanceUid })) {
        files.push(Buffer.from(file));
      }

      const sent = await Promise.all(korean.map((file) => readFile(file)));
      assert.equal(files.length, 2);
      assert.ok(sent.every((file) => files.some((received) => received.equals(file))));
    });

    it('keeps compressed pixels compressed', async () => {
      const { studyInstanceUid: study } = idsOf(ownFile('rle.dcm'));

      for await (const file of web.retrieve({ study })) {
        assert.deepEqual(Buffer.from(file), await readFile(ownFile('rle.dcm')));
      }
    });

    it('renders an instance as JPEG', async () => {
      const {
        studyInstanceUid: study,
        seriesInstanceUid: series,
        sopInstanceUid: instance,
      } = first;

      const jpeg = await web.rendered({ study, series, instance });

      assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
    });

    it('says that a study is not there', async () => {
      await assert.rejects(web.metadata({ study: '1.2.3' }), { code: 'ORTHANC_NOT_FOUND' });
    });

    it('answers C-ECHO', async () => {
      await echo(peer());
    });

    it('takes every file by C-STORE with its data set untouched', async () => {
      const { instance } = orthancIds(first);
      await rest().delete('instances', instance);
      const sender = storeSender(peer());
      try {
        const { rows } = await sendDicom({ inputs: whole, sender });
        const failed = rows.filter(({ status }) => status === 'Failed');
        assert.deepEqual(failed, []);
        assert.equal(rows.length, whole.length);
      } finally {
        await sender.close();
      }

      const before = readPart10(await readFile(ownFile('korean-ct-1.dcm'))).dataset;
      const after = readPart10(await stored(ownFile('korean-ct-1.dcm'))).dataset;
      assert.deepEqual(
        after.elements.map(({ encoded }) => Buffer.from(encoded)),
        before.elements.map(({ encoded }) => Buffer.from(encoded)),
      );
    });

    it('finds by C-FIND with a Korean wildcard', async () => {
      const keys = [
        textElement('SpecificCharacterSet', 'ISO_IR 192'),
        textElement('QueryRetrieveLevel', 'STUDY'),
        textElement('PatientName', '*길동*', ['ISO_IR 192']),
        textElement('PatientID', ''),
      ].filter((key) => key !== undefined);

      const found = await find(peer(), keys);

      assert.deepEqual(
        found.map((dataset) => text(dataset, 'PatientID')),
        ['KR-1001'],
      );
    });

    it('tells what was there before when sending by STOW-RS', async () => {
      const inputs = [ownFile('nested.dcm'), ...korean];
      const { instance } = orthancIds(idsOf(ownFile('nested.dcm')));
      await rest().delete('instances', instance);

      const { rows } = await sendDicom({ inputs, sender: stowSender(web), concurrency: 1 });

      assert.deepEqual(
        rows.map(({ name: file, status }) => [path.basename(file), status]),
        [
          ['nested.dcm', 'Success'],
          ['korean-ct-1.dcm', 'AlreadyStored'],
          ['korean-ct-2.dcm', 'AlreadyStored'],
        ],
      );
    });
  });
}

function isReadable(file: string): boolean {
  try {
    idsOf(file);
    return true;
  } catch {
    // One of the broken files, which have tests of their own
    return false;
  }
}

function distinct(files: readonly string[]): readonly string[] {
  const byInstance = new Map(files.map((file) => [idsOf(file).sopInstanceUid, file]));
  return [...byInstance.values()];
}
