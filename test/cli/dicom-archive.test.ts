// `dicom send|find|get|echo` against the mock, as a script sees them.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dicomEcho } from '#cli/commands/dicom-echo.ts';
import { dicomFind } from '#cli/commands/dicom-find.ts';
import { dicomGet } from '#cli/commands/dicom-get.ts';
import { dicomSend } from '#cli/commands/dicom-send.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { createOrthancMock } from '#mock-servers/orthanc/orthanc-mock.ts';
import { aSuite } from '#test/support/mock-suite.ts';
import { aTerminal } from '#test/support/terminal.ts';

const file = fileURLToPath(new URL('../../fixtures/demo/hong-brain-ct-1.dcm', import.meta.url));

describe('dicom commands against an archive', () => {
  const suite = aSuite({
    makers: { orthanc: (context) => createOrthancMock(context, { dimsePort: 0 }) },
    initial: 'empty',
  });
  let orthanc: string;
  let dimse: string;
  let folder: string;
  before(async () => {
    const { urls, ports } = await suite.start();
    orthanc = String(urls.orthanc);
    dimse = `127.0.0.1:${ports['dimse']}`;
    folder = await mkdtemp(path.join(tmpdir(), 'cli-dicom-'));
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('sends, finds by a Korean name and gets it back by its UID, saying which id that is', async () => {
    const sending = aTerminal();
    const sent = await dicomSend([file], { orthanc, json: true }, sending.terminal);
    const finding = aTerminal();
    const query = ['PatientName=*홍^길동'];
    const search = { orthanc, level: 'studies', limit: '100', json: true } as const;
    await dicomFind(query, search, finding.terminal);
    const result = parseJson(sending.printed());
    assert.ok(isRecord(result) && Array.isArray(result['rows']) && isRecord(result['rows'][0]));
    const { sopInstanceUid, orthancId, status } = result['rows'][0];

    const getting = aTerminal();
    const target = path.join(folder, 'back.dcm');
    const flags = { orthanc, level: 'instances', json: true };
    const got = await dicomGet(String(sopInstanceUid), target, flags, getting.terminal);

    assert.deepEqual([sent, got, status], [0, 0, 'Success']);
    assert.match(finding.printed(), /홍\^길동/);
    assert.ok(getting.remarked().includes(String(orthancId)));
    const saved = parseJson(getting.printed());
    assert.ok(isRecord(saved));
    assert.equal(saved['path'], target);
    assert.deepEqual(await readFile(target), await readFile(file));
  });

  it('ends with exit code 1 and a reason for a file that is not DICOM', async () => {
    const { terminal, printed } = aTerminal();
    const stranger = fileURLToPath(new URL('../../fixtures/README.md', import.meta.url));

    const code = await dicomSend([stranger], { orthanc, json: true }, terminal);

    assert.equal(code, 1);
    assert.match(printed(), /"code":"DICOM_NOT_DICOM"/);
  });

  it('echoes, in words and as JSON', async () => {
    const words = aTerminal();
    const json = aTerminal();
    const flags = { dimse, called: 'ORTHANC', calling: 'WORKBENCH' };

    const codes = [
      await dicomEcho(flags, words.terminal),
      await dicomEcho({ ...flags, json: true }, json.terminal),
    ];

    assert.deepEqual(codes, [0, 0]);
    assert.match(words.remarked(), /answers/);
    const answers = parseJson(json.printed());
    assert.deepEqual(answers, { address: dimse, called: 'ORTHANC', answers: true });
  });
});
