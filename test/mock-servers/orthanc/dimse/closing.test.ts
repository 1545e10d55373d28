// The server is closed while clients are at work: their associations end, and that is no bug to report.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import vectors from '#fixtures/vectors/dicom/pdu.json' with { type: 'json' };
import { startDimseServer } from '#mock-servers/orthanc/dimse/scp.ts';
import { fakeArchive } from '#test/support/archive-port.ts';

const recorded = vectors.find(({ title }) => title === 'store')?.client ?? '';
const sent = Buffer.from(recorded, 'hex');
/** Type, a reserved byte, and the length of what follows. */
const associateBytes = 6 + sent.readUInt32BE(2);

describe('DIMSE server that is closed', () => {
  for (const [when, length] of [
    ['before a client says anything', 0],
    ['in the middle of a proposal', 20],
    ['while an association is idle', associateBytes],
    ['in the middle of a command', associateBytes + 30],
    ['in the middle of an object', sent.length - 500],
  ] as const) {
    it(`says nothing of it ${when}`, async () => {
      const errors: unknown[] = [];
      const server = await startDimseServer({
        port: 0,
        archive: fakeArchive(),
        onError: (error) => errors.push(error),
      });
      const socket = connect(server.port, '127.0.0.1');
      const ended = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(sent.subarray(0, length));
      if (length >= associateBytes) await once(socket, 'data');
      await turn();

      await server.close();

      await ended;
      await turn();
      assert.deepEqual(errors, []);
    });
  }
});
