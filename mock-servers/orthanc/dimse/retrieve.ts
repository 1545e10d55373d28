// C-GET and C-MOVE: the same objects, sent back on this association or to a modality that is configured.
import type { Dataset } from '#core/dicom/dataset.ts';
import type { AcceptedContext } from '#core/dimse/association.ts';
import { type Command, CommandField, isSuccessful, Status } from '#core/dimse/command.ts';
import type { Connection } from '#core/dimse/connection.ts';
import { idsAt, impliedLevel, levelOf } from './identifier.ts';
import { prepare, sendStore } from './outgoing.ts';
import type { ArchivePort, DimsePeer, StoredObject } from './port.ts';

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
  const { port, peer, identifier, command, respond } = retrieval;
  const send = port.sender(command.moveDestination ?? '');
  const level = levelOf(identifier) ?? impliedLevel(identifier);
  const isPossible = send !== undefined && level !== undefined;
  const objects = isPossible ? await port.retrieve(level, idsAt(identifier, level)) : [];
  if (send === undefined || objects.length === 0) return respond(impossible);
  const originator = {
    moveOriginatorAet: peer.callingAet,
    moveOriginatorMessageId: command.messageId ?? 0,
  };
  const counts: Counts = { completed: 0, failed: 0 };
  const outcome = await send(objects, originator, async () => {
    counts.completed += 1;
    const remaining = objects.length - counts.completed;
    const subOperations = { ...counts, remaining, warning: 0 };
    if (remaining > 0) await respond({ status: Status.pending, subOperations });
  });
  // Orthanc 1.10.1: the first failure ends it, and what went before does not count
  await respond(outcome === 'sent' ? final(counts) : impossible);
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

function count(counts: Counts, isKept: boolean): void {
  if (isKept) counts.completed += 1;
  else counts.failed += 1;
}

function final(counts: Counts): Partial<Command> {
  const status = counts.failed === 0 ? Status.success : Status.subOperationsFailed;
  return { status, subOperations: { ...counts, warning: 0 } };
}
