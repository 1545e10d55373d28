// Associations that this server opens to a modality: C-ECHO, C-STORE, C-FIND, C-MOVE for its REST API.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AcceptedContext } from '#core/dimse/association.ts';
import { type Command, isPending } from '#core/dimse/command.ts';
import { Connection, MAX_PDU_BYTES } from '#core/dimse/connection.ts';
import { DCMTK_CLASS_UID, DCMTK_VERSION } from '../dimse/identity.ts';
import { OrthancError } from '../rest/errors.ts';

export interface Remote {
  readonly aet: string;
  readonly host: string;
  readonly port: number;
}

export interface WantedContext {
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

export interface Opened {
  readonly connection: Connection;
  readonly contexts: readonly AcceptedContext[];
}

export const IMPLICIT = '1.2.840.10008.1.2';
const CONNECT_LIMIT_MS = 10_000;
const MAX_CONTEXTS = 128;

/** Opens an association, does the work and releases it. @throws OrthancError `Error in the network protocol` */
export async function withAssociation<Result>(
  remote: Remote,
  callingAet: string,
  wanted: readonly WantedContext[],
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const opened = await open(remote, callingAet, wanted);
  try {
    return await work(opened);
  } catch (cause) {
    if (cause instanceof OrthancError) throw cause;
    throw networkError(remote, 'Peer aborted Association (or never connected)', cause);
  } finally {
    await release(opened.connection);
  }
}

export function contextFor(
  { contexts }: Opened,
  abstractSyntax: string,
  remote: Remote,
): AcceptedContext {
  const found = contexts.find((context) => context.abstractSyntax === abstractSyntax);
  if (!found) throw networkError(remote, 'No Acceptable Presentation Contexts');
  return found;
}

/** Sends one request and gives the data sets of its pending answers, ending with the last status. */
export async function exchange(
  { connection }: Opened,
  contextId: number,
  command: Command,
  identifier?: Uint8Array,
): Promise<{ readonly status: number; readonly datasets: Uint8Array[] }> {
  await connection.writeMessage(contextId, command, identifier && [identifier]);
  const datasets: Uint8Array[] = [];
  for (;;) {
    const answer = await connection.readMessage();
    if (!('command' in answer)) throw new Error('the association ended');
    const { status = -1 } = answer.command;
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.data) pieces.push(piece);
    if (!isPending(status)) return { status, datasets };
    if (pieces.length > 0) datasets.push(Buffer.concat(pieces));
  }
}

export function networkError({ aet }: Remote, reason: string, cause?: unknown): OrthancError {
  return new OrthancError('network', `DicomAssociation - connecting to AET "${aet}": ${reason}`, {
    cause,
  });
}

async function open(
  remote: Remote,
  callingAet: string,
  wanted: readonly WantedContext[],
): Promise<Opened> {
  const connection = new Connection(await connected(remote));
  const contexts = wanted
    .slice(0, MAX_CONTEXTS)
    .map(({ abstractSyntax, transferSyntax }, index) => ({
      id: index * 2 + 1,
      result: 0,
      abstractSyntax,
      transferSyntaxes: [transferSyntax],
    }));
  await connection.writePdu({
    kind: 'associate-rq',
    calledAet: remote.aet,
    callingAet,
    contexts,
    maxPduBytes: MAX_PDU_BYTES,
    implementationClassUid: DCMTK_CLASS_UID,
    implementationVersion: DCMTK_VERSION,
    roles: [],
  });
  const answer = await connection.readPdu().catch((cause: unknown) => {
    throw networkError(remote, 'Peer aborted Association (or never connected)', cause);
  });
  if (answer.kind !== 'associate-ac') {
    connection.destroy();
    throw networkError(remote, 'Association Rejected');
  }
  connection.peerMaxPduBytes = answer.maxPduBytes;
  const accepted = answer.contexts.flatMap(({ id, result, transferSyntaxes: [transferSyntax] }) => {
    const abstractSyntax = contexts.find((context) => context.id === id)?.abstractSyntax;
    const isUsable = result === 0 && abstractSyntax !== undefined && transferSyntax !== undefined;
    return isUsable ? [{ id, abstractSyntax, transferSyntax }] : [];
  });
  return { connection, contexts: accepted };
}

async function connected(remote: Remote): Promise<Socket> {
  const socket = connect({ host: remote.host, port: remote.port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_LIMIT_MS) });
  } catch (cause) {
    socket.destroy();
    const isRefused = (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    const reason = isRefused ? 'Connection refused' : 'Connection timed out';
    throw networkError(remote, `TCP Initialization Error: ${reason}`, cause);
  }
  // What fails later is seen by whoever reads or writes.
  socket.on('error', () => {});
  return socket;
}

async function release(connection: Connection): Promise<void> {
  try {
    await connection.writePdu({ kind: 'release-rq' });
    await connection.readPdu();
  } catch {
    // It hung up first: released all the same.
  } finally {
    connection.destroy();
  }
}
