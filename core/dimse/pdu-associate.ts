// A-ASSOCIATE-RQ and -AC (PS3.8 9.3.2, 9.3.3; user information items of PS3.7 annex D).
import { malformedPdu } from './errors.ts';

export interface PresentationContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  /** 0 accepted, 1 user rejection, 2 no reason, 3 abstract syntax, 4 transfer syntaxes; 0 in a request. */
  readonly result: number;
  /** Empty in an answer. */
  readonly abstractSyntax: string;
  /** In an answer the one that was chosen. */
  readonly transferSyntaxes: readonly string[];
}

/** Who stores and who receives on a class (PS3.7 D.3.3.4): needed for C-GET. */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly isScu: boolean;
  readonly isScp: boolean;
}

export interface Associate {
  readonly calledAet: string;
  readonly callingAet: string;
  readonly contexts: readonly PresentationContext[];
  /** Largest P-DATA-TF the sender of this PDU takes, without its header; 0 is no limit. */
  readonly maxPduBytes: number;
  readonly implementationClassUid: string;
  readonly implementationVersion: string;
  readonly roles: readonly RoleSelection[];
}
export interface AssociateRequest extends Associate {
  readonly kind: 'associate-rq';
}
export interface AssociateAccept extends Associate {
  readonly kind: 'associate-ac';
}

const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
const FIXED_BYTES = 68;
const AET_BYTES = 16;

const items = {
  applicationContext: 0x10,
  requestContext: 0x20,
  answerContext: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maximumLength: 0x51,
  implementationClass: 0x52,
  roleSelection: 0x54,
  implementationVersion: 0x55,
} as const;

/** @throws WorkbenchError `DIMSE_PROTOCOL` */
export function decodeAssociate(body: Buffer): Associate {
  if (body.byteLength < FIXED_BYTES) throw malformedPdu();
  const parts = splitItems(body.subarray(FIXED_BYTES));
  const user = parts
    .filter(({ type }) => type === items.userInformation)
    .flatMap(({ value }) => splitItems(value));
  const userValue = (type: number) => user.find((item) => item.type === type)?.value;
  const maximum = userValue(items.maximumLength);
  return {
    calledAet: body.toString('latin1', 4, 20).trim(),
    callingAet: body.toString('latin1', 20, 36).trim(),
    contexts: parts.filter(isContext).map(decodeContext),
    maxPduBytes: maximum !== undefined && maximum.byteLength >= 4 ? maximum.readUInt32BE(0) : 0,
    implementationClassUid: uidText(userValue(items.implementationClass)),
    implementationVersion: uidText(userValue(items.implementationVersion)),
    roles: user.filter(({ type }) => type === items.roleSelection).map(decodeRole),
  };
}

export function encodeAssociate(pdu: AssociateRequest | AssociateAccept): Buffer {
  const fixed = Buffer.alloc(FIXED_BYTES);
  fixed.writeUInt16BE(1, 0);
  fixed.write(aeTitle(pdu.calledAet), 4, 'latin1');
  fixed.write(aeTitle(pdu.callingAet), 20, 'latin1');
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(pdu.maxPduBytes, 0);
  const isRequest = pdu.kind === 'associate-rq';
  return Buffer.concat([
    fixed,
    item(items.applicationContext, ascii(APPLICATION_CONTEXT)),
    ...pdu.contexts.map((context) => encodeContext(context, isRequest)),
    item(
      items.userInformation,
      item(items.maximumLength, maximum),
      item(items.implementationClass, ascii(pdu.implementationClassUid)),
      ...pdu.roles.map(encodeRole),
      item(items.implementationVersion, ascii(pdu.implementationVersion)),
    ),
  ]);
}

interface Item {
  readonly type: number;
  readonly value: Buffer;
}

function splitItems(bytes: Buffer): readonly Item[] {
  const found: Item[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    if (at + 4 > bytes.byteLength) throw malformedPdu();
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.byteLength) throw malformedPdu();
    found.push({ type: bytes[at] ?? 0, value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return found;
}

function isContext({ type }: Item): boolean {
  return type === items.requestContext || type === items.answerContext;
}

function decodeContext({ value }: Item): PresentationContext {
  if (value.byteLength < 4) throw malformedPdu();
  const inner = splitItems(value.subarray(4));
  const syntaxes = (type: number) =>
    inner.filter((part) => part.type === type).map((part) => uidText(part.value));
  return {
    id: value[0] ?? 0,
    result: value[2] ?? 0,
    abstractSyntax: syntaxes(items.abstractSyntax)[0] ?? '',
    transferSyntaxes: syntaxes(items.transferSyntax),
  };
}

function encodeContext(context: PresentationContext, isRequest: boolean): Buffer {
  const head = Buffer.of(context.id, 0, context.result, 0);
  const syntaxes = context.transferSyntaxes.map((uid) => item(items.transferSyntax, ascii(uid)));
  return isRequest
    ? item(
        items.requestContext,
        head,
        item(items.abstractSyntax, ascii(context.abstractSyntax)),
        ...syntaxes,
      )
    : item(items.answerContext, head, ...syntaxes);
}

function decodeRole({ value }: Item): RoleSelection {
  if (value.byteLength < 4) throw malformedPdu();
  const end = 2 + value.readUInt16BE(0);
  if (end + 2 > value.byteLength) throw malformedPdu();
  return {
    sopClassUid: uidText(value.subarray(2, end)),
    isScu: value[end] === 1,
    isScp: value[end + 1] === 1,
  };
}

function encodeRole({ sopClassUid, isScu, isScp }: RoleSelection): Buffer {
  const uid = ascii(sopClassUid);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(uid.byteLength, 0);
  return item(items.roleSelection, length, uid, Buffer.of(isScu ? 1 : 0, isScp ? 1 : 0));
}

function item(type: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const head = Buffer.alloc(4);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(value.byteLength, 2);
  return Buffer.concat([head, value]);
}

function ascii(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

/** PS3.8 9.3.2: sixteen characters, filled with blanks. */
function aeTitle(value: string): string {
  return value.slice(0, AET_BYTES).padEnd(AET_BYTES, ' ');
}

function uidText(value: Buffer | undefined): string {
  return (value?.toString('latin1') ?? '').replace(/[\0 ]+$/, '');
}
