import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { readPart10 } from '#core/dicom/part10.ts';
import { text } from '#core/dicom/values.ts';
import { textElement } from '#core/dicom/write.ts';
import { openAssociation } from '#core/dimse/association.ts';
import { echo, find, type Peer, storableBytes, store, storeContext } from '#core/dimse/scu.ts';
import type { ArchivePort } from '#mock-servers/orthanc/dimse/port.ts';
import { type DimseServer, startDimseServer } from '#mock-servers/orthanc/dimse/scp.ts';
import { fakeArchive } from '#test/support/archive-port.ts';
import { ownFile } from '#test/support/dicom-files.ts';

const titles = { host: '127.0.0.1', callingAet: 'WORKBENCH', calledAet: 'ORTHANC' };
const keys = [textElement('QueryRetrieveLevel', 'STUDY'), textElement('PatientID', '')].filter(
  (key) => key !== undefined,
);

describe('DIMSE client', () => {
  let server: DimseServer | undefined;
  let raw: Server | undefined;
  afterEach(async () => {
    await server?.close();
    raw?.close();
    server = undefined;
    raw = undefined;
  });
  async function serving(changes: Partial<ArchivePort> = {}) {
    const archive = fakeArchive(changes);
    server = await startDimseServer({
      port: 0,
      archive,
      onError: (error) => assert.fail(String(error)),
    });
    const peer: Peer = { ...titles, port: server.port };
    return { archive, peer };
  }
  /** A server that does something else than DICOM asks. */
  async function misbehaving(act: (socket: Socket) => void): Promise<Peer> {
    raw = createServer((socket) => {
      socket.on('error', () => {});
      act(socket);
    }).listen(0, '127.0.0.1');
    await once(raw, 'listening');
    const address = raw.address();
    assert.ok(typeof address === 'object' && address !== null);
    return { ...titles, port: address.port, timeoutMs: 200 };
  }
  async function storeFile(peer: Peer, bytes: Uint8Array): Promise<void> {
    const object = storableBytes(bytes);
    const association = await openAssociation({ ...peer, contexts: [storeContext(object)] });
    try {
      await store(association, object);
    } finally {
      await association.release();
    }
  }

  it('echoes', async () => {
    const { peer } = await serving();

    await echo(peer);
  });

  for (const name of [
    'korean-ct-1.dcm',
    'rle.dcm',
    'big-endian.dcm',
    'deflated.dcm',
    'bare-dataset.dcm',
  ]) {
    it(`sends the data set of ${name} byte for byte`, async () => {
      const { archive, peer } = await serving();
      const bytes = readFileSync(ownFile(name));

      await storeFile(peer, bytes);

      const [received] = archive.received;
      assert.ok(received !== undefined);
      const arrived = readPart10(received.bytes);
      const sent = readPart10(bytes);
      assert.equal(arrived.transferSyntax, sent.transferSyntax);
      assert.deepEqual(
        received.bytes.subarray(arrived.datasetOffset),
        bytes.subarray(sent.datasetOffset),
      );
    });
  }

  it('cuts a large data set to what the server takes', async () => {
    const { archive, peer } = await serving();
    const small = readFileSync(ownFile('korean-ct-1.dcm'));
    const pixels = readPart10(small).dataset.get('PixelData');
    assert.ok(pixels !== undefined);
    const large = Buffer.concat([small.subarray(0, pixels.valueOffset), Buffer.alloc(300_000, 7)]);
    large.writeUInt32LE(300_000, pixels.valueOffset - 4);

    await storeFile(peer, large);

    const body = archive.received[0]?.bytes ?? Buffer.alloc(0);
    assert.deepEqual(body.subarray(-300_000), Buffer.alloc(300_000, 7));
  });

  it('does not convert what the server does not take', async () => {
    const { archive, peer } = await serving();
    const object = {
      ...storableBytes(readFileSync(ownFile('rle.dcm'))),
      transferSyntax: '1.2.3.4',
    };
    const association = await openAssociation({ ...peer, contexts: [storeContext(object)] });

    await assert.rejects(store(association, object), { code: 'DIMSE_NO_CONTEXT' });
    await association.release();

    assert.equal(archive.received.length, 0);
  });

  it('tells a refusal of the archive', async () => {
    const { peer } = await serving({ store: async () => 'refused' });

    await assert.rejects(storeFile(peer, readFileSync(ownFile('rle.dcm'))), {
      code: 'DIMSE_FAILED',
      message: /0xA700/,
    });
  });

  it('goes on with the next object after an archive that did not read the last one', async () => {
    let attempts = 0;
    const { peer } = await serving({
      store: async () => {
        attempts += 1;
        return attempts === 1 ? 'refused' : 'stored';
      },
    });
    const object = storableBytes(readFileSync(ownFile('korean-ct-1.dcm')));
    const association = await openAssociation({ ...peer, contexts: [storeContext(object)] });

    await assert.rejects(store(association, object), { code: 'DIMSE_FAILED' });
    await store(association, object);
    await association.release();

    assert.equal(attempts, 2);
  });

  it('finds, and reads the answers in their character set', async () => {
    const { archive, peer } = await serving({
      find: async () => [new Map([['00100020', 'MÜLLER']]), new Map([['00100020', 'B']])],
    });

    const found = await find(peer, keys);

    assert.deepEqual(
      found.map((dataset) => text(dataset, 'PatientID')),
      ['MÜLLER', 'B'],
    );
    assert.equal(archive.received.length, 0);
  });

  it('names the AE title that was not accepted', async () => {
    const { peer } = await serving({ aet: 'PACS', isCalledAetChecked: true });

    await assert.rejects(echo(peer), { code: 'DIMSE_REJECTED', message: /AE title ORTHANC/ });
  });

  it('says that an operation which is not allowed was aborted', async () => {
    const { peer } = await serving({ isAllowed: (operation) => operation !== 'find' });

    await assert.rejects(find(peer, keys), { code: 'DIMSE_ABORTED' });
  });

  it('says that nobody listens', async () => {
    const peer = await misbehaving(() => {});
    raw?.close();
    await new Promise((resolve) => setImmediate(resolve));

    await assert.rejects(echo(peer), { code: 'DIMSE_UNREACHABLE' });
  });

  it('says that a web server is none', async () => {
    const peer = await misbehaving((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));

    await assert.rejects(echo(peer), { code: 'DIMSE_PROTOCOL' });
  });

  it('does not wait for ever for a server that says nothing', async () => {
    const peer = await misbehaving(() => {});

    await assert.rejects(echo(peer), { code: 'DIMSE_ABORTED' });
  });

  it('says that the server hung up', async () => {
    const peer = await misbehaving((socket) => socket.destroy());

    await assert.rejects(echo(peer), { code: 'DIMSE_ABORTED' });
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const peer = await misbehaving(() => stop.abort(new Error('enough')));

    await assert.rejects(echo({ ...peer, timeoutMs: 5_000, signal: stop.signal }), /enough/);
  });
});
