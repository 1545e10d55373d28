// One association that a client opened: who may come in, what was negotiated, whose turn it is.
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readDataset } from '#core/dicom/part10.ts';
import type { AcceptedContext } from '#core/dimse/association.ts';
import { type Command, CommandField, Status } from '#core/dimse/command.ts';
import { Connection, MAX_PDU_BYTES, type Message } from '#core/dimse/connection.ts';
import type { AssociateRequest } from '#core/dimse/pdu-associate.ts';
import { WorkbenchError } from '#core/errors.ts';
import { commitmentOutcome, commitmentRequest } from './commitment.ts';
import { findAnswer } from './find-answer.ts';
import { archiveQuery, levelOf } from './identifier.ts';
import { answerContexts } from './negotiate.ts';
import type { ArchivePort, DimseOperation, DimsePeer } from './port.ts';
import { asFile } from './received-file.ts';
import { handleGet, handleMove } from './retrieve.ts';

interface Session {
  readonly connection: Connection;
  readonly port: ArchivePort;
  readonly peer: DimsePeer;
  readonly contexts: readonly AcceptedContext[];
  readonly isWithDcmtk: boolean;
}

interface Request {
  readonly session: Session;
  readonly message: Message;
  readonly context: AcceptedContext;
  /** Sends a response with the fields that every response has. */
  readonly respond: (answer: Partial<Command>, data?: Uint8Array) => Promise<void>;
}

/**
 * Nagle's algorithm holds the short end of an object back until what went before it is acknowledged, and our side's
 * system delays that for 40 ms unless much comes at once: Orthanc waits so at every object. A sender that is ahead
 * has the end ready in one piece.
 */
const HEAD_START_MS = 1;
/**
 * DCMTK writes even the head and the body of each PDU apart (dulfsm.cc), so that an acknowledgement in the midst of
 * its last writes leaves a short end behind wherever we read. Our first bytes acknowledge at once; DCMTK does not
 * look at them before it has sent everything. Others might then wait for the rest of the PDU and send no more.
 */
const DCMTK_CLASS_ROOT = '1.2.276.0.7230010.3.0.3.';

type Handler = readonly [operation: DimseOperation, handle: (request: Request) => Promise<void>];

const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [CommandField.echoRequest, ['echo', ({ respond }) => respond({ status: Status.success })]],
  [CommandField.storeRequest, ['store', handleStore]],
  [CommandField.findRequest, ['find', handleFind]],
  [CommandField.getRequest, ['get', get]],
  [CommandField.moveRequest, ['move', move]],
  [CommandField.actionRequest, ['action', handleAction]],
  [CommandField.eventReportRequest, ['event-report', handleEventReport]],
]);

/** Serves a socket to its end. Never throws: what a client does wrong ends its own association only. */
export async function serve(socket: Socket, port: ArchivePort): Promise<void> {
  const connection = new Connection(socket);
  try {
    const session = await open(connection, port);
    if (session !== undefined) await converse(session);
  } catch (error) {
    // A broken client, or a bug of ours: the association is aborted as DCMTK does; bugs must be seen
    if (connection.isOpen) await abort(connection);
    if (!(error instanceof WorkbenchError)) throw error;
  } finally {
    socket.destroySoon();
  }
}

async function open(connection: Connection, port: ArchivePort): Promise<Session | undefined> {
  const request = await connection.readPdu();
  if (request.kind !== 'associate-rq') {
    await abort(connection);
    return undefined;
  }
  // Orthanc says nothing to an empty title or a proposal of nothing and hangs up later; here at once
  if (request.contexts.length === 0 || request.callingAet === '' || request.calledAet === '') {
    return undefined;
  }
  if (port.isCalledAetChecked && request.calledAet !== port.aet) {
    await connection.writePdu({ kind: 'associate-rj', result: 1, source: 1, reason: 7 });
    return undefined;
  }
  return accept(connection, port, request);
}

async function accept(
  connection: Connection,
  port: ArchivePort,
  request: AssociateRequest,
): Promise<Session> {
  connection.peerMaxPduBytes = request.maxPduBytes;
  const { toolkit } = port;
  const accepts = (syntax: string) => port.acceptsSyntax(syntax);
  const answers = answerContexts(request, accepts, toolkit.takesFirstSyntax);
  await connection.writePdu({
    kind: 'associate-ac',
    calledAet: request.calledAet,
    callingAet: request.callingAet,
    contexts: answers,
    maxPduBytes: MAX_PDU_BYTES,
    implementationClassUid: toolkit.classUid,
    implementationVersion: toolkit.version,
    roles: request.roles,
  });
  const contexts = answers.flatMap(({ id, result, transferSyntaxes: [transferSyntax] }) => {
    const abstractSyntax = request.contexts.find((context) => context.id === id)?.abstractSyntax;
    const isUsable = result === 0 && abstractSyntax !== undefined && transferSyntax !== undefined;
    return isUsable ? [{ id, abstractSyntax, transferSyntax }] : [];
  });
  const { callingAet, calledAet } = request;
  const remoteIp = connection.socket.remoteAddress ?? '';
  const isWithDcmtk = request.implementationClassUid.startsWith(DCMTK_CLASS_ROOT);
  return { connection, port, contexts, peer: { callingAet, calledAet, remoteIp }, isWithDcmtk };
}

async function converse(session: Session): Promise<void> {
  const { connection } = session;
  for (;;) {
    const message = await connection.readMessage();
    if ('kind' in message) {
      if (message.kind === 'release-rq') await connection.writePdu({ kind: 'release-rp' });
      return;
    }
    // A late cancel: everything has been answered already
    if (message.command.field === CommandField.cancelRequest) continue;
    if (!(await carryOut(session, message))) return abort(connection);
  }
}

/** False for what Orthanc ends the association over: an unknown request, or one that is not allowed. */
async function carryOut(session: Session, message: Message): Promise<boolean> {
  const context = session.contexts.find(({ id }) => id === message.contextId);
  const handler = handlers.get(message.command.field);
  if (context === undefined || handler === undefined) return false;
  const [operation, handle] = handler;
  if (!session.port.isAllowed(operation, session.peer)) return false;
  await handle({ session, message, context, respond: responder(session, message) });
  return true;
}

function responder({ connection }: Session, message: Message): Request['respond'] {
  return (answer, data) => {
    const response = { ...responseTo(message, answer), hasDataset: data !== undefined };
    return connection.writeMessage(message.contextId, response, data && [data]);
  };
}

function responseTo({ command }: Message, answer: Partial<Command>): Command {
  const { field, messageId: respondedTo, sopClassUid } = command;
  return { field: field | 0x8000, hasDataset: false, respondedTo, sopClassUid, ...answer };
}

async function handleStore(request: Request): Promise<void> {
  const { session, message, context, respond } = request;
  const { port, peer, connection } = session;
  const { sopClassUid = '', sopInstanceUid = '' } = message.command;
  const object = { sopClassUid, sopInstanceUid, transferSyntax: context.transferSyntax };
  const data = await comingData(request, sopInstanceUid);
  const body = asFile(object, data, port.toolkit);
  const outcome = await port.store({ ...peer, ...object, body });
  await connection.skipData();
  // Facts: an object without StudyInstanceUID is refused as OutOfResources
  const status = outcome === 'stored' ? Status.success : Status.outOfResources;
  await respond({ status, sopInstanceUid });
}

async function comingData({ session, message }: Request, sopInstanceUid: string) {
  const { connection, isWithDcmtk } = session;
  if (!isWithDcmtk) {
    await delay(HEAD_START_MS);
    return connection.lendData();
  }
  const response = responseTo(message, { status: Status.success, sopInstanceUid });
  return connection.lendData(() => connection.beginMessage(message.contextId, response));
}

async function handleFind({ session, message, context, respond }: Request): Promise<void> {
  const { port } = session;
  const identifier = await identifierOf(message, context);
  const level = levelOf(identifier);
  if (level === undefined) return respond({ status: Status.unableToProcess });
  const query = archiveQuery(identifier, level);
  const form = { aet: port.aet, transferSyntax: context.transferSyntax };
  for (const found of await port.find(query)) {
    const answer = findAnswer(identifier, query.requested, found, form);
    await respond({ status: Status.pending }, answer);
  }
  await respond({ status: Status.success });
}

async function get({ session, message, context, respond }: Request): Promise<void> {
  const { connection, port, peer, contexts } = session;
  const identifier = await identifierOf(message, context);
  const retrieval = { port, peer, identifier, command: message.command, respond };
  await handleGet(retrieval, connection, contexts);
}

async function move({ session, message, context, respond }: Request): Promise<void> {
  const { port, peer } = session;
  const identifier = await identifierOf(message, context);
  await handleMove({ port, peer, identifier, command: message.command, respond });
}

async function handleAction({ session, message, context, respond }: Request): Promise<void> {
  const { sopInstanceUid } = message.command;
  const request = commitmentRequest(await identifierOf(message, context));
  await respond({ status: Status.success, sopInstanceUid });
  session.port.checkCommitment(request, session.peer);
}

async function handleEventReport({ session, message, context, respond }: Request): Promise<void> {
  const { sopInstanceUid } = message.command;
  const outcome = commitmentOutcome(await identifierOf(message, context));
  const isKnown = session.port.reportCommitment(outcome);
  const status = isKnown ? Status.success : Status.unknownInstance;
  await respond({ status, sopInstanceUid });
}

async function identifierOf({ data }: Message, { transferSyntax }: AcceptedContext) {
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(piece);
  return readDataset(Buffer.concat(pieces), 0, transferSyntax);
}

async function abort(connection: Connection): Promise<void> {
  try {
    await connection.writePdu({ kind: 'abort', source: 0, reason: 0 });
  } catch {
    // The client was faster
  }
}
