// PDUs from a byte stream, one at a time and only when asked for: a slow reader slows the sender.
import type { Readable } from 'node:stream';
import { malformedPdu } from './errors.ts';
import { decodePdu, PDU_HEADER_BYTES, type Pdu } from './pdu.ts';

/** Association PDUs have no negotiated limit; no honest one comes near this. */
const MAX_ASSOCIATE_BYTES = 1024 * 1024;

export class PduReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #maxDataBytes: number;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;

  /** @param maxDataBytes - what we announced as the largest P-DATA-TF */
  constructor(stream: Readable, maxDataBytes: number) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#maxDataBytes = maxDataBytes;
  }

  /** Undefined when the stream ends between two PDUs. @throws WorkbenchError `DIMSE_PROTOCOL`, or what the stream throws */
  async next(): Promise<Pdu | undefined> {
    if (!(await this.#fill(PDU_HEADER_BYTES))) {
      if (this.#heldBytes > 0) throw malformedPdu();
      return undefined;
    }
    if (!(await this.#fill(this.#ahead()))) throw malformedPdu();
    return this.held();
  }

  /** The next PDU when all of it is here already, without waiting. @throws WorkbenchError `DIMSE_PROTOCOL` */
  held(): Pdu | undefined {
    if (this.#heldBytes < PDU_HEADER_BYTES) return undefined;
    const length = this.#ahead();
    if (this.#heldBytes < length) return undefined;
    const pdu = this.#take(length);
    return decodePdu(pdu[0] ?? 0, pdu.subarray(PDU_HEADER_BYTES));
  }

  /** Bytes of the PDU that begins with what is held. */
  #ahead(): number {
    const header = this.#joined(PDU_HEADER_BYTES);
    const type = header[0] ?? 0;
    const length = header.readUInt32BE(2);
    const limit =
      type === 4 ? Math.max(this.#maxDataBytes, MAX_ASSOCIATE_BYTES) : MAX_ASSOCIATE_BYTES;
    if (type < 1 || type > 7 || length > limit) throw malformedPdu();
    return PDU_HEADER_BYTES + length;
  }

  async #fill(length: number): Promise<boolean> {
    while (this.#heldBytes < length) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return false;
      this.#held.push(value);
      this.#heldBytes += value.byteLength;
    }
    return true;
  }

  #take(length: number): Buffer {
    const taken = this.#joined(length);
    const [first = taken] = this.#held;
    this.#heldBytes -= length;
    if (first.byteLength === length) this.#held.shift();
    else this.#held[0] = first.subarray(length);
    return taken;
  }

  /** A view of the next bytes; only what crosses the border of a chunk is copied, into the first chunk. */
  #joined(length: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#held;
    if (first.byteLength >= length) return first.subarray(0, length);
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0; ) {
      const chunk = this.#held.shift() ?? Buffer.alloc(0);
      const part = chunk.subarray(0, missing);
      if (part.byteLength < chunk.byteLength) this.#held.unshift(chunk.subarray(missing));
      parts.push(part);
      missing -= part.byteLength;
    }
    const joined = Buffer.concat(parts, length);
    this.#held.unshift(joined);
    return joined;
  }
}
