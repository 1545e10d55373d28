// Multipart bodies (RFC 2046), as forms and STOW-RS send them.

export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const CRLF2 = Buffer.from('\r\n\r\n');

/** The boundary of a Content-Type, quoted or not. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** The parts as views of the body; whatever is not between two boundaries is left out. */
export function* splitMultipart(body: Buffer, boundary: string): Generator<Part> {
  const mark = Buffer.from(`--${boundary}`);
  let start = body.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length;
    const next = body.indexOf(mark, from);
    if (next < 0) return;
    const headEnd = body.indexOf(CRLF2, from);
    if (headEnd >= 0 && headEnd < next) {
      yield {
        headers: partHeaders(body.toString('latin1', from, headEnd)),
        body: body.subarray(headEnd + CRLF2.length, next - 2),
      };
    }
    start = next;
  }
}

function partHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
