import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Sender, type SendOptions, sendDicom } from '#core/workflows/send-dicom.ts';
import { openJournal } from '#core/workflows/send-dicom-journal.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { aSender } from '#test/support/dicom-sender.ts';

describe('sendDicom with a journal', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'send-dicom-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const target = 'http://127.0.0.1:8042';
  const inputs = ['rle.dcm', 'nested.dcm', 'broken-empty.dcm', 'implicit.dcm'].map(ownFile);
  const run = async (sender: Sender, changes: Partial<SendOptions> = {}) => {
    const journal = await openJournal(path.join(folder, 'batch.jsonl'), target);
    try {
      return await sendDicom({ inputs, sender, journal, concurrency: 1, ...changes });
    } finally {
      await journal.close();
    }
  };

  it('goes on where a cancelled run stopped: nothing twice, nothing forgotten', async () => {
    const stop = new AbortController();
    const { sender, stored } = aSender();
    await run(sender, { signal: stop.signal, onProgress: () => stop.abort() });

    const { rows } = await run(sender);

    assert.deepEqual(
      rows.map(({ status, isResumed }) => [status, isResumed === true]),
      [
        ['Success', true],
        ['Success', false],
        ['Failed', false],
        ['Success', false],
      ],
    );
    assert.deepEqual([...stored.values()], [1, 1, 1]);
  });

  it('asks the archive about a file that was under way when the run died', async () => {
    const { sender, stored } = aSender();
    const dying: Sender = {
      ...sender,
      send: async (file) => {
        await sender.send(file);
        throw new TypeError('the process dies here');
      },
    };
    const { error } = await run(dying);
    assert.ok(error instanceof TypeError);

    const { rows } = await run(sender);

    assert.equal(rows[0]?.status, 'AlreadyStored');
    assert.equal(rows[0]?.orthancId, 'located');
    assert.deepEqual([...stored.values()], [1, 1, 1]);
  });

  it('ignores a line that a crash tore', async () => {
    const { sender, stored } = aSender();
    await run(sender);
    const file = path.join(folder, 'batch.jsonl');
    await writeFile(file, `${readFileSync(file, 'utf8')}{"key":"/x","si`);

    const { rows } = await run(sender);
    const again = await run(sender);

    assert.equal(rows.filter(({ isResumed }) => isResumed).length, 3);
    assert.equal(again.rows.filter(({ isResumed }) => isResumed).length, 3);
    assert.deepEqual([...stored.values()], [1, 1, 1]);
  });

  it('sends a file again that has changed since', async () => {
    const changing = path.join(folder, 'changing.dcm');
    await copyFile(ownFile('rle.dcm'), changing);
    const { sender, stored } = aSender();
    await run(sender, { inputs: [changing] });
    await copyFile(ownFile('nested.dcm'), changing);

    await run(sender, { inputs: [changing] });

    assert.equal(stored.size, 2);
  });

  it('refuses the record of another server', async () => {
    await run(aSender().sender);

    await assert.rejects(openJournal(path.join(folder, 'batch.jsonl'), 'http://elsewhere'), {
      code: 'SETTINGS_INVALID',
    });
  });
});
