// A DICOM peer that answers every request with one status, or misbehaves in a chosen way.
import { createServer, type Socket } from 'node:net';
import { Connection } from '#core/dimse/connection.ts';

/** One that says nothing does not even answer the association, one that is silent no request. */
export type Manner = 'answers' | 'rejects' | 'refuses' | 'aborts' | 'is silent' | 'says nothing';

export interface DimsePeerUnderControl {
  readonly port: number;
  manner: Manner;
  /** Of the answers of an association in turn, the last one again and again; success when empty. */
  statuses: readonly number[];
  /** Told of each association and request that gets no answer. */
  onSilence: (socket: Socket) => void;
  close(): Promise<void>;
}

export async function startDimsePeer(): Promise<DimsePeerUnderControl> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    converse(new Connection(socket), peer)
      .catch(() => undefined)
      .finally(() => socket.destroySoon());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const peer: DimsePeerUnderControl = {
    port: address.port,
    manner: 'answers',
    statuses: [],
    onSilence: () => undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return peer;
}

async function converse(connection: Connection, peer: DimsePeerUnderControl): Promise<void> {
  const request = await connection.readPdu();
  if (request.kind !== 'associate-rq') return;
  if (peer.manner === 'says nothing') return untilClosed(connection, peer);
  if (peer.manner === 'rejects') {
    return connection.writePdu({ kind: 'associate-rj', result: 1, source: 1, reason: 7 });
  }
  const result = peer.manner === 'refuses' ? 3 : 0;
  await connection.writePdu({
    ...request,
    kind: 'associate-ac',
    contexts: request.contexts.map(({ id, transferSyntaxes: [first = ''] }) => ({
      id,
      result,
      abstractSyntax: '',
      transferSyntaxes: [first],
    })),
  });
  for (let count = 0; await answerNext(connection, peer, count); count += 1);
}

/** False when the association has ended. */
async function answerNext(
  connection: Connection,
  peer: DimsePeerUnderControl,
  count: number,
): Promise<boolean> {
  const message = await connection.readMessage();
  if ('kind' in message) {
    if (message.kind === 'release-rq') await connection.writePdu({ kind: 'release-rp' });
    return false;
  }
  await connection.skipData();
  if (peer.manner === 'aborts') {
    await connection.writePdu({ kind: 'abort', source: 0, reason: 0 });
    return false;
  }
  if (peer.manner === 'is silent') {
    await untilClosed(connection, peer);
    return false;
  }
  const { field, messageId, sopClassUid, sopInstanceUid } = message.command;
  await connection.writeMessage(message.contextId, {
    field: field | 0x8000,
    hasDataset: false,
    respondedTo: messageId,
    sopClassUid,
    sopInstanceUid,
    status: peer.statuses.slice(0, count + 1).at(-1) ?? 0,
  });
  return true;
}

async function untilClosed({ socket }: Connection, peer: DimsePeerUnderControl): Promise<void> {
  peer.onSilence(socket);
  await new Promise((resolve) => socket.once('close', resolve));
}
