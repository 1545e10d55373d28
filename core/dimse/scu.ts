// What we ask of a DICOM server: C-ECHO, C-STORE, C-FIND. An object's data set goes out byte for byte
// as it lies in its file; a server that takes it only in another encoding is told apart, not obeyed.
import { open } from 'node:fs/promises';
import type { Dataset } from '../dicom/dataset.ts';
import { missingUid } from '../dicom/errors.ts';
import { readHeader } from '../dicom/header.ts';
import { readDataset, readPart10 } from '../dicom/part10.ts';
import { requireIds, summarize } from '../dicom/summary.ts';
import {
  EXPLICIT_LITTLE_ENDIAN,
  encodingOf,
  IMPLICIT_LITTLE_ENDIAN,
} from '../dicom/transfer-syntax.ts';
import { type WritableElement, writeDataset } from '../dicom/write.ts';
import { unreadable } from '../file-error.ts';
import {
  type Association,
  type AssociationOptions,
  openAssociation,
  type ProposedContext,
} from './association.ts';
import { CommandField, isPending, isSuccessful } from './command.ts';
import { operationFailed } from './errors.ts';
import { PATIENT_ROOT_FIND, STUDY_ROOT_FIND, VERIFICATION } from './sop-classes.ts';

export type Peer = Omit<AssociationOptions, 'contexts' | 'roles'>;

/** An object on its way: what has to be negotiated, and its bytes. */
export interface StorableObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntax: string;
  /** The data set without preamble and meta header, untouched. */
  readonly data: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const MEDIUM_PRIORITY = 0;
const READ_BYTES = 256 * 1024;
const WHOLE_BYTES = 4 * 1024 * 1024;
const plainSyntaxes = [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN];

/** C-ECHO on an association of its own. @throws WorkbenchError `DIMSE_*` */
export async function echo(peer: Peer): Promise<void> {
  const contexts = [{ abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LITTLE_ENDIAN] }];
  const association = await openAssociation({ ...peer, contexts });
  try {
    const { id } = association.context(VERIFICATION);
    await association.request(id, {
      field: CommandField.echoRequest,
      hasDataset: false,
      sopClassUid: VERIFICATION,
    });
    const { command } = await association.response();
    if (command.status !== 0) throw operationFailed('C-ECHO', command.status ?? -1);
  } finally {
    await association.release();
  }
}

/** The context under which an object can be sent as it is. */
export function storeContext({ sopClassUid, transferSyntax }: StorableObject): ProposedContext {
  return { abstractSyntax: sopClassUid, transferSyntaxes: [transferSyntax] };
}

/**
 * C-STORE of one object on an open association.
 *
 * @throws WorkbenchError `DIMSE_NO_CONTEXT` when its encoding was not accepted, `DIMSE_FAILED`, `DIMSE_ABORTED`
 */
export async function store(association: Association, object: StorableObject): Promise<void> {
  const { id } = association.context(object.sopClassUid, object.transferSyntax);
  const { sopClassUid, sopInstanceUid } = object;
  const field = CommandField.storeRequest;
  const priority = MEDIUM_PRIORITY;
  const command = { field, hasDataset: true, priority, sopClassUid, sopInstanceUid };
  await association.request(id, command, object.data());
  const { command: answer } = await association.response();
  if (!isSuccessful(answer.status)) throw operationFailed('C-STORE', answer.status ?? -1);
}

/** Reads what has to be negotiated for a file; its data set is read when it is sent. @throws WorkbenchError `FILE_UNREADABLE`, `DICOM_*` */
export async function storableFile(path: string): Promise<StorableObject> {
  const { dataset, transferSyntax, datasetOffset, size } = await readHeader(path);
  const data = () => padded(readRange(path, datasetOffset, size), size - datasetOffset);
  return { ...identity(dataset), transferSyntax, data };
}

export function storableBytes(bytes: Uint8Array): StorableObject {
  const { dataset, transferSyntax, datasetOffset } = readPart10(bytes);
  const body = bytes.subarray(datasetOffset);
  const data = () => padded([body], body.byteLength);
  return { ...identity(dataset), transferSyntax, data };
}

/**
 * C-FIND on an association of its own.
 *
 * @param identifier - the keys, QueryRetrieveLevel among them
 * @throws WorkbenchError `DIMSE_*`
 */
export async function find(
  peer: Peer,
  identifier: readonly WritableElement[],
  root: 'patient' | 'study' = 'study',
): Promise<readonly Dataset[]> {
  const sopClassUid = root === 'study' ? STUDY_ROOT_FIND : PATIENT_ROOT_FIND;
  const contexts = [{ abstractSyntax: sopClassUid, transferSyntaxes: plainSyntaxes }];
  const association = await openAssociation({ ...peer, contexts });
  try {
    const { id, transferSyntax } = association.context(sopClassUid);
    const field = CommandField.findRequest;
    const command = { field, hasDataset: true, priority: MEDIUM_PRIORITY, sopClassUid };
    const encoded = writeDataset(identifier, encodingOf(transferSyntax));
    await association.request(id, command, [encoded]);
    return await collectAnswers(association, transferSyntax);
  } finally {
    await association.release();
  }
}

async function collectAnswers(
  association: Association,
  transferSyntax: string,
): Promise<readonly Dataset[]> {
  const found: Dataset[] = [];
  for (;;) {
    const { command, data } = await association.response();
    const bytes = await collect(data);
    if (!isPending(command.status)) {
      if (!isSuccessful(command.status)) throw operationFailed('C-FIND', command.status ?? -1);
      return found;
    }
    found.push(readDataset(bytes, 0, transferSyntax));
  }
}

async function collect(data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(piece);
  return Buffer.concat(pieces);
}

function identity(dataset: Dataset): { sopClassUid: string; sopInstanceUid: string } {
  const summary = summarize(dataset);
  const { sopInstanceUid } = requireIds(summary);
  if (summary.sopClassUid === undefined) throw missingUid('SOPClassUID');
  return { sopClassUid: summary.sopClassUid, sopInstanceUid };
}

/** A deflated stream may have an odd length, which PS3.5 A.5 fills with a zero; DCMTK waits for it for ever. */
async function* padded(
  data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  size: number,
): AsyncIterable<Uint8Array> {
  yield* data;
  if (size % 2 === 1) yield Uint8Array.of(0);
}

async function* readRange(path: string, start: number, end: number): AsyncIterable<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const step = end - start <= WHOLE_BYTES ? WHOLE_BYTES : READ_BYTES;
      for (let at = start; at < end; ) {
        // Allocated anew each time: the socket may still hold the one before
        const buffer = Buffer.allocUnsafe(Math.min(step, end - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, at);
        if (bytesRead === 0) throw new Error('the file became shorter');
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
