// The command line against the mock and the real server: three ways to send, then look, fetch and delete.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dicomDelete } from '#cli/commands/dicom-delete.ts';
import { dicomGet } from '#cli/commands/dicom-get.ts';
import { dicomPreview } from '#cli/commands/dicom-preview.ts';
import { dicomSend } from '#cli/commands/dicom-send.ts';
import { dicomShow } from '#cli/commands/dicom-show.ts';
import type { Terminal } from '#cli/terminal.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import type { SendRow } from '#core/workflows/send-dicom.ts';
import { ownFile, ownFolder } from '#test/support/dicom-files.ts';
import { aTerminal } from '#test/support/terminal.ts';
import { everyOrthanc, type OrthancUnderTest, skipLoudly } from './servers.ts';

type Run = (terminal: Terminal) => Promise<number>;

/** @returns what a script reads */
async function run(command: Run, confirm?: Terminal['confirm']) {
  const { terminal, printed, remarked } = aTerminal({}, confirm);
  const code = await command(terminal);
  return { code, printed: printed(), remarked: remarked() };
}

function rowsOf(printed: string): readonly SendRow[] {
  const report = parseJson(printed);
  assert.ok(isRecord(report) && Array.isArray(report['rows']));
  return report['rows'];
}

const readable = readdirSync(ownFolder).filter((file) => /^(?!broken-).*\.dcm$/.test(file));
/** In the order in which a folder is walked. */
const storable = readable.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const refusals = ['DICOM_EMPTY', 'DICOM_MISSING_UID', 'DICOM_TRUNCATED', 'DICOM_TRUNCATED'];

// C-STORE cannot tell a known instance from a new one, so that both count
const isKept = ({ status }: SendRow) => status === 'Success' || status === 'AlreadyStored';
const fileName = ({ name }: SendRow) => path.basename(name);

/** Without the meta header, which C-STORE does not send. */
async function datasetOf(file: string): Promise<readonly Buffer[]> {
  const { dataset } = readPart10(await readFile(file));
  return dataset.elements.map(({ encoded }) => Buffer.from(encoded));
}

/**
 * A journal as a crash leaves it: three files done, a fourth begun.
 *
 * @returns the path of the fourth
 */
async function tear(journal: string): Promise<string> {
  const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => line !== '');
  const parsed = lines.map(parseJson).filter(isRecord);
  const isDone = (line: Record<string, unknown>) => line['status'] !== undefined;
  const done = parsed.filter(isDone).slice(0, 3);
  const begun = parsed.find(
    ({ key, status }) => key && !status && done.every((line) => line['key'] !== key),
  );
  assert.ok(begun);
  const kept = [parsed[0], ...done, begun].map((line) => JSON.stringify(line));
  await writeFile(journal, `${kept.join('\n')}\n{"key":"torn`);
  return String(begun['key']);
}

for (const { name, missing, start } of everyOrthanc) {
  describe(`dicom commands against the ${name}`, function () {
    this.timeout(60_000);
    let server: OrthancUnderTest;
    let folder: string;
    const archive = () => ({ orthanc: server.url, json: true });
    const send = (by: 'rest' | 'stow' | 'cstore', input: string, journal?: string) => {
      const flags = { ...archive(), by, ...(journal !== undefined && { journal }) };
      return run((terminal) => dicomSend([input], flags, terminal));
    };
    before(async function () {
      const reason = missing();
      if (reason !== undefined) skipLoudly(this, reason);
      folder = await mkdtemp(path.join(tmpdir(), 'conformance-cli-'));
    });
    after(() => folder && rm(folder, { recursive: true }));

    for (const by of ['rest', 'stow', 'cstore'] as const) {
      describe(`sending by ${by}`, () => {
        let rows: readonly SendRow[];
        before(async () => {
          server = await start();
          rows = rowsOf((await send(by, ownFolder)).printed);
        });
        after(() => server.close());

        it('has a row for each file, and the same ones are stored', () => {
          const stored = rows.filter(isKept);
          const failed = rows.filter(({ status }) => status === 'Failed').map(({ code }) => code);

          assert.deepEqual(stored.map(fileName), storable);
          assert.ok(stored.every(({ orthancId }) => orthancId !== undefined));
          assert.deepEqual(failed.sort(), refusals);
        });

        it('brings the data set as it is', async () => {
          const sent = rows.find((row) => row.name.endsWith('korean-ct-1.dcm'));
          const target = path.join(folder, `${by}.dcm`);

          const got = await run((terminal) =>
            dicomGet(String(sent?.orthancId), target, archive(), terminal),
          );

          assert.equal(got.code, 0);
          assert.deepEqual(await datasetOf(target), await datasetOf(ownFile('korean-ct-1.dcm')));
        });

        it('goes on with an interrupted batch: nothing twice, nothing forgotten', async () => {
          const journal = path.join(folder, `${by}.jsonl`);
          await send(by, ownFolder, journal);
          const begun = await tear(journal);

          const again = rowsOf((await send(by, ownFolder, journal)).printed);

          const resumed = again.filter(({ isResumed }) => isResumed);
          const doubtful = again.find((row) => begun.endsWith(path.basename(row.name)));
          assert.equal(resumed.length, 3);
          assert.equal(doubtful?.status, 'AlreadyStored', 'it was looked for, not sent again');
          assert.deepEqual(again.filter(isKept).map(fileName), storable);
        });
      });
    }

    describe('with a study in the archive', () => {
      let instance: SendRow;
      before(async () => {
        server = await start();
        const { printed } = await send('rest', path.join(ownFolder, 'korean-ct-*.dcm'));
        const [first] = rowsOf(printed);
        assert.ok(first);
        instance = first;
      });
      after(() => server.close());
      const study = () => String(instance.studyInstanceUid);
      const uid = () => String(instance.sopInstanceUid);

      it('shows an instance by its UID like its file, and says which id that is', async () => {
        const shown = await run((terminal) => dicomShow(uid(), archive(), terminal));
        const fromFile = await run((terminal) =>
          dicomShow(ownFile('korean-ct-1.dcm'), archive(), terminal),
        );

        assert.equal(shown.printed, fromFile.printed);
        assert.ok(shown.remarked.includes(String(instance.orthancId)));
      });

      it('gets a study by its UID as a ZIP without being told the level', async () => {
        const got = await run((terminal) => dicomGet(study(), folder, archive(), terminal));

        const saved = parseJson(got.printed);
        assert.ok(isRecord(saved));
        assert.match(String(saved['path']), /\.zip$/);
        assert.match(got.remarked, /is a DICOM identifier; Orthanc calls this Study/);
      });

      it('saves a picture by a UID, as PNG or as JPEG', async () => {
        const preview = (file: string) =>
          run((terminal) =>
            dicomPreview(uid(), path.join(folder, file), { ...archive(), frame: '1' }, terminal),
          );

        const [png, jpeg] = [await preview('a.png'), await preview('a.jpg')];

        const head = async (file: string) =>
          (await readFile(path.join(folder, file))).subarray(0, 3);
        assert.deepEqual([png.code, jpeg.code], [0, 0]);
        assert.match(png.remarked, /is a DICOM identifier; Orthanc calls this Instance/);
        assert.equal((await head('a.png')).toString('latin1', 1), 'PN');
        assert.deepEqual([...(await head('a.jpg'))], [0xff, 0xd8, 0xff]);
      });

      it('names the level when a UID is of another', async () => {
        const preview = run((terminal) =>
          dicomPreview(study(), folder, { ...archive(), frame: '1' }, terminal),
        );

        await assert.rejects(preview, { code: 'ORTHANC_NOT_FOUND', message: /level Study/ });
      });

      it('says how many images there are when asked for one too many', async () => {
        const preview = run((terminal) =>
          dicomPreview(uid(), folder, { ...archive(), frame: '2' }, terminal),
        );

        await assert.rejects(preview, { code: 'ORTHANC_NOT_FOUND', message: /instance has 1/ });
      });

      it('deletes nothing unless the answer is yes', async () => {
        const questions: string[] = [];

        const kept = await run(
          (terminal) => dicomDelete(study(), { orthanc: server.url }, terminal),
          async (question) => {
            questions.push(question);
            return false;
          },
        );

        assert.equal(kept.code, 1);
        assert.match(kept.remarked, /Nothing was deleted/);
        assert.match(questions[0] ?? '', /Delete the study .*홍.*go with it: 2\./);
        await run((terminal) => dicomShow(uid(), archive(), terminal));
      });

      it('deletes an instance and tells what is left above it', async () => {
        const deleted = await run((terminal) =>
          dicomDelete(uid(), { ...archive(), yes: true }, terminal),
        );

        const { remaining, ...rest } = parseJson(deleted.printed) as Record<string, unknown>;
        const { orthancId: id } = instance;
        assert.deepEqual(rest, { deleted: true, type: 'Instance', id, instances: 1 });
        assert.ok(isRecord(remaining) && remaining['type'] === 'Series');
      });

      it('deletes a patient by the patient id after a yes', async () => {
        const patientId = 'KR-1001';
        const deleted = await run(
          (terminal) =>
            dicomDelete(patientId, { orthanc: server.url, level: 'patients' }, terminal),
          async () => true,
        );

        assert.equal(deleted.code, 0);
        assert.match(deleted.remarked, /Deleted the patient .*Instances: 1\./);
        await assert.rejects(
          run((terminal) => dicomDelete(study(), { ...archive(), yes: true }, terminal)),
          { code: 'ORTHANC_NOT_FOUND' },
        );
      });
    });
  });
}
