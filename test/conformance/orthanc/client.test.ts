// One client suite against the mock and the real server: what passes on both means the same on both.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { PNG } from 'pngjs';
import { systemClock } from '#core/clock.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { requireIds, summarize } from '#core/dicom/summary.ts';
import { WorkbenchError } from '#core/errors.ts';
import type { Http } from '#core/http.ts';
import { createOrthancClient, type OrthancClient } from '#core/orthanc/client.ts';
import { orthancIds } from '#core/orthanc/ids.ts';
import { restSender } from '#core/orthanc/rest-sender.ts';
import { createHttp } from '#core/undici-http.ts';
import { sendDicom } from '#core/workflows/send-dicom.ts';
import { cine, cineFile } from '#test/support/cine.ts';
import { allFiles, missingShared, ownFile, ownFolder } from '#test/support/dicom-files.ts';
import { everyOrthanc, type OrthancUnderTest, skipLoudly } from './servers.ts';

/** What reading it ourselves says about a file: the ids Orthanc must give, or that it must refuse it. */
function expectedOf(file: string): { instance: string; study: string } | 'refused' {
  try {
    return orthancIds(requireIds(summarize(readPart10(readFileSync(file)).dataset)));
  } catch (error) {
    if (error instanceof WorkbenchError) return 'refused';
    throw error;
  }
}

for (const { name, version, missing, start } of everyOrthanc) {
  describe(`Orthanc client against the ${name}`, function () {
    this.timeout(30_000);
    let server: OrthancUnderTest;
    let http: Http;
    let client: OrthancClient;
    let folder: string;
    before(async function () {
      const reason = missing();
      if (reason !== undefined) skipLoudly(this, reason);
      server = await start();
      http = createHttp({ clock: systemClock });
      client = createOrthancClient({ http, baseUrl: server.url });
      folder = await mkdtemp(path.join(tmpdir(), 'conformance-'));
      const shared = missingShared();
      if (shared !== undefined) console.warn(`fewer files: ${shared}`);
    });
    after(async () => {
      await http?.close();
      await server?.close();
      if (folder !== undefined) await rm(folder, { recursive: true });
    });

    it('tells its version', async () => {
      const { Version, DicomAet } = await client.system();

      assert.equal(Version, version);
      assert.equal(DicomAet, 'ORTHANC');
    });

    const seen = new Set<string>();
    for (const file of allFiles()) {
      const expected = expectedOf(file);
      if (expected === 'refused') {
        it(`refuses ${path.basename(file)}`, async () => {
          await assert.rejects(client.upload({ path: file }), { code: 'ORTHANC_REJECTED' });
        });
        continue;
      }
      const isNew = !seen.has(expected.instance);
      seen.add(expected.instance);
      it(`stores ${path.basename(file)} under the id we foresee${isNew ? '' : ', already there'}`, async () => {
        const { ID, Status, ParentStudy } = await client.upload({ path: file });

        assert.equal(ID, expected.instance);
        assert.equal(ParentStudy, expected.study);
        assert.equal(Status, isNew ? 'Success' : 'AlreadyStored');
        if (!isNew) return;
        const target = path.join(folder, 'back.dcm');
        await client.download('instances', ID, target);
        assert.deepEqual(await readFile(target), readFileSync(file));
      });
    }

    it('names the reasons of its refusals', async () => {
      const refused = async (file: string) => {
        const error = await client.upload({ path: ownFile(file) }).catch((reason) => reason);
        return [error.status, error.orthancStatus];
      };

      assert.deepEqual(await refused('broken-empty.dcm'), [400, 15]);
      assert.deepEqual(await refused('broken-text.dcm'), [400, 15]);
      assert.deepEqual(await refused('broken-cut-pixels.dcm'), [400, 15]);
      assert.deepEqual(await refused('broken-no-study-uid.dcm'), [404, 21]);
    });

    it('counts what it stores', async () => {
      const { CountInstances } = await client.statistics();

      assert.equal(CountInstances, seen.size);
    });

    it('lists a level page by page, nothing twice and nothing left out', async () => {
      const ids: string[] = [];
      for (let since: number | undefined = 0; since !== undefined; ) {
        const page = await client.list('instances', { since, limit: 10 });
        ids.push(...page.resources.map(({ ID }) => ID));
        since = page.next;
      }

      assert.deepEqual(ids.sort(), [...seen].sort());
    });

    const korean = expectedOf(ownFile('korean-ct-1.dcm'));
    assert.ok(korean !== 'refused');

    it('shows names in their own script', async () => {
      const study = await client.read('studies', korean.study);
      const tags = await client.simplifiedTags(korean.instance);

      assert.equal(study.PatientMainDicomTags?.['PatientName'], 'Hong^Gildong=洪^吉洞=홍^길동');
      assert.equal(tags['PatientName'], 'Hong^Gildong=洪^吉洞=홍^길동');
    });

    it('goes down from a study to its series and instances', async () => {
      const [series] = await client.children('studies', korean.study, 'series');
      const instances = await client.children('studies', korean.study, 'instances');

      assert.equal(series?.ParentStudy, korean.study);
      assert.equal(series?.Instances?.length, 2);
      assert.equal(instances.length, 2);
    });

    it('finds by a Korean name with a wildcard', async () => {
      const found = await client.find({ level: 'studies', query: { PatientName: '*홍*' } });

      assert.deepEqual(
        found.map(({ ID }) => ID),
        [korean.study],
      );
    });

    it('resolves a UID and says so, and names the level when it is another', async () => {
      const study = await client.read('studies', korean.study);
      const uid = String(study.MainDicomTags['StudyInstanceUID']);

      const { id, note } = await client.resolve('studies', uid);

      assert.equal(id, korean.study);
      assert.equal(note?.args['uid'], uid);
      assert.deepEqual(await client.resolve('studies', id), { id });
      await assert.rejects(client.resolve('instances', uid), { code: 'ORTHANC_NOT_FOUND' });
      await assert.rejects(client.resolve('studies', '1.2.3'), { code: 'ORTHANC_NOT_FOUND' });
    });

    it('finds out of what level an id or a UID is', async () => {
      const study = await client.read('studies', korean.study);
      const uid = String(study.MainDicomTags['StudyInstanceUID']);

      const found = [
        await client.identify(uid),
        await client.identify(korean.study),
        await client.identify(korean.instance),
      ].map(({ level, id }) => [level, id]);

      assert.deepEqual(found, [
        ['studies', korean.study],
        ['studies', korean.study],
        ['instances', korean.instance],
      ]);
      await assert.rejects(client.identify('1.2.3'), { code: 'ORTHANC_NOT_FOUND' });
      await assert.rejects(client.identify(korean.study.replace(/./g, 'a')), {
        code: 'ORTHANC_NOT_FOUND',
      });
    });

    it('counts the instances that a deletion would take', async () => {
      const counts = [
        await client.countInstances('studies', korean.study),
        await client.countInstances('instances', korean.instance),
      ];

      assert.deepEqual(counts, [2, 1]);
      await assert.rejects(client.countInstances('series', 'nope'), { code: 'ORTHANC_NOT_FOUND' });
    });

    it('gives a study as a ZIP with the bytes that were sent', async () => {
      const target = path.join(folder, 'study.zip');

      const { bytes } = await client.download('studies', korean.study, target);

      const zip = await readFile(target);
      assert.equal(zip.byteLength, bytes);
      const members = Object.values(unzipSync(zip)).map((member) => Buffer.from(member));
      const sent = ['korean-ct-1.dcm', 'korean-ct-2.dcm'].map((file) =>
        readFileSync(ownFile(file)),
      );
      assert.equal(members.length, 2);
      assert.ok(sent.every((file) => members.some((member) => member.equals(file))));
    });

    it('leaves no file behind when there is nothing to download', async () => {
      const target = path.join(folder, 'none.dcm');

      await assert.rejects(client.download('instances', 'nope', target), {
        code: 'ORTHANC_NOT_FOUND',
      });

      await assert.rejects(readFile(target), { code: 'ENOENT' });
    });

    it('gives a preview as PNG', async () => {
      const png = await client.preview(korean.instance);

      assert.equal(Buffer.from(png.subarray(1, 4)).toString('latin1'), 'PNG');
      const jpeg = await client.preview(korean.instance, { type: 'image/jpeg' });
      assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
    });

    it('gives each frame of a film, counted from 1', async () => {
      const { ID } = await client.upload({ bytes: cineFile() });

      const frames = await client.countFrames(ID);
      const pictures = await Promise.all(
        Array.from({ length: frames }, (_, at) => client.preview(ID, { frame: at + 1 })),
      );

      const whites = pictures.map((bytes) => {
        const { data } = PNG.sync.read(Buffer.from(bytes));
        return data.filter((value, at) => at % 4 === 0 && value === 255).length;
      });
      assert.deepEqual(
        whites,
        cine.widths.map((width) => width ** 2),
      );
      await client.delete('instances', ID);
    });

    it('says that there is no such frame', async () => {
      assert.equal(await client.countFrames(korean.instance), 1);

      await assert.rejects(client.preview(korean.instance, { frame: 2 }), {
        code: 'ORTHANC_REJECTED',
      });
      await assert.rejects(client.preview('nope'), { code: 'ORTHANC_NOT_FOUND' });
    });

    it('reports changes in order', async () => {
      const first = await client.changes({ limit: 4 });

      assert.deepEqual(
        first.Changes.map(({ ChangeType }) => ChangeType),
        ['NewInstance', 'NewSeries', 'NewStudy', 'NewPatient'],
      );
      assert.equal(first.Done, false);
      assert.equal(first.Last, first.Changes.at(-1)?.Seq);
    });

    it('does not know what was never sent', async () => {
      await assert.rejects(client.read('patients', 'nope'), { code: 'ORTHANC_NOT_FOUND' });
      await assert.rejects(client.simplifiedTags('nope'), { code: 'ORTHANC_NOT_FOUND' });
      await assert.rejects(client.delete('series', 'nope'), { code: 'ORTHANC_NOT_FOUND' });
    });

    it('deletes an instance, then its study, and names what remains', async () => {
      const first = await client.delete('instances', korean.instance);
      const second = await client.delete('studies', korean.study);

      assert.equal(first.RemainingAncestor?.Type, 'Series');
      assert.equal(second.RemainingAncestor, null);
    });

    it('takes a folder through the send workflow, with a row for each file', async () => {
      const { rows } = await sendDicom({ inputs: [ownFolder], sender: restSender(client) });

      const failed = rows.filter(({ status }) => status === 'Failed').map(({ code }) => code);
      const counts = Object.groupBy(rows, ({ status }) => status);
      assert.deepEqual(failed.sort(), [
        'DICOM_EMPTY',
        'DICOM_MISSING_UID',
        'DICOM_TRUNCATED',
        'DICOM_TRUNCATED',
      ]);
      assert.equal(counts.Success?.length, 2);
      assert.ok((counts.AlreadyStored?.length ?? 0) > 10);
      assert.ok(counts.Skipped?.some(({ name: file }) => file.endsWith('broken-text.dcm')));
    });
  });
}
