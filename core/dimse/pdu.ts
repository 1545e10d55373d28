// Protocol data units of the DICOM upper layer (PS3.8 section 9.3): bytes to objects and back.
// What may follow what is the association's business.
import { malformedPdu } from './errors.ts';
import {
  type AssociateAccept,
  type AssociateRequest,
  decodeAssociate,
  encodeAssociate,
} from './pdu-associate.ts';

export interface AssociateReject {
  readonly kind: 'associate-rj';
  /** 1 permanent, 2 transient. */
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

export interface DataTransfer {
  readonly kind: 'p-data';
  readonly values: readonly PresentationDataValue[];
}

/** A piece of a command or of a data set. */
export interface PresentationDataValue {
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  /** A view of the PDU. */
  readonly data: Uint8Array;
}

export interface Abort {
  readonly kind: 'abort';
  readonly source: number;
  readonly reason: number;
}

export type Pdu =
  | AssociateRequest
  | AssociateAccept
  | AssociateReject
  | DataTransfer
  | { readonly kind: 'release-rq' }
  | { readonly kind: 'release-rp' }
  | Abort;

export const PDU_HEADER_BYTES = 6;
/** Item length, context id and flags in front of each value (PS3.8 9.3.5.1). */
export const PDV_HEADER_BYTES = 6;

const pduTypes = {
  'associate-rq': 1,
  'associate-ac': 2,
  'associate-rj': 3,
  'p-data': 4,
  'release-rq': 5,
  'release-rp': 6,
  abort: 7,
} as const;

/** @param body - without the six bytes of type and length. @throws WorkbenchError `DIMSE_PROTOCOL` */
export function decodePdu(type: number, body: Buffer): Pdu {
  switch (type) {
    case 1:
      return { kind: 'associate-rq', ...decodeAssociate(body) };
    case 2:
      return { kind: 'associate-ac', ...decodeAssociate(body) };
    case 3:
      requireBytes(body, 4);
      return {
        kind: 'associate-rj',
        result: byte(body, 1),
        source: byte(body, 2),
        reason: byte(body, 3),
      };
    case 4:
      return { kind: 'p-data', values: decodeValues(body) };
    case 5:
      return { kind: 'release-rq' };
    case 6:
      return { kind: 'release-rp' };
    case 7:
      requireBytes(body, 4);
      return { kind: 'abort', source: byte(body, 2), reason: byte(body, 3) };
    default:
      throw malformedPdu();
  }
}

export function encodePdu(pdu: Pdu): Buffer {
  const body = bodyOf(pdu);
  const header = Buffer.alloc(PDU_HEADER_BYTES);
  header.writeUInt8(pduTypes[pdu.kind], 0);
  header.writeUInt32BE(body.byteLength, 2);
  return Buffer.concat([header, body]);
}

/** Headers of a P-DATA-TF with one value of `length` bytes, which follows them. */
export function dataHeader(
  length: number,
  { contextId, isCommand, isLast }: Omit<PresentationDataValue, 'data'>,
): Buffer {
  const header = Buffer.alloc(PDU_HEADER_BYTES + PDV_HEADER_BYTES);
  header.writeUInt8(pduTypes['p-data'], 0);
  header.writeUInt32BE(length + PDV_HEADER_BYTES, 2);
  header.writeUInt32BE(length + 2, 6);
  header.writeUInt8(contextId, 10);
  header.writeUInt8((isCommand ? 1 : 0) | (isLast ? 2 : 0), 11);
  return header;
}

function bodyOf(pdu: Pdu): Buffer {
  switch (pdu.kind) {
    case 'associate-rq':
    case 'associate-ac':
      return encodeAssociate(pdu);
    case 'associate-rj':
      return Buffer.of(0, pdu.result, pdu.source, pdu.reason);
    case 'p-data':
      return Buffer.concat(
        pdu.values.flatMap((value) => [
          dataHeader(value.data.byteLength, value).subarray(PDU_HEADER_BYTES),
          value.data,
        ]),
      );
    case 'abort':
      return Buffer.of(0, 0, pdu.source, pdu.reason);
    default:
      return Buffer.alloc(4);
  }
}

function decodeValues(body: Buffer): readonly PresentationDataValue[] {
  const values: PresentationDataValue[] = [];
  for (let at = 0; at < body.byteLength; ) {
    if (at + PDV_HEADER_BYTES > body.byteLength) throw malformedPdu();
    const length = body.readUInt32BE(at);
    const end = at + 4 + length;
    if (length < 2 || end > body.byteLength) throw malformedPdu();
    const flags = byte(body, at + 5);
    values.push({
      contextId: byte(body, at + 4),
      isCommand: (flags & 1) === 1,
      isLast: (flags & 2) === 2,
      data: body.subarray(at + PDV_HEADER_BYTES, end),
    });
    at = end;
  }
  return values;
}

function requireBytes(body: Buffer, length: number): void {
  if (body.byteLength < length) throw malformedPdu();
}

function byte(body: Buffer, at: number): number {
  return body[at] ?? 0;
}
