import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  appendFile,
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { malformedPdu } from '#core/dimse/errors.ts';
import { sendDicom } from '#core/workflows/send-dicom.ts';
import { type Contents, Disk } from '#core/workflows/send-dicom-disk.ts';
import type { Candidate } from '#core/workflows/send-dicom-files.ts';
import { readAhead } from '#core/workflows/send-dicom-read.ts';
import { ownFile } from '#test/support/dicom-files.ts';
import { aSender } from '#test/support/dicom-sender.ts';

const MB = 1024 * 1024;

describe('sendDicom, reading ahead', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'send-dicom-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const fill = async (count: number) => {
    const sources = ['rle.dcm', 'nested.dcm', 'implicit.dcm', 'korean-ct-1.dcm'];
    for (let index = 0; index < count; index += 1) {
      const source = ownFile(sources[index % sources.length] ?? '');
      await copyFile(source, path.join(folder, `${index}.dcm`));
    }
  };
  const inFolder = (name: string) => path.join(folder, name);
  /** So many that a thread reads most of them. */
  const chosen = () => Array.from({ length: 300 }, (_, index) => inFolder(`${index % 30}.dcm`));
  const hashesOf = (names: readonly string[]) =>
    Promise.all(names.map(async (name) => hash('sha1', await readFile(name))));

  it('leaves the bytes of a file alone until it was sent', async () => {
    await fill(30);
    const sent: string[] = [];
    const { sender } = aSender({
      send: async ({ source }) => {
        assert.ok('bytes' in source);
        for (let turn = 0; turn < 20; turn += 1) await nextTurn();
        sent.push(hash('sha1', source.bytes));
        return { status: 'Success', orthancId: 'x' };
      },
    });

    await sendDicom({ inputs: chosen(), sender, concurrency: 4 });

    assert.deepEqual(sent.sort(), (await hashesOf(chosen())).sort());
  });

  it('leaves the bytes of a refused file alone: its request may still be on the wire', async () => {
    await fill(30);
    const refused: Uint8Array[] = [];
    const { sender } = aSender({
      send: async ({ source }) => {
        assert.ok('bytes' in source);
        if (refused.length === 200) return { status: 'Success', orthancId: 'x' };
        refused.push(source.bytes);
        throw malformedPdu();
      },
    });

    await sendDicom({ inputs: chosen(), sender, concurrency: 1 });

    assert.deepEqual(
      refused.map((bytes) => hash('sha1', bytes)),
      await hashesOf(chosen().slice(0, 200)),
    );
  });

  it('gives a reason for a file that changed or vanished since it was listed', async () => {
    await fill(40);
    const { sender } = aSender();
    let isChanged = false;
    const changing = aSender({
      send: async (file) => {
        if (!isChanged) {
          isChanged = true;
          await appendFile(inFolder('37.dcm'), 'x');
          await truncate(inFolder('38.dcm'), 1_000);
          await rm(inFolder('39.dcm'));
        }
        return sender.send(file);
      },
    });

    const { rows } = await sendDicom({ inputs: [folder], ...changing, concurrency: 1 });

    assert.equal(rows.length, 40);
    assert.ok(rows.slice(0, 37).every(({ reason }) => reason === undefined));
    assert.deepEqual(
      rows.slice(37).map(({ status, code, reason }) => [status, code, reason?.template]),
      [
        ['Failed', 'FILE_UNREADABLE', changedTemplate],
        ['Failed', 'FILE_UNREADABLE', changedTemplate],
        ['Failed', 'FILE_UNREADABLE', '{name} cannot be read: it does not exist. Check the path.'],
      ],
    );
  });

  it('has no file of the folder open after a cancel', async function () {
    // The open files of a process can be seen on Linux only
    if (process.platform !== 'linux') this.skip();
    await fill(30);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done > 200 && stop.abort();

    const { isCancelled } = await sendDicom({
      inputs: chosen(),
      ...aSender(),
      signal: stop.signal,
      onProgress,
    });

    assert.equal(isCancelled, true);
    assert.deepEqual(
      (await openFiles()).filter((name) => name.startsWith(folder)),
      [],
    );
  });
});

describe('readAhead', () => {
  it('reads one group beyond the one that is being sent, and not more', async () => {
    const asked: number[] = [];
    const ready = readAhead(candidates(100, 1_000), countingDisk(asked), () => true);

    await ready.next();
    await nextTurn();

    assert.deepEqual(asked, [16, 16]);
    await ready.return();
  });

  it('bounds the bytes of a group and leaves large files on the disk', async () => {
    const asked: number[] = [];
    const files = async function* () {
      yield* candidates(1, 5 * MB);
      yield* candidates(5, 3 * MB);
    };
    const ready = readAhead(files(), countingDisk(asked), () => true);

    const sources: string[] = [];
    for await (const { found } of ready)
      if ('source' in found) sources.push(...Object.keys(found.source));

    assert.deepEqual(asked, [2, 2, 1]);
    assert.deepEqual(sources, ['path', 'bytes', 'bytes', 'bytes', 'bytes', 'bytes']);
  });

  it('does not read what nobody asks for', async () => {
    const asked: number[] = [];

    const ready = readAhead(candidates(3, 10), countingDisk(asked), () => false);
    for await (const { release } of ready) release();

    assert.deepEqual(asked, []);
  });

  it('hands on the failure of the list, after what came before it', async () => {
    const files = async function* () {
      yield* candidates(16, 10);
      throw new TypeError('broken list');
    };
    const ready = readAhead(files(), countingDisk([]), () => true);
    let count = 0;

    await assert.rejects(async () => {
      for await (const { release } of ready) {
        release();
        count += 1;
      }
    }, new TypeError('broken list'));

    assert.equal(count, 16);
  });
});

for (const many of [0, 300]) {
  describe(`Disk, after a question about ${many} files`, () => {
    let disk: Disk;
    let threads = 0;
    const count = () => {
      threads += 1;
    };
    beforeEach(async () => {
      threads = 0;
      subscribe('worker_threads', count);
      disk = new Disk();
      await disk.look(Array.from({ length: many }, () => tmpdir()));
    });
    afterEach(async () => {
      await disk.close();
      unsubscribe('worker_threads', count);
      assert.equal(threads, many === 0 ? 0 : 1);
    });

    it('tells files, folders and ZIPs apart and keeps the code of a failure', async () => {
      const zip = path.join(await mkdtemp(path.join(tmpdir(), 'disk-')), 'a');
      await writeFile(zip, 'PK\u0003\u0004');
      const looks = await disk.look([ownFile('rle.dcm'), zip, tmpdir(), '/no/such/file']);
      await rm(path.dirname(zip), { recursive: true });

      assert.deepEqual(
        looks.map((look) =>
          look instanceof Error ? 'code' in look && look.code : [look.kind, look.isZip],
        ),
        [['file', false], ['file', true], ['folder', false], 'ENOENT'],
      );
    });

    it('reads one byte beyond what was expected, and goes on when a file cannot be read', async () => {
      const name = ownFile('rle.dcm');
      const whole = await readFile(name);
      const wanted = (size: number) => ({ path: name, size });
      const { length } = whole;

      const { files } = await disk.read([
        wanted(length),
        { path: tmpdir(), size: 9 },
        wanted(length - 2),
        wanted(length + 5),
      ]);

      assert.deepEqual(Buffer.from(bytesOf(files[0])), whole);
      assert.ok(files[1] instanceof Error);
      assert.deepEqual(Buffer.from(bytesOf(files[2])), whole.subarray(0, length - 1));
      assert.deepEqual(Buffer.from(bytesOf(files[3])), whole);
    });
  });
}

const changedTemplate =
  '{name} changed while it was to be sent. Wait until it is complete, then send it again.';

function bytesOf(contents: Uint8Array | Error | undefined): Uint8Array {
  assert.ok(contents instanceof Uint8Array);
  return contents;
}

async function* candidates(count: number, size: number): AsyncGenerator<Candidate> {
  for (let index = 0; index < count; index += 1) {
    const name = `${index}.dcm`;
    yield {
      name,
      path: name,
      key: name,
      size,
      modifiedMs: 0,
      source: { path: name },
      isNamed: false,
    };
  }
}

/** Notes how many files each question was about. */
function countingDisk(asked: number[]): Pick<Disk, 'read'> {
  return {
    read: async (files): Promise<Contents> => {
      asked.push(files.length);
      return { files: files.map(({ size }) => new Uint8Array(size)), release: () => undefined };
    },
  };
}

async function openFiles(): Promise<readonly string[]> {
  const names = await readdir('/proc/self/fd');
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
}
