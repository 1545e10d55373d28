// DIMSE messages over one association (PS3.7 section 6, PS3.8 annex E): a command and, for some, a
// data set, each in pieces. Both roles use it; who asks and who answers is not decided here.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Command, decodeCommand, encodeCommand } from './command.ts';
import { associationAborted, malformedPdu } from './errors.ts';
import {
  type DataTransfer,
  dataHeader,
  encodePdu,
  PDU_HEADER_BYTES,
  PDV_HEADER_BYTES,
  type Pdu,
  type PresentationDataValue,
} from './pdu.ts';
import { PduReader } from './pdu-reader.ts';

/** What we announce: the same as DCMTK's and Orthanc's default. */
export const MAX_PDU_BYTES = 16_384;
/** A peer without a limit still gets pieces of a sensible size. */
const MAX_SENT_BYTES = 128 * 1024;
const MAX_COMMAND_BYTES = 64 * 1024;

export interface Message {
  readonly contextId: number;
  readonly command: Command;
  /** The data set as it arrives; what is left unread is thrown away with the next message. Empty when there is none. */
  readonly data: AsyncIterable<Uint8Array>;
}

export class Connection {
  readonly socket: Socket;
  /** Largest P-DATA-TF of the peer; 0 is no limit. Known once the association stands. */
  peerMaxPduBytes = MAX_PDU_BYTES;
  readonly #reader: PduReader;
  readonly #values: PresentationDataValue[] = [];
  #isDataAhead = false;
  /** Bytes of the next message that have gone ahead of it. */
  #begun = 0;

  constructor(socket: Socket, maxPduBytes = MAX_PDU_BYTES) {
    this.socket = socket;
    socket.setNoDelay(true);
    this.#reader = new PduReader(socket, maxPduBytes);
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable && !this.socket.readableEnded;
  }

  /** The next PDU while associating or releasing. @throws WorkbenchError `DIMSE_ABORTED` when the peer is gone */
  async readPdu(onSilence?: () => void): Promise<Pdu> {
    try {
      const pdu = await this.#reader.next(onSilence);
      if (pdu !== undefined) return pdu;
    } catch (error) {
      throw isEndOfSocket(error) ? associationAborted(error) : error;
    }
    throw associationAborted();
  }

  async writePdu(pdu: Pdu): Promise<void> {
    // Nothing can follow half a PDU but its other half: what else there is to say, the end of the connection says
    if (this.#begun > 0) throw associationAborted();
    await this.#write([encodePdu(pdu)]);
  }

  /** The next message, or the PDU that ends the association. */
  async readMessage(): Promise<Message | Exclude<Pdu, DataTransfer>> {
    await this.skipData();
    const first = await this.#nextValue();
    if ('kind' in first) return first;
    if (!first.isCommand) throw malformedPdu();
    const pieces = [Buffer.from(first.data)];
    let size = first.data.byteLength;
    for (let value = first; !value.isLast; ) {
      const next = await this.#nextValue();
      if ('kind' in next || !next.isCommand) throw malformedPdu();
      size += next.data.byteLength;
      if (size > MAX_COMMAND_BYTES) throw malformedPdu();
      pieces.push(Buffer.from(next.data));
      value = next;
    }
    const command = decodeCommand(Buffer.concat(pieces));
    this.#isDataAhead = command.hasDataset;
    const data = command.hasDataset ? copies(this.lendData()) : none();
    return { contextId: first.contextId, command, data };
  }

  /**
   * Sends one byte of the message that comes next, for what it brings along: TCP's acknowledgement, which Node
   * cannot ask for (TCP_QUICKACK). Goes as far as the PDU's type and length.
   *
   * @param command - may still differ in what does not change its length
   */
  beginMessage(contextId: number, command: Command): void {
    if (this.#begun === PDU_HEADER_BYTES || !this.isOpen) return;
    const { byteLength } = encodeCommand(command);
    const header = dataHeader(byteLength, { contextId, isCommand: true, isLast: true });
    this.socket.write(header.subarray(this.#begun, this.#begun + 1));
    this.#begun += 1;
  }

  /** Sends a command and the bytes of its data set, cut to what the peer takes. */
  async writeMessage(
    contextId: number,
    command: Command,
    data?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const bytes = encodeCommand(command);
    const header = dataHeader(bytes.byteLength, { contextId, isCommand: true, isLast: true });
    const head = [header.subarray(this.#begun), bytes];
    this.#begun = 0;
    if (data === undefined) return this.#write(head);
    await this.#write(head);
    await this.#writeData(contextId, data);
  }

  /**
   * The data of the message at hand without a copy: each piece is good until the next one is asked for.
   *
   * @param onSilence - called when the sender says nothing for a moment
   */
  async *lendData(onSilence?: () => void): AsyncIterable<Uint8Array> {
    while (this.#isDataAhead) {
      const value = this.#heldValue() ?? (await this.#nextValue(onSilence));
      if ('kind' in value) throw associationAborted();
      if (value.isCommand) throw malformedPdu();
      this.#isDataAhead = !value.isLast;
      if (value.data.byteLength > 0) yield value.data;
    }
  }

  /** Reads the rest of a data set away, so that the next message can be found. */
  async skipData(): Promise<void> {
    for await (const _piece of this.lendData()) {
      // Thrown away
    }
  }

  destroy(): void {
    this.socket.destroy();
  }

  async #writeData(
    contextId: number,
    data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const room = this.#pieceBytes();
    // One piece is held back, so that the last one can be marked as such
    let held: Uint8Array = new Uint8Array();
    for await (const chunk of data) {
      let rest = chunk;
      const parts: Uint8Array[] = [];
      while (held.byteLength + rest.byteLength > room) {
        const taken = room - held.byteLength;
        parts.push(dataHeader(room, { contextId, isCommand: false, isLast: false }));
        if (held.byteLength > 0) parts.push(held);
        parts.push(rest.subarray(0, taken));
        rest = rest.subarray(taken);
        held = new Uint8Array();
      }
      held = held.byteLength === 0 ? rest : Buffer.concat([held, rest]);
      if (parts.length > 0) await this.#write(parts);
    }
    const header = dataHeader(held.byteLength, { contextId, isCommand: false, isLast: true });
    await this.#write([header, held]);
  }

  #pieceBytes(): number {
    const limit = this.peerMaxPduBytes === 0 ? MAX_SENT_BYTES : this.peerMaxPduBytes;
    // Even pieces, as PS3.8 annex E asks of a data set's fragments
    return Math.max(2, (Math.min(limit, MAX_SENT_BYTES) - PDV_HEADER_BYTES) & ~1);
  }

  async #nextValue(
    onSilence?: () => void,
  ): Promise<PresentationDataValue | Exclude<Pdu, DataTransfer>> {
    for (;;) {
      const value = this.#heldValue();
      if (value !== undefined) return value;
      const pdu = await this.readPdu(onSilence);
      if (pdu.kind !== 'p-data') return pdu;
      this.#values.push(...pdu.values);
    }
  }

  /** What has arrived already is not waited for: most of an object comes many PDUs at a time. */
  #heldValue(): PresentationDataValue | Exclude<Pdu, DataTransfer> | undefined {
    for (;;) {
      const value = this.#values.shift();
      if (value !== undefined) return value;
      const pdu = this.#reader.held();
      if (pdu?.kind !== 'p-data') return pdu;
      this.#values.push(...pdu.values);
    }
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    if (!this.isOpen) throw associationAborted(this.socket.errored);
    this.socket.cork();
    let isRoomy = true;
    for (const part of parts) isRoomy = this.socket.write(part);
    this.socket.uncork();
    if (isRoomy) return;
    const stop = new AbortController();
    try {
      await Promise.race([
        once(this.socket, 'drain', { signal: stop.signal }),
        once(this.socket, 'close', { signal: stop.signal }),
      ]);
    } catch (error) {
      throw associationAborted(error);
    } finally {
      stop.abort();
    }
    if (this.socket.destroyed) throw associationAborted(this.socket.errored);
  }
}

async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function* none(): AsyncIterable<Uint8Array> {}

/** The network's doing, or our own: a socket that is destroyed while it is read. */
function isEndOfSocket(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || ('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE');
}
