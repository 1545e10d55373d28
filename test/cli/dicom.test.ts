import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { parseLevel } from '#cli/archive.ts';
import { dicomShow } from '#cli/commands/dicom-show.ts';
import { WorkbenchError } from '#core/errors.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { aTerminal } from '#test/support/terminal.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

describe('dicom show', () => {
  it('shows a Korean name as it is meant', async () => {
    const { terminal, printed } = aTerminal();

    await dicomShow(fixture('demo/hong-brain-ct-1.dcm'), {}, terminal);

    assert.match(printed(), /^0010,0010 {2}PN {2}PatientName +Hong\^Gildong=洪\^吉童=홍\^길동$/m);
  });

  it('gives the DICOM JSON model', async () => {
    const { terminal, printed } = aTerminal();

    await dicomShow(fixture('demo/smith-brain-mr-1.dcm'), { json: true }, terminal);

    const model = parseJson(printed());
    assert.ok(isRecord(model));
    assert.deepEqual(model['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Smith^John' }] });
  });

  it('refuses what is not DICOM', async () => {
    await assert.rejects(
      dicomShow(fixture('make-demo.py'), {}, aTerminal().terminal),
      (error) => error instanceof WorkbenchError && error.code === 'DICOM_NOT_DICOM',
    );
  });
});

describe('parseLevel', () => {
  it('knows the four levels and names them when it does not', () => {
    assert.equal(parseLevel('series'), 'series');
    assert.throws(
      () => parseLevel('serie'),
      (error) => error instanceof WorkbenchError && /patients, studies/.test(error.message),
    );
  });
});
