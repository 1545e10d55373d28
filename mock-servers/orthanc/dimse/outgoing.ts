// Objects on their way out for C-GET and C-MOVE: in the encoding they have, or one the peer takes.
import { readPart10 } from '#core/dicom/part10.ts';
import { encodingOf, isEncapsulated } from '#core/dicom/transfer-syntax.ts';
import { writeDataset } from '#core/dicom/write.ts';
import type { AcceptedContext } from '#core/dimse/association.ts';
import { CommandField } from '#core/dimse/command.ts';
import type { Connection } from '#core/dimse/connection.ts';
import type { StoredObject } from './port.ts';

interface Outgoing {
  readonly context: AcceptedContext;
  readonly data: Uint8Array;
}

/** Undefined when no accepted context can carry the object. */
export async function prepare(
  object: StoredObject,
  contexts: readonly AcceptedContext[],
): Promise<Outgoing | undefined> {
  const usable = contexts.filter(({ abstractSyntax }) => abstractSyntax === object.sopClassUid);
  const same = usable.find(({ transferSyntax }) => transferSyntax === object.transferSyntax);
  const file = await object.read();
  if (same !== undefined) return { context: same, data: dataOf(file) };
  for (const context of usable) {
    const data = await convert(object, file, context.transferSyntax);
    if (data !== undefined) return { context, data };
  }
  return undefined;
}

/** Sends one C-STORE request; its answer is read by the caller, who knows what else may come. */
export async function sendStore(
  connection: Connection,
  object: StoredObject,
  { context, data }: Outgoing,
  command: {
    readonly messageId: number;
    readonly moveOriginatorAet?: string;
    readonly moveOriginatorMessageId?: number;
  },
): Promise<void> {
  const { sopClassUid, sopInstanceUid } = object;
  const request = { field: CommandField.storeRequest, hasDataset: true, priority: 0 };
  await connection.writeMessage(
    context.id,
    { ...request, ...command, sopClassUid, sopInstanceUid },
    [data],
  );
}

async function convert(
  object: StoredObject,
  file: Uint8Array,
  transferSyntax: string,
): Promise<Uint8Array | undefined> {
  if (!isEncapsulated(object.transferSyntax) && !isEncapsulated(transferSyntax)) {
    return writeDataset(readPart10(file).dataset.elements, encodingOf(transferSyntax));
  }
  const converted = await object.transcode?.(transferSyntax);
  return converted === undefined ? undefined : dataOf(converted);
}

function dataOf(file: Uint8Array): Uint8Array {
  return file.subarray(readPart10(file, { stopBefore: '00080000' }).datasetOffset);
}
