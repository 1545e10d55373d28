// Multipart bodies (RFC 2046), as forms and STOW-RS send them, read as they come: a part may be larger than memory.

const CRLF2 = Buffer.from('\r\n\r\n');
const END = Buffer.from('--');

/** The boundary of a Content-Type, quoted or not. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** Thrown inside a part when the body ends there: such a part does not count. */
export class PartCutShort extends Error {}

export interface Part {
  /** Its headers as they came, without those beyond the first thousands of bytes. */
  readonly head: string;
  readonly bytes: AsyncGenerator<Buffer>;
}

const HEAD_LIMIT = 4096;

/** Each part; read the bytes of one to their end before the next. */
export async function* splitMultipart(
  source: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<Part> {
  const reader = new MarkReader(source);
  const mark = Buffer.from(`--${boundary}`);
  const lineMark = Buffer.from(`\r\n--${boundary}`);
  if (!(await reader.skip(mark))) return;
  while (!(await reader.startsWith(END))) {
    const head = await reader.text(CRLF2);
    if (head === undefined) return;
    yield { head, bytes: reader.until(lineMark) };
  }
}

/** Finds marks over the borders of the chunks that they arrive in. */
class MarkReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async startsWith(mark: Buffer): Promise<boolean> {
    while (this.#held.length < mark.length) if (!(await this.#more())) return false;
    return this.#held.subarray(0, mark.length).equals(mark);
  }

  /** Passes over all up to the mark and the mark; false when there is none. */
  async skip(mark: Buffer): Promise<boolean> {
    return (await this.text(mark)) !== undefined;
  }

  /** The beginning of what lies before the mark; undefined when there is none. */
  async text(mark: Buffer): Promise<string | undefined> {
    let text = '';
    try {
      for await (const chunk of this.until(mark)) {
        if (text.length < HEAD_LIMIT) text += chunk.toString('latin1', 0, HEAD_LIMIT);
      }
      return text;
    } catch (error) {
      if (error instanceof PartCutShort) return undefined;
      throw error;
    }
  }

  /** The bytes before the mark, which is passed over. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      if (at >= 0) {
        const last = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        yield last;
        return;
      }
      // A mark may lie across two chunks: its beginning is kept.
      const safe = Math.max(0, this.#held.length - mark.length + 1);
      const passed = this.#held.subarray(0, safe);
      this.#held = this.#held.subarray(safe);
      if (safe > 0) yield passed;
      if (!(await this.#more())) throw new PartCutShort();
    }
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    return true;
  }
}
