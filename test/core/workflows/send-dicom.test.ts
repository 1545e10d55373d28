import assert from 'node:assert/strict';
import type { InstanceIds } from '#core/dicom/summary.ts';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import { type Sender, type SendOptions, sendDicom } from '#core/workflows/send-dicom.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { aSender } from '#test/support/dicom-sender.ts';

const send = (inputs: readonly string[], changes: Partial<SendOptions> = {}) =>
  sendDicom({ inputs, sender: aSender().sender, concurrency: 1, ...changes });
const dropped = () => new WorkbenchError('HTTP_DROPPED', text('The connection broke.'));

describe('sendDicom', () => {
  it('gives a row with ids to a file that was sent', async () => {
    const { rows, isCancelled } = await send([ownFile('korean-ct-1.dcm')]);

    assert.equal(isCancelled, false);
    assert.equal(rows.length, 1);
    assert.equal(rows[0]?.status, 'Success');
    assert.equal(rows[0]?.orthancId, 'id-1');
    assert.match(rows[0]?.studyInstanceUid ?? '', /^2\.25\.\d+$/);
  });

  it('says that an instance was there before', async () => {
    const { sender } = aSender();

    const { rows } = await send([ownFile('rle.dcm'), ownFile('rle.dcm')], { sender });

    assert.deepEqual(
      rows.map(({ status }) => status),
      ['Success', 'AlreadyStored'],
    );
  });

  for (const [file, code] of [
    ['broken-empty.dcm', 'DICOM_EMPTY'],
    ['broken-text.dcm', 'DICOM_NOT_DICOM'],
    ['broken-cut-header.dcm', 'DICOM_TRUNCATED'],
    ['broken-cut-pixels.dcm', 'DICOM_TRUNCATED'],
    ['broken-no-study-uid.dcm', 'DICOM_MISSING_UID'],
    ['no-such-file.dcm', 'FILE_UNREADABLE'],
  ] as const) {
    it(`fails ${file} with ${code}, sends nothing of it, and goes on`, async () => {
      const { sender, stored } = aSender();

      const { rows } = await send([ownFile(file), ownFile('rle.dcm')], { sender });

      assert.equal(rows[0]?.status, 'Failed');
      assert.equal(rows[0]?.code, code);
      assert.ok(rows[0]?.reason !== undefined);
      assert.equal(rows[1]?.status, 'Success');
      assert.equal(stored.size, 1);
    });
  }

  it('keeps as many files under way as asked for, and no more', async () => {
    let underWay = 0;
    let most = 0;
    const three = Promise.withResolvers<void>();
    const { sender } = aSender({
      send: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        if (underWay === 3) three.resolve();
        await three.promise;
        underWay -= 1;
        return { status: 'Success', orthancId: 'x' };
      },
    });
    const inputs = Array.from({ length: 9 }, () => ownFile('rle.dcm'));

    const { rows } = await send(inputs, { sender, concurrency: 3 });

    assert.equal(rows.length, 9);
    assert.equal(most, 3);
  });

  it('reports progress once a file', async () => {
    const seen: string[] = [];

    await send([ownFile('rle.dcm'), ownFile('broken-empty.dcm')], {
      onProgress: ({ done, failed, row }) => seen.push(`${done} ${failed} ${row.status}`),
    });

    assert.deepEqual(seen, ['1 0 Success', '2 1 Failed']);
  });

  it('stops at the signal and keeps what was done', async () => {
    const stop = new AbortController();
    const { sender, stored } = aSender();
    const inputs = ['rle.dcm', 'nested.dcm', 'implicit.dcm'].map(ownFile);

    const { rows, isCancelled } = await send(inputs, {
      sender,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });

    assert.equal(isCancelled, true);
    assert.equal(rows.length, 1);
    assert.equal(stored.size, 1);
  });

  it("ends all workers at an error that is no file's, and keeps what was done", async () => {
    const { sender } = aSender();
    const started: string[] = [];
    const bothUnderWay = Promise.withResolvers<void>();
    const broken: Sender = {
      ...sender,
      send: async (file, cancel) => {
        started.push(file.ids.sopInstanceUid);
        if (started.length === 1) return sender.send(file, cancel);
        if (started.length === 3) bothUnderWay.resolve();
        await bothUnderWay.promise;
        if (started[1] === file.ids.sopInstanceUid) throw new TypeError('disk full');
        // As an upload does: until the signal ends it
        await new Promise((_, reject) => cancel?.signal?.addEventListener('abort', reject));
        throw new Error('not ended');
      },
    };
    const names = ['rle.dcm', 'nested.dcm', 'implicit.dcm', 'korean-ct-1.dcm', 'korean-ct-2.dcm'];

    const result = await send(names.map(ownFile), { sender: broken, concurrency: 2 });

    assert.ok(result.error instanceof TypeError);
    assert.equal(result.isCancelled, false);
    assert.deepEqual(
      result.rows.map(({ status }) => status),
      ['Success'],
    );
    assert.equal(started.length, 3);
  });

  it('looks before it sends again after a broken connection', async () => {
    let attempts = 0;
    const { sender, stored } = aSender();
    const flaky: Sender = {
      locate: sender.locate,
      send: async (file) => {
        attempts += 1;
        await sender.send(file);
        throw dropped();
      },
    };

    const { rows } = await send([ownFile('rle.dcm')], { sender: flaky });

    assert.equal(rows[0]?.status, 'Success');
    assert.equal(rows[0]?.orthancId, 'located');
    assert.equal(attempts, 1);
    assert.deepEqual([...stored.values()], [1]);
  });

  it('sends once more when a broken connection lost the file', async () => {
    let attempts = 0;
    const { sender } = aSender();
    const flaky: Sender = {
      locate: sender.locate,
      send: async (file) => {
        attempts += 1;
        if (attempts === 1) throw dropped();
        return sender.send(file);
      },
    };

    const { rows } = await send([ownFile('rle.dcm')], { sender: flaky });

    assert.equal(rows[0]?.status, 'Success');
    assert.equal(attempts, 2);
  });

  it('matches each patient once, however many files there are', async () => {
    const searched: string[] = [];
    let creations = 0;
    const directory = {
      searchPatients: async ({ lname }: { readonly lname: string }) => {
        searched.push(lname);
        return [];
      },
      createPatient: async () => {
        creations += 1;
        return { pid: 7, uuid: 'u-7' };
      },
    };
    const inputs = ['korean-ct-1.dcm', 'korean-ct-2.dcm'].map(ownFile);

    const { rows } = await send(inputs, { patients: { directory, isCreating: true } });

    assert.equal(creations, 1);
    assert.deepEqual(searched, [...new Set(searched)]);
    assert.deepEqual(rows[1]?.patient, { kind: 'created', pid: '7', uuid: 'u-7' });
  });

  it('stores the image although OpenEMR does not answer', async () => {
    const directory = {
      searchPatients: async () => Promise.reject(dropped()),
      createPatient: async () => Promise.reject(dropped()),
    };

    const { rows } = await send([ownFile('rle.dcm')], { patients: { directory } });

    assert.equal(rows[0]?.status, 'Success');
    assert.equal(rows[0]?.patient?.kind, 'unclear');
  });

  it('locates by the ids of the header', async () => {
    const asked: InstanceIds[] = [];
    const { sender } = aSender({
      send: async () => Promise.reject(dropped()),
      locate: async (ids) => {
        asked.push(ids);
        return 'there';
      },
    });

    await send([ownFile('utf8-ct.dcm')], { sender });

    assert.equal(asked[0]?.patientId, '환자-1');
  });
});
