// multipart/related (RFC 2387) as DICOMweb uses it: written and read part by part, never as a whole.

export interface Part {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const LINE_END = '\r\n';
/** Headers of a part; longer ones are not from a DICOMweb server. */
const MAX_HEADER_BYTES = 64 * 1024;

/** The body of a STOW-RS request; each part is opened when its turn comes. */
export async function* writeMultipart(
  parts: Iterable<{
    readonly type: string;
    readonly body: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  }>,
  boundary: string,
): AsyncIterable<Uint8Array> {
  for (const { type, body } of parts) {
    yield Buffer.from(
      `--${boundary}${LINE_END}Content-Type: ${type}${LINE_END}${LINE_END}`,
      'latin1',
    );
    yield* body();
    yield Buffer.from(LINE_END, 'latin1');
  }
  yield Buffer.from(`--${boundary}--${LINE_END}`, 'latin1');
}

/** Undefined when the content type is not multipart. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^multipart\/[^;]+;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/** @throws RangeError when the body ends inside a part */
export async function* readMultipart(
  stream: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncIterable<Part> {
  const source = new Source(stream);
  await source.until(`--${boundary}`);
  for (;;) {
    // A part without headers begins with the line end that ends the boundary's line
    if ((await source.peek(2)).toString('latin1') === '--') return;
    const headers = parseHeaders(await source.until(`${LINE_END}${LINE_END}`, MAX_HEADER_BYTES));
    const body = await source.until(`${LINE_END}--${boundary}`);
    yield { headers, body };
  }
}

function parseHeaders(bytes: Buffer): Readonly<Record<string, string>> {
  const lines = bytes.toString('latin1').split(LINE_END);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]];
    }),
  );
}

/** Bytes up to a mark, over the borders of the chunks they arrive in. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async peek(length: number): Promise<Buffer> {
    while (this.#held.byteLength < length) await this.#more();
    return this.#held.subarray(0, length);
  }

  /** The bytes before the mark, which is passed over. */
  async until(mark: string, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const wanted = Buffer.from(mark, 'latin1');
    const passed: Buffer[] = [];
    let size = 0;
    for (;;) {
      const at = this.#held.indexOf(wanted);
      if (at >= 0) {
        passed.push(this.#cut(at, wanted.byteLength));
        return Buffer.concat(passed);
      }
      // A mark may lie across two chunks: its beginning is kept
      const safe = Math.max(0, this.#held.byteLength - wanted.byteLength + 1);
      size += safe;
      if (size > limit) throw new RangeError('No end of headers');
      passed.push(this.#cut(safe, 0));
      await this.#more();
    }
  }

  #cut(length: number, skipped: number): Buffer {
    const bytes = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length + skipped);
    return bytes;
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done === true) throw new RangeError('The body ends inside a part');
    this.#held = Buffer.concat([this.#held, value]);
  }
}
