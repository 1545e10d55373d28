// What DCMTK's tools sent is sent again; what comes back must be Orthanc's bytes, all of them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { readPart10 } from '#core/dicom/part10.ts';
import { storableBytes } from '#core/dimse/scu.ts';
import vectors from '#fixtures/vectors/dicom/pdu.json' with { type: 'json' };
import type { SendObjects } from '#mock-servers/orthanc/dimse/port.ts';
import { startDimseServer } from '#mock-servers/orthanc/dimse/scp.ts';
import { sendObjects } from '#mock-servers/orthanc/neighbours/store-task.ts';
import { type FakeArchive, fakeArchive, storedObject } from '#test/support/archive-port.ts';
import { ownFile } from '#test/support/dicom-files.ts';

const fail = (error: unknown) => assert.fail(String(error));

async function replay(title: string, archive: FakeArchive): Promise<void> {
  const vector = vectors.find((each) => each.title === title);
  assert.ok(vector !== undefined);
  const server = await startDimseServer({ port: 0, archive, onError: fail });
  try {
    const socket = connect(server.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(Buffer.from(vector.client, 'hex'));
    await once(socket, 'close');
    assert.equal(Buffer.concat(chunks).toString('hex'), vector.server);
  } finally {
    await server.close();
  }
}

describe('DIMSE server, replaying recordings', () => {
  it('answers C-ECHO with the bytes of Orthanc', async () => {
    await replay('echo', fakeArchive());
  });

  it('answers C-STORE with the bytes of Orthanc and keeps the data set byte for byte', async () => {
    const archive = fakeArchive();

    await replay('store', archive);

    const [received] = archive.received;
    assert.ok(received !== undefined);
    const sent = readFileSync(ownFile('korean-ct-1.dcm'));
    const arrived = readPart10(received.bytes);
    assert.deepEqual(
      received.bytes.subarray(arrived.datasetOffset),
      sent.subarray(readPart10(sent).datasetOffset),
    );
    assert.equal(received.object.callingAet, 'ME');
  });

  it('answers C-FIND with the bytes of Orthanc', async () => {
    const found = new Map([
      ['00100010', 'Hong^Gildong=洪^吉洞=홍^길동'],
      ['00100020', 'KR-1001'],
    ]);
    const archive = fakeArchive({ find: async () => [found] });

    await replay('find', archive);
  });

  const korean = ['korean-ct-2.dcm', 'korean-ct-1.dcm'].map((name) => {
    const bytes = readFileSync(ownFile(name));
    return storedObject(bytes, storableBytes(bytes));
  });

  it('answers C-GET with the bytes of Orthanc', async () => {
    await replay('get', fakeArchive({ retrieve: async () => korean }));
  });

  it('answers C-GET of nothing with the bytes of Orthanc', async () => {
    await replay('get nothing', fakeArchive());
  });

  it('answers C-MOVE with the bytes of Orthanc and sends the files on', async () => {
    const target = fakeArchive();
    const server = await startDimseServer({ port: 0, archive: target, onError: fail });
    const calling = {
      remote: { aet: 'SELF', host: '127.0.0.1', port: server.port },
      localAet: 'ORTHANC',
      timeoutMs: 0,
      signal: new AbortController().signal,
    };
    const send: SendObjects = async (objects, originator, onSent) => {
      await sendObjects(objects, calling, originator, onSent);
      return 'sent';
    };
    try {
      await replay('move', fakeArchive({ retrieve: async () => korean, sender: () => send }));
    } finally {
      await server.close();
    }

    assert.equal(target.received.length, 2);
    assert.equal(target.received[0]?.object.callingAet, 'ORTHANC');
  });

  it('answers C-MOVE to an unknown modality with the bytes of Orthanc', async () => {
    await replay('move to nowhere', fakeArchive());
  });
});
