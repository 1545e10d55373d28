// Opening an association from our side (PS3.8 section 7) and asking for one operation at a time.
import type { Socket } from 'node:net';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../dicom/implementation.ts';
import type { Command } from './command.ts';
import { connectTo, inTime } from './connect.ts';
import { Connection, MAX_PDU_BYTES, type Message } from './connection.ts';
import {
  associationAborted,
  associationRejected,
  associationTimedOut,
  cannotConnect,
  malformedPdu,
  noContext,
} from './errors.ts';
import type { PresentationContext, RoleSelection } from './pdu-associate.ts';

export interface ProposedContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

export interface AssociationOptions {
  readonly host: string;
  readonly port: number;
  /** Ours; the server may want to know it. */
  readonly callingAet: string;
  readonly calledAet: string;
  readonly contexts: readonly ProposedContext[];
  readonly roles?: readonly RoleSelection[];
  /** For each answer. Default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

export class Association {
  readonly contexts: readonly AcceptedContext[];
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  #messageId = 0;

  constructor(connection: Connection, contexts: readonly AcceptedContext[], timeoutMs: number) {
    this.#connection = connection;
    this.contexts = contexts;
    this.#timeoutMs = timeoutMs;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /**
   * The accepted context for a class, in one of these transfer syntaxes when given.
   *
   * @throws WorkbenchError `DIMSE_NO_CONTEXT`
   */
  context(abstractSyntax: string, transferSyntax?: string): AcceptedContext {
    const found = this.contexts.find(
      (context) =>
        context.abstractSyntax === abstractSyntax &&
        (transferSyntax === undefined || context.transferSyntax === transferSyntax),
    );
    if (found === undefined) throw noContext(abstractSyntax, transferSyntax ?? '*');
    return found;
  }

  /** Sends a request with the next message id and gives its answers, until one that is not pending. */
  async request(
    contextId: number,
    command: Omit<Command, 'messageId'>,
    data?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    await this.#connection.writeMessage(
      contextId,
      { ...command, messageId: this.#messageId },
      data,
    );
  }

  async response(): Promise<Message> {
    const message = await this.#limited(this.#connection.readMessage());
    if ('command' in message) return message;
    this.#connection.destroy();
    throw message.kind === 'abort' ? associationAborted() : malformedPdu();
  }

  /** Ends it in good order; never throws, because everything asked for has been answered by now. */
  async release(): Promise<void> {
    if (!this.isOpen) return;
    try {
      await this.#connection.writePdu({ kind: 'release-rq' });
      await this.#limited(this.#connection.readPdu());
    } catch {
      // A peer that hangs up instead of answering has released it too
    } finally {
      this.#connection.destroy();
    }
  }

  abort(): void {
    if (this.isOpen)
      void this.#connection.writePdu({ kind: 'abort', source: 0, reason: 0 }).catch(() => {});
    this.#connection.socket.destroySoon();
  }

  #limited<T>(answer: Promise<T>): Promise<T> {
    return limited(answer, this.#timeoutMs, this.#connection);
  }
}

/**
 * Connects and negotiates.
 *
 * @throws WorkbenchError `DIMSE_UNREACHABLE`, `DIMSE_REJECTED`, `DIMSE_ABORTED`, `DIMSE_PROTOCOL`
 */
export async function openAssociation(options: AssociationOptions): Promise<Association> {
  const { timeoutMs = 30_000, signal } = options;
  signal?.throwIfAborted();
  const socket = await openSocket(options, timeoutMs);
  const connection = new Connection(socket);
  try {
    const proposed = options.contexts.map(toContext);
    await connection.writePdu({
      kind: 'associate-rq',
      calledAet: options.calledAet,
      callingAet: options.callingAet,
      contexts: proposed,
      maxPduBytes: MAX_PDU_BYTES,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersion: IMPLEMENTATION_VERSION,
      roles: options.roles ?? [],
    });
    const answer = await limited(connection.readPdu(), timeoutMs, connection);
    if (answer.kind === 'associate-rj') {
      throw associationRejected(answer.source, answer.reason, options.calledAet);
    }
    if (answer.kind === 'abort') throw associationAborted();
    if (answer.kind !== 'associate-ac') throw malformedPdu();
    connection.peerMaxPduBytes = answer.maxPduBytes;
    const association = new Association(connection, accepted(proposed, answer.contexts), timeoutMs);
    const onAbort = () => association.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', onAbort));
    return association;
  } catch (error) {
    connection.destroy();
    signal?.throwIfAborted();
    throw error;
  }
}

async function openSocket(options: AssociationOptions, timeoutMs: number): Promise<Socket> {
  const { host, port, signal } = options;
  try {
    return await connectTo(options, timeoutMs);
  } catch (cause) {
    signal?.throwIfAborted();
    throw cannotConnect(host, port, cause);
  }
}

function toContext(
  { abstractSyntax, transferSyntaxes }: ProposedContext,
  index: number,
): PresentationContext {
  return { id: index * 2 + 1, result: 0, abstractSyntax, transferSyntaxes };
}

function accepted(
  proposed: readonly PresentationContext[],
  answers: readonly PresentationContext[],
): readonly AcceptedContext[] {
  return answers.flatMap(({ id, result, transferSyntaxes }) => {
    const abstractSyntax = proposed.find((context) => context.id === id)?.abstractSyntax;
    const [transferSyntax] = transferSyntaxes;
    return result === 0 && abstractSyntax !== undefined && transferSyntax !== undefined
      ? [{ id, abstractSyntax, transferSyntax }]
      : [];
  });
}

function limited<T>(answer: Promise<T>, timeoutMs: number, connection: Connection): Promise<T> {
  return inTime(answer, connection, timeoutMs, () => associationTimedOut(timeoutMs / 1000));
}
