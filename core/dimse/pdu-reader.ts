// PDUs from a byte stream, one at a time and only when asked for: a slow reader slows the sender.
import type { Readable } from 'node:stream';
import { releaseChunk } from '../chunk-memory.ts';
import { malformedPdu } from './errors.ts';
import { decodePdu, PDU_HEADER_BYTES, type Pdu } from './pdu.ts';

/** Association PDUs have no negotiated limit; no honest one comes near this. */
const MAX_ASSOCIATE_BYTES = 1024 * 1024;
/** Room for what a socket gives at once and the rest of the PDU before. */
const USUAL_BYTES = 128 * 1024;
/** Longer than a sender at work needs from one write to the next. */
const SILENCE_MS = 1;

export class PduReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #maxDataBytes: number;
  /** Everything that comes goes through this memory, from `#start` to `#end`. */
  #memory: Buffer;
  #start = 0;
  #end = 0;

  /**
   * @param stream - its chunks are the reader's: their memory is given back
   * @param maxDataBytes - what we announced as the largest P-DATA-TF
   */
  constructor(stream: Readable, maxDataBytes: number) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#maxDataBytes = maxDataBytes;
    this.#memory = Buffer.allocUnsafeSlow(USUAL_BYTES);
  }

  /**
   * The next PDU, good until `next` is called again: its memory is used for the one after. Undefined when the
   * stream ends between two PDUs.
   *
   * @param onSilence - called when nothing comes for a moment, once for each time that we wait
   * @throws WorkbenchError `DIMSE_PROTOCOL`, or what the stream throws
   */
  async next(onSilence?: () => void): Promise<Pdu | undefined> {
    if (!(await this.#fill(PDU_HEADER_BYTES, onSilence))) {
      if (this.#start < this.#end) throw malformedPdu();
      return undefined;
    }
    if (!(await this.#fill(this.#ahead(), onSilence))) throw malformedPdu();
    return this.held();
  }

  /** The next PDU when all of it is here already; leaves the ones before as they are. @throws WorkbenchError `DIMSE_PROTOCOL` */
  held(): Pdu | undefined {
    if (this.#end - this.#start < PDU_HEADER_BYTES) return undefined;
    const length = this.#ahead();
    if (this.#end - this.#start < length) return undefined;
    const pdu = this.#memory.subarray(this.#start, this.#start + length);
    this.#start += length;
    return decodePdu(pdu[0] ?? 0, pdu.subarray(PDU_HEADER_BYTES));
  }

  /** Bytes of the PDU that begins at `#start`. */
  #ahead(): number {
    const type = this.#memory[this.#start] ?? 0;
    const length = this.#memory.readUInt32BE(this.#start + 2);
    const limit =
      type === 4 ? Math.max(this.#maxDataBytes, MAX_ASSOCIATE_BYTES) : MAX_ASSOCIATE_BYTES;
    if (type < 1 || type > 7 || length > limit) throw malformedPdu();
    return PDU_HEADER_BYTES + length;
  }

  async #fill(length: number, onSilence: (() => void) | undefined): Promise<boolean> {
    while (this.#end - this.#start < length) {
      const { value, done } = await this.#nextChunk(onSilence);
      if (done === true) return false;
      this.#add(value);
    }
    return true;
  }

  async #nextChunk(onSilence: (() => void) | undefined): Promise<IteratorResult<Buffer>> {
    if (onSilence === undefined) return this.#chunks.next();
    const silence = setTimeout(onSilence, SILENCE_MS);
    try {
      return await this.#chunks.next();
    } finally {
      clearTimeout(silence);
    }
  }

  #add(chunk: Buffer): void {
    const held = this.#memory.subarray(this.#start, this.#end);
    const needed = held.byteLength + chunk.byteLength;
    if (needed > this.#memory.byteLength) this.#memory = Buffer.allocUnsafeSlow(needed * 2);
    held.copy(this.#memory);
    chunk.copy(this.#memory, held.byteLength);
    this.#start = 0;
    this.#end = needed;
    releaseChunk(chunk);
  }
}
