// Command sets (PS3.7 section 9.3 and annex E): always implicit VR little endian, group 0000.
import type { Dataset } from '../dicom/dataset.ts';
import { readDataset } from '../dicom/part10.ts';
import { encodingOf, IMPLICIT_LITTLE_ENDIAN } from '../dicom/transfer-syntax.ts';
import { numbers, text, uid } from '../dicom/values.ts';
import { type NewElement, numberElement, textElement, writeDataset } from '../dicom/write.ts';
import { malformedPdu } from './errors.ts';

export const CommandField = {
  storeRequest: 0x0001,
  storeResponse: 0x8001,
  getRequest: 0x0010,
  getResponse: 0x8010,
  findRequest: 0x0020,
  findResponse: 0x8020,
  moveRequest: 0x0021,
  moveResponse: 0x8021,
  echoRequest: 0x0030,
  echoResponse: 0x8030,
  eventReportRequest: 0x0100,
  eventReportResponse: 0x8100,
  actionRequest: 0x0130,
  actionResponse: 0x8130,
  cancelRequest: 0x0fff,
} as const;

/** PS3.7 annex C. */
export const Status = {
  success: 0x0000,
  pending: 0xff00,
  cancelled: 0xfe00,
  outOfResources: 0xa700,
  unableToProcess: 0xc000,
  subOperationsFailed: 0xb000,
  unknownInstance: 0x0112,
  sopClassNotSupported: 0x0122,
  unrecognizedOperation: 0x0211,
} as const;

/** CommandDataSetType when no data set follows (PS3.7 E.2). */
const NO_DATASET = 0x0101;
/** Any other value will do; this is DCMTK's. */
const HAS_DATASET = 0x0001;

export interface SubOperations {
  /** Absent in a final answer. */
  readonly remaining?: number | undefined;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface Command {
  readonly field: number;
  readonly hasDataset: boolean;
  readonly messageId?: number | undefined;
  readonly respondedTo?: number | undefined;
  readonly sopClassUid?: string | undefined;
  readonly sopInstanceUid?: string | undefined;
  readonly priority?: number | undefined;
  readonly status?: number | undefined;
  readonly moveDestination?: string | undefined;
  readonly moveOriginatorAet?: string | undefined;
  readonly moveOriginatorMessageId?: number | undefined;
  readonly subOperations?: SubOperations | undefined;
  readonly errorComment?: string | undefined;
  /** N-ACTION names its object as requested; both forms are read into `sopClassUid` and `sopInstanceUid`. */
  readonly requestedSopClassUid?: string | undefined;
  readonly requestedSopInstanceUid?: string | undefined;
  readonly eventTypeId?: number | undefined;
  readonly actionTypeId?: number | undefined;
}

/** @throws WorkbenchError `DIMSE_PROTOCOL`, `DICOM_*` */
export function decodeCommand(bytes: Uint8Array): Command {
  const set = readDataset(bytes, 0, IMPLICIT_LITTLE_ENDIAN);
  const number = (tag: string) => numbers(set, tag)[0];
  const field = number('00000100');
  if (field === undefined) throw malformedPdu();
  return {
    field,
    hasDataset: number('00000800') !== NO_DATASET,
    messageId: number('00000110'),
    respondedTo: number('00000120'),
    sopClassUid: uid(set, '00000002') ?? uid(set, '00000003'),
    sopInstanceUid: uid(set, '00001000') ?? uid(set, '00001001'),
    priority: number('00000700'),
    status: number('00000900'),
    moveDestination: text(set, '00000600'),
    moveOriginatorAet: text(set, '00001030'),
    moveOriginatorMessageId: number('00001031'),
    subOperations: decodeSubOperations(set),
    errorComment: text(set, '00000902'),
    eventTypeId: number('00001002'),
    actionTypeId: number('00001008'),
  };
}

export function encodeCommand(command: Command): Buffer {
  const elements = [
    ascii('00000002', command.sopClassUid),
    ascii('00000003', command.requestedSopClassUid),
    us('00000100', command.field),
    us('00000110', command.messageId),
    us('00000120', command.respondedTo),
    ascii('00000600', command.moveDestination),
    us('00000700', command.priority),
    us('00000800', command.hasDataset ? HAS_DATASET : NO_DATASET),
    us('00000900', command.status),
    ascii('00000902', command.errorComment),
    ascii('00001000', command.sopInstanceUid),
    ascii('00001001', command.requestedSopInstanceUid),
    us('00001002', command.eventTypeId),
    us('00001008', command.actionTypeId),
    us('00001020', command.subOperations?.remaining),
    us('00001021', command.subOperations?.completed),
    us('00001022', command.subOperations?.failed),
    us('00001023', command.subOperations?.warning),
    ascii('00001030', command.moveOriginatorAet),
    us('00001031', command.moveOriginatorMessageId),
  ].filter((element) => element !== undefined);
  const encoding = encodingOf(IMPLICIT_LITTLE_ENDIAN);
  const body = writeDataset(elements, encoding);
  const length = writeDataset([numberElement('00000000', body.byteLength)], encoding);
  return Buffer.concat([length, body]);
}

/** Pending comes in two kinds: FF01 says that an optional key was not supported. */
export function isPending(status: number | undefined): boolean {
  return status === 0xff00 || status === 0xff01;
}

/** Warnings (Bxxx, 0107, 0116) mean that the operation was carried out. */
export function isSuccessful(status: number | undefined): boolean {
  return status === 0 || status === 0x0107 || status === 0x0116 || (status ?? 0) >> 12 === 0xb;
}

function decodeSubOperations(set: Dataset): SubOperations | undefined {
  const counts = ['00001020', '00001021', '00001022', '00001023'].map(
    (tag) => numbers(set, tag)[0],
  );
  if (counts.every((count) => count === undefined)) return undefined;
  const [remaining, completed = 0, failed = 0, warning = 0] = counts;
  return { remaining, completed, failed, warning };
}

function us(tag: string, value: number | undefined): NewElement | undefined {
  return value === undefined ? undefined : numberElement(tag, value);
}

function ascii(tag: string, value: string | undefined): NewElement | undefined {
  return value === undefined ? undefined : textElement(tag, value);
}
