// C-GET and C-MOVE: the same objects, sent back on this association or to a modality that is configured.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Dataset } from '#core/dicom/dataset.ts';
import type { AcceptedContext } from '#core/dimse/association.ts';
import { type Command, CommandField, isSuccessful, Status } from '#core/dimse/command.ts';
import { Connection, MAX_PDU_BYTES } from '#core/dimse/connection.ts';
import { idsAt, impliedLevel, levelOf } from './identifier.ts';
import { DCMTK_CLASS_UID, DCMTK_VERSION } from './identity.ts';
import { prepare, sendStore } from './outgoing.ts';
import type { ArchivePort, DimsePeer, RemoteModality, StoredObject } from './port.ts';

export interface Retrieval {
  readonly port: ArchivePort;
  readonly peer: DimsePeer;
  readonly identifier: Dataset;
  readonly command: Command;
  /** Sends a response to the request. */
  readonly respond: (answer: Partial<Command>) => Promise<void>;
}

interface Counts {
  completed: number;
  failed: number;
}

const impossible: Partial<Command> = {
  status: Status.unableToProcess,
  subOperations: { completed: 0, failed: 0, warning: 0 },
};
const EXPLICIT = '1.2.840.10008.1.2.1';
const CONNECT_LIMIT_MS = 10_000;

/** Every object is followed by a pending answer, also the last one. */
export async function handleGet(
  retrieval: Retrieval,
  connection: Connection,
  contexts: readonly AcceptedContext[],
): Promise<void> {
  const { port, identifier, respond } = retrieval;
  const level = levelOf(identifier);
  const objects = level === undefined ? [] : await port.retrieve(level, idsAt(identifier, level));
  // Orthanc: nothing to give is a failure, not a success of nothing
  if (objects.length === 0) return respond(impossible);
  const counts: Counts = { completed: 0, failed: 0 };
  for (const [index, object] of objects.entries()) {
    const isKept = await sendBack(object, connection, contexts, index + 1);
    if (isKept === undefined) return respond({ status: Status.cancelled });
    count(counts, isKept);
    const remaining = objects.length - index - 1;
    await respond({ status: Status.pending, subOperations: { ...counts, remaining, warning: 0 } });
  }
  await respond(final(counts));
}

/** Every object but the last one is followed by a pending answer. */
export async function handleMove(retrieval: Retrieval): Promise<void> {
  const { port, identifier, command, respond } = retrieval;
  const target = port.modality(command.moveDestination ?? '');
  const level = levelOf(identifier) ?? impliedLevel(identifier);
  const isPossible = target !== undefined && level !== undefined;
  const objects = isPossible ? await port.retrieve(level, idsAt(identifier, level)) : [];
  if (target === undefined || objects.length === 0) {
    return respond(impossible);
  }
  const opened = await openTo(target, port.aet, objects);
  if (opened === undefined) return respond(impossible);
  const counts: Counts = { completed: 0, failed: 0 };
  try {
    for (const [index, object] of objects.entries()) {
      count(counts, await passOn(object, opened, retrieval, index + 1));
      const remaining = objects.length - index - 1;
      if (remaining > 0) {
        await respond({
          status: Status.pending,
          subOperations: { ...counts, remaining, warning: 0 },
        });
      }
    }
    await respond(final(counts));
  } finally {
    await close(opened.connection);
  }
}

/** Undefined when the client cancelled. */
async function sendBack(
  object: StoredObject,
  connection: Connection,
  contexts: readonly AcceptedContext[],
  messageId: number,
): Promise<boolean | undefined> {
  const outgoing = await prepare(object, contexts);
  if (outgoing === undefined) return false;
  await sendStore(connection, object, outgoing, { messageId });
  const answer = await connection.readMessage();
  if (!('command' in answer)) return undefined;
  if (answer.command.field === CommandField.cancelRequest) return undefined;
  return isSuccessful(answer.command.status);
}

interface Opened {
  readonly connection: Connection;
  readonly contexts: readonly AcceptedContext[];
}

async function passOn(
  object: StoredObject,
  { connection, contexts }: Opened,
  { peer, command }: Retrieval,
  messageId: number,
): Promise<boolean> {
  const outgoing = await prepare(object, contexts);
  if (outgoing === undefined) return false;
  await sendStore(connection, object, outgoing, {
    messageId,
    moveOriginatorAet: peer.callingAet,
    moveOriginatorMessageId: command.messageId ?? 0,
  });
  const answer = await connection.readMessage();
  return 'command' in answer && isSuccessful(answer.command.status);
}

/** Undefined when the modality does not answer or does not let us in. */
async function openTo(
  { aet, host, port }: RemoteModality,
  callingAet: string,
  objects: readonly StoredObject[],
): Promise<Opened | undefined> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_LIMIT_MS) });
  } catch {
    // Refused, unknown or silent: all the same to the one who asked for the move
    socket.destroy();
    return undefined;
  }
  socket.on('error', () => {});
  const connection = new Connection(socket);
  const proposed = proposals(objects);
  await connection.writePdu({
    kind: 'associate-rq',
    calledAet: aet,
    callingAet,
    contexts: proposed,
    maxPduBytes: MAX_PDU_BYTES,
    implementationClassUid: DCMTK_CLASS_UID,
    implementationVersion: DCMTK_VERSION,
    roles: [],
  });
  const answer = await connection.readPdu();
  if (answer.kind !== 'associate-ac') {
    connection.destroy();
    return undefined;
  }
  connection.peerMaxPduBytes = answer.maxPduBytes;
  const contexts = answer.contexts.flatMap(({ id, result, transferSyntaxes: [transferSyntax] }) => {
    const abstractSyntax = proposed.find((context) => context.id === id)?.abstractSyntax;
    const isUsable = result === 0 && abstractSyntax !== undefined && transferSyntax !== undefined;
    return isUsable ? [{ id, abstractSyntax, transferSyntax }] : [];
  });
  return { connection, contexts };
}

/** One context for each kind of object in its own syntax, one with the default for when that is refused. */
function proposals(objects: readonly StoredObject[]) {
  const pairs = new Set(
    objects.flatMap(({ sopClassUid, transferSyntax }) => [
      `${sopClassUid} ${transferSyntax}`,
      `${sopClassUid} ${EXPLICIT}`,
    ]),
  );
  return [...pairs].slice(0, 128).map((pair, index) => {
    const [abstractSyntax = '', transferSyntax = ''] = pair.split(' ');
    return { id: index * 2 + 1, result: 0, abstractSyntax, transferSyntaxes: [transferSyntax] };
  });
}

async function close(connection: Connection): Promise<void> {
  try {
    await connection.writePdu({ kind: 'release-rq' });
    await connection.readPdu();
  } catch {
    // It hung up first: released all the same
  } finally {
    connection.destroy();
  }
}

function count(counts: Counts, isKept: boolean): void {
  if (isKept) counts.completed += 1;
  else counts.failed += 1;
}

function final(counts: Counts): Partial<Command> {
  const status = counts.failed === 0 ? Status.success : Status.subOperationsFailed;
  return { status, subOperations: { ...counts, warning: 0 } };
}
