// Associations that this server opens to a modality for its REST API. The texts of what goes wrong were read
// off Orthanc 1.10.1 with a peer that rejects, refuses, aborts and says nothing.
import type { Socket } from 'node:net';
import type { AcceptedContext } from '#core/dimse/association.ts';
import { type Command, isPending } from '#core/dimse/command.ts';
import { connectTo, inTime } from '#core/dimse/connect.ts';
import { Connection, MAX_PDU_BYTES, type Message } from '#core/dimse/connection.ts';
import type { RoleSelection } from '#core/dimse/pdu-associate.ts';
import { DCMTK_CLASS_UID, DCMTK_VERSION } from '../dimse/identity.ts';
import { OrthancError } from '../rest/errors.ts';

export interface Remote {
  readonly aet: string;
  readonly host: string;
  readonly port: number;
}

export interface WantedContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** Who is called, who calls, and how long an answer may take; 0 is for ever. */
export interface Calling {
  readonly remote: Remote;
  readonly localAet: string;
  readonly timeoutMs: number;
  /** Ends the association at once. */
  readonly signal: AbortSignal;
}

export interface Opened {
  readonly connection: Connection;
  readonly contexts: readonly AcceptedContext[];
  readonly calling: Calling;
  nextMessageId(): number;
  /** Resets its clock with each message. */
  readMessage(): Promise<Message>;
}

export const EXPLICIT = '1.2.840.10008.1.2.1';
/** What Orthanc proposes for every service, in its order. */
export const serviceSyntaxes = ['1.2.840.10008.1.2', EXPLICIT, '1.2.840.10008.1.2.2'];
const CONNECT_LIMIT_MS = 10_000;
const MAX_CONTEXTS = 128;

/**
 * Opens an association, does the work and releases it.
 *
 * @param service - such as `C-FIND`, for the texts of failures
 * @throws OrthancError `Error in the network protocol`
 */
export async function withAssociation<Result>(
  calling: Calling,
  wanted: {
    readonly contexts: readonly WantedContext[];
    readonly roles?: readonly RoleSelection[];
  },
  service: string,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const opened = await open(calling, wanted);
  try {
    return await work(opened);
  } catch (cause) {
    if (cause instanceof OrthancError) throw cause;
    const reason =
      cause instanceof NoAnswer
        ? 'DIMSE No data available (timeout in non-blocking mode)'
        : 'Peer aborted Association (or never connected)';
    const details = `DicomAssociation - ${service} to AET "${calling.remote.aet}": ${reason}`;
    throw new OrthancError('network', details, { cause });
  } finally {
    await release(opened.connection);
  }
}

/** The accepted context of a class; undefined when the peer refused it. */
export function contextOf(
  { contexts }: Opened,
  abstractSyntax: string,
): AcceptedContext | undefined {
  return contexts.find((context) => context.abstractSyntax === abstractSyntax);
}

/** Sends one request and gives the data sets of its pending answers, ending with the last status. */
export async function exchange(
  opened: Opened,
  contextId: number,
  command: Command,
  identifier?: Uint8Array,
): Promise<{ readonly status: number; readonly datasets: Uint8Array[] }> {
  await opened.connection.writeMessage(contextId, command, identifier && [identifier]);
  const datasets: Uint8Array[] = [];
  for (;;) {
    const answer = await opened.readMessage();
    const { status = -1 } = answer.command;
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.data) pieces.push(piece);
    if (!isPending(status)) return { status, datasets };
    if (pieces.length > 0) datasets.push(Buffer.concat(pieces));
  }
}

/** A final status that means failure, in Orthanc's words: `C-FIND SCU to AET "X" has failed ...`. */
export function refusedBy(
  { aet }: Remote,
  service: string,
  status: number,
  hint?: string,
): OrthancError {
  const code = `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
  const details = `${service} SCU to AET "${aet}" has failed with DIMSE status ${code}`;
  if (hint === undefined || status !== 0xc000) return new OrthancError('network', details);
  return new OrthancError('network', `${details} (unable to process - ${hint})`, { status: 422 });
}

class NoAnswer extends Error {}

async function open(
  calling: Calling,
  wanted: {
    readonly contexts: readonly WantedContext[];
    readonly roles?: readonly RoleSelection[];
  },
): Promise<Opened> {
  const { remote, localAet, timeoutMs } = calling;
  const connection = new Connection(await connected(calling));
  const contexts = wanted.contexts
    .slice(0, MAX_CONTEXTS)
    .map((context, index) => ({ id: index * 2 + 1, result: 0, ...context }));
  await connection.writePdu({
    kind: 'associate-rq',
    calledAet: remote.aet,
    callingAet: localAet,
    contexts,
    maxPduBytes: MAX_PDU_BYTES,
    implementationClassUid: DCMTK_CLASS_UID,
    implementationVersion: DCMTK_VERSION,
    roles: wanted.roles ?? [],
  });
  const answer = await limited(connection.readPdu(), connection, timeoutMs).catch(
    (cause: unknown) => {
      connection.destroy();
      throw cannotConnect(remote, 'Peer aborted Association (or never connected)', cause);
    },
  );
  if (answer.kind !== 'associate-ac') {
    connection.destroy();
    throw cannotConnect(remote, 'DUL Association Rejected');
  }
  connection.peerMaxPduBytes = answer.maxPduBytes;
  const accepted = answer.contexts.flatMap(({ id, result, transferSyntaxes: [transferSyntax] }) => {
    const abstractSyntax = contexts.find((context) => context.id === id)?.abstractSyntax;
    const isUsable = result === 0 && abstractSyntax !== undefined && transferSyntax !== undefined;
    return isUsable ? [{ id, abstractSyntax, transferSyntax }] : [];
  });
  if (accepted.length === 0) {
    await release(connection);
    const details = `Unable to negotiate a presentation context with AET "${remote.aet}"`;
    throw new OrthancError('noContext', details);
  }
  const readMessage = async () => {
    const message = await limited(connection.readMessage(), connection, timeoutMs);
    if ('command' in message) return message;
    throw new Error(`the association ended with ${message.kind}`);
  };
  let messageId = 0;
  const nextMessageId = () => {
    messageId = (messageId % 0xffff) + 1;
    return messageId;
  };
  return { connection, contexts: accepted, calling, nextMessageId, readMessage };
}

async function connected({ remote, signal }: Calling): Promise<Socket> {
  const { host, port } = remote;
  try {
    return await connectTo({ host, port, signal }, CONNECT_LIMIT_MS);
  } catch (cause) {
    const isRefused = (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    const reason = isRefused ? 'Connection refused' : 'Connection timed out';
    throw cannotConnect(remote, `TCP Initialization Error: ${reason}`, cause);
  }
}

function cannotConnect({ aet }: Remote, reason: string, cause?: unknown): OrthancError {
  return new OrthancError('network', `DicomAssociation - connecting to AET "${aet}": ${reason}`, {
    cause,
  });
}

function limited<Answer>(
  answer: Promise<Answer>,
  connection: Connection,
  timeoutMs: number,
): Promise<Answer> {
  if (timeoutMs === 0) return answer;
  return inTime(answer, connection, timeoutMs, () => new NoAnswer());
}

async function release(connection: Connection): Promise<void> {
  if (!connection.isOpen) return connection.destroy();
  try {
    await connection.writePdu({ kind: 'release-rq' });
    await limited(connection.readPdu(), connection, CONNECT_LIMIT_MS);
  } catch {
    // It hung up first: released all the same.
  } finally {
    connection.destroy();
  }
}
