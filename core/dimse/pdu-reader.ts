// PDUs from a byte stream, one at a time and only when asked for: a slow reader slows the sender.
import type { Readable } from 'node:stream';
import { malformedPdu } from './errors.ts';
import { decodePdu, PDU_HEADER_BYTES, type Pdu } from './pdu.ts';

/** Association PDUs have no negotiated limit; no honest one comes near this. */
const MAX_ASSOCIATE_BYTES = 1024 * 1024;

export class PduReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #maxDataBytes: number;
  #held: Buffer = Buffer.alloc(0);

  /** @param maxDataBytes - what we announced as the largest P-DATA-TF */
  constructor(stream: Readable, maxDataBytes: number) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#maxDataBytes = maxDataBytes;
  }

  /** Undefined when the stream ends between two PDUs. @throws WorkbenchError `DIMSE_PROTOCOL`, or what the stream throws */
  async next(): Promise<Pdu | undefined> {
    if (!(await this.#fill(PDU_HEADER_BYTES))) {
      if (this.#held.byteLength > 0) throw malformedPdu();
      return undefined;
    }
    const type = this.#held[0] ?? 0;
    const length = this.#held.readUInt32BE(2);
    const limit =
      type === 4 ? Math.max(this.#maxDataBytes, MAX_ASSOCIATE_BYTES) : MAX_ASSOCIATE_BYTES;
    if (type < 1 || type > 7 || length > limit) throw malformedPdu();
    if (!(await this.#fill(PDU_HEADER_BYTES + length))) throw malformedPdu();
    const body = this.#held.subarray(PDU_HEADER_BYTES, PDU_HEADER_BYTES + length);
    this.#held = this.#held.subarray(PDU_HEADER_BYTES + length);
    return decodePdu(type, body);
  }

  async #fill(length: number): Promise<boolean> {
    if (this.#held.byteLength >= length) return true;
    const parts = [this.#held];
    let size = this.#held.byteLength;
    while (size < length) {
      const { value, done } = await this.#chunks.next();
      if (done === true) break;
      parts.push(value);
      size += value.byteLength;
    }
    this.#held = parts.length === 1 ? this.#held : Buffer.concat(parts, size);
    return size >= length;
  }
}
