// The archive while uploads, deletions and snapshots meet: what was acknowledged stays readable.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { textElement, writePart10 } from '#core/dicom/write.ts';
import { FileStore } from '#mock-servers/orthanc/archive/files.ts';
import { keepFiles } from '#mock-servers/orthanc/archive/snapshot.ts';
import { fileOf } from '#mock-servers/orthanc/dicom/instance-reader.ts';
import { changeCompression } from '#mock-servers/orthanc/rest/attachments.ts';
import type { Call } from '#mock-servers/orthanc/rest/call.ts';
import { storeDicom } from '#mock-servers/orthanc/rest/upload.ts';
import { type RunningMock, runMock } from './running-mock.ts';

const SOP_CLASS = '1.2.840.10008.5.1.4.1.1.7';
const ROOT = '1.2.826.0.1.3680043.10.1511.10';
const LANES = 4;
const MEGABYTE = 1024 * 1024;

describe('the archive', () => {
  let running: RunningMock;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-test-'));
    running = await runMock();
  });
  afterEach(async () => {
    await running.close();
    await rm(folder, { recursive: true });
  });

  const archive = () => running.mock.orthanc.archive;

  function store(name: string, size: number) {
    const bytes = dicomFile(name, size);
    return storeDicom({ kind: 'memory', bytes }, new Map(), running.mock.orthanc);
  }

  /** Throws unless each instance can be read, whole and with its own bytes. */
  function readAll(): number {
    const instances = [...archive().resources.all('Instance')];
    for (const instance of instances) {
      const name = instance.tags.get('00080018')?.slice(ROOT.length + 3) ?? '';
      const bytes = archive().files.read(fileOf(instance).uuid);
      assert.ok(bytes.equals(dicomFile(name, bytes.length - dicomFile(name, 0).length)), name);
    }
    return instances.length;
  }

  it('reads every instance after snapshots were loaded in the midst of uploads', async () => {
    await store('1.1', 1000);
    const image = archive().image();
    let isOver = false;
    const lane = async (number: number) => {
      for (let index = 0; !isOver; index += 1) await store(`2.${number}.${index}`, 50_000 * number);
    };
    const lanes = Array.from({ length: LANES }, (_, number) => lane(number));

    for (let round = 0; round < 12; round += 1) {
      for (let turn = 0; turn < round; turn += 1) await setImmediate();
      await archive().restore(image);
      await store(`3.${round}`, 1000);
      readAll();
    }
    isOver = true;
    await Promise.all(lanes);

    assert.ok(readAll() >= LANES);
    for (const series of [...archive().resources.all('Series')].slice(1)) archive().delete(series);
    assert.ok(readAll() >= 1);
  });

  for (const [what, size] of [
    ['a small file', 1000],
    ['a large file', 2 * MEGABYTE],
  ] as const) {
    it(`reads ${what} that met a clearing at any moment, or has forgotten it`, async () => {
      for (let moment = 0; moment < 8; moment += 1) {
        const storing = store(`1.${moment}`, size);
        for (let turn = 0; turn < moment; turn += 1) await setImmediate();
        const clearing = archive().clear();
        const later = store(`2.${moment}`, size);
        await Promise.all([storing, clearing, later]);

        assert.ok(readAll() >= 1);
      }
    });
  }

  it('has every file, wherever kill -9 meets the loading of a snapshot', async () => {
    const [dataDir, killed] = [join(folder, 'data'), join(folder, 'killed')];
    await running.close();
    running = await runMock({ dataDir });
    for (const size of [1000, 2 * MEGABYTE]) await store(`1.${size}`, size);
    const image = archive().image();
    for (const patient of [...archive().resources.all('Patient')]) archive().delete(patient);
    for (const size of [2000, 3000, 3 * MEGABYTE]) await store(`2.${size}`, size);
    const index = {
      ...image.index,
      // Read in the midst of the transaction that replaces the index.
      get resources() {
        cpSync(dataDir, killed, { recursive: true });
        return image.index['resources'] ?? [];
      },
    };

    await archive().restore({ ...image, index });

    assert.equal(readAll(), 2);
    running = await closedAndOpened(running, killed);
    assert.equal(readAll(), 3);
    running = await closedAndOpened(running, dataDir);
    assert.equal(readAll(), 2);
  });

  it('makes and loads snapshots although a file is gone', async () => {
    for (const size of [1000, 2 * MEGABYTE]) await store(`1.${size}`, size);
    for (const { attachments } of archive().resources.all('Instance')) {
      for (const { uuid } of attachments.values()) rmSync(archive().files.locate(uuid).path);
    }
    const before = archive().image();
    await store('2.1', 2 * MEGABYTE);
    await archive().restore(before);

    await archive().restore(archive().image());

    assert.equal(archive().resources.count('Instance'), 2);
    assert.throws(readAll, { code: 'ENOENT' });
  });

  it('keeps no half of a snapshot that cannot be made', async () => {
    const snapshots = join(folder, 'snapshots');
    const paths = new Map([
      ['kept', import.meta.filename],
      ['no-such-folder/name', import.meta.filename],
    ]);

    assert.throws(() => keepFiles(paths, join(snapshots, '1')), { code: 'ENOENT' });

    assert.deepEqual(readdirSync(snapshots), []);
  });

  it('refuses to compress an attachment that is replaced meanwhile', async () => {
    const { instance } = await store('1.1', 1000);
    await archive().attach(instance, 1024, Buffer.from('old'));

    const compressing = changeCompression('Instance', true)(
      callOf({ id: instance.id, name: '1024' }),
      running.mock.orthanc,
    );
    await archive().attach(instance, 1024, Buffer.from('new'));

    await assert.rejects(async () => compressing, { orthancStatus: 17 });
    assert.equal(instance.attachments.get(1024)?.compressed, undefined);
  });

  it('changes nothing for a resource that is gone', async () => {
    const { instance } = await store('1.1', 1000);
    await archive().attach(instance, 1024, Buffer.from('kept'));
    const image = archive().image();
    await archive().restore(image);
    const [restored] = archive().resources.all('Instance');
    assert.ok(restored);
    assert.notEqual(restored, instance);

    const isAttached = await archive().attach(instance, 1025, Buffer.from('late'));
    await archive().detach(instance, 1024);
    const remaining = archive().delete(instance);

    assert.equal(isAttached, false);
    assert.equal(remaining, undefined);
    assert.equal(readAll(), 1);
    assert.deepEqual([...restored.attachments.keys()], [1, 1024]);
    const kept = restored.attachments.get(1024)?.uuid ?? '';
    assert.equal(archive().files.read(kept).toString(), 'kept');
    assert.deepEqual(archive().image().index, image.index);
  });

  it('gives no UUID of a file in a snapshot again', async () => {
    const uuids = ['first', 'first', 'second'].map((name) => hash('md5', name));
    const newUuid = () => uuids.shift() ?? '';
    const store = new FileStore(join(folder, 'files'));
    const [before, after] = [Buffer.alloc(2 * MEGABYTE, 1), Buffer.alloc(2 * MEGABYTE, 2)];
    const first = await store.write(store.freshUuid(newUuid), before);
    const kept = store.keep([first]);
    await store.sweep([]);

    const second = await store.write(store.freshUuid(newUuid), after);
    await store.bringBack([first], kept, () => undefined);

    assert.notEqual(second.uuid, first.uuid);
    assert.ok(store.read(first.uuid).equals(before));
    await store.close();
  });

  it('takes waste out of packs at the start, wherever kill -9 meets it', async () => {
    const [dataDir, before, after] = ['data', 'before', 'after'].map((name) => join(folder, name));
    assert.ok(dataDir && before && after);
    await running.close();
    running = await runMock({ dataDir });
    for (let index = 0; index < 10; index += 1) await store(`1.${index}`, 100_000);
    for (const instance of [...archive().resources.all('Instance')].slice(2, 9)) {
      archive().delete(instance);
    }
    const { database } = archive();
    const transaction = database.transaction.bind(database);
    database.transaction = (work) => {
      cpSync(dataDir, before, { recursive: true });
      const result = transaction(work);
      cpSync(dataDir, after, { recursive: true });
      return result;
    };

    await archive().recover();

    const packs = join(archive().files.directory, 'packs');
    assert.deepEqual(readdirSync(packs), ['2']);
    assert.ok(statSync(join(packs, '2')).size < 310_000);
    assert.equal(readAll(), 3);
    assert.deepEqual(readdirSync(join(before, 'orthanc', 'packs')).sort(), ['1', '2']);
    for (const state of [before, after, dataDir]) {
      running = await closedAndOpened(running, state);
      assert.equal(readAll(), 3, state);
    }
  });

  it('leaves a damaged pack as it is', async () => {
    for (const name of ['1.1', '1.2']) await store(name, 100_000);
    const [first, second] = archive().resources.all('Instance');
    assert.ok(first && second);
    const { path, offset } = archive().files.locate(fileOf(second).uuid);
    truncateSync(path, offset + 10);
    archive().delete(first);

    await archive().recover();

    assert.equal(archive().files.locate(fileOf(second).uuid).path, path);
    rmSync(path);
    await archive().recover();
    assert.equal(archive().resources.count('Instance'), 1);
  });

  it('leaves alone what still arrives', async () => {
    const path = archive().files.incomingPath('arriving');
    await writeFile(path, 'half an upload');

    await archive().clear();
    assert.ok(existsSync(path));

    await archive().recover();
    assert.ok(!existsSync(path));
  });
});

async function closedAndOpened(running: RunningMock, dataDir: string): Promise<RunningMock> {
  await running.close();
  return runMock({ dataDir });
}

/** Of a size and content of its own. */
function dicomFile(name: string, size: number): Buffer {
  const sopInstanceUid = `${ROOT}.3.${name}`;
  const elements = [
    textElement('SOPClassUID', SOP_CLASS),
    textElement('SOPInstanceUID', sopInstanceUid),
    textElement('PatientID', 'ARCHIVE'),
    textElement('StudyInstanceUID', `${ROOT}.1`),
    textElement('SeriesInstanceUID', `${ROOT}.2.${name.split('.')[0]}`),
    { tag: '7FE00010', vr: 'OW', raw: Buffer.alloc(size, name) },
  ].filter((element) => element !== undefined);
  const transferSyntax = '1.2.840.10008.1.2.1';
  return Buffer.from(
    writePart10(elements, { transferSyntax, sopClassUid: SOP_CLASS, sopInstanceUid }),
  );
}

function callOf(params: Call['params']): Call {
  return {
    method: 'POST',
    uri: [],
    params,
    trailing: [],
    query: new Map(),
    headers: {},
    remoteIp: '127.0.0.1',
    username: '',
    request: new IncomingMessage(new Socket()),
  };
}
