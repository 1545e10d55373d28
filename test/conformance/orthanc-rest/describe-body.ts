// An answer's body in a form that can be compared: text and JSON as they are, of images the size in pixels, of
// archives the names and sizes of members, of multipart bodies the parts.

type Described = Readonly<Record<string, unknown>>;

export function describeBody(body: Buffer, contentType: string): Described {
  if (body.length === 0) return { kind: 'empty' };
  return (
    describeMultipart(body, contentType) ??
    describeBinary(body) ??
    describeJson(body, contentType) ??
    describeText(body) ?? { kind: 'binary' }
  );
}

function describeMultipart(body: Buffer, contentType: string): Described | undefined {
  if (!/^multipart\//i.test(contentType)) return undefined;
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return { kind: 'multipart' };
  const mark = Buffer.from(`--${boundary}`);
  const parts: Described[] = [];
  let start = body.indexOf(mark);
  const preamble = start > 0 ? body.toString('latin1', 0, start) : '';
  for (let next = body.indexOf(mark, start + mark.length); next >= 0; ) {
    parts.push(describePart(body.subarray(start + mark.length + 2, next - 2)));
    start = next;
    next = body.indexOf(mark, start + mark.length);
  }
  return { kind: 'multipart', preamble, parts, tail: body.toString('latin1', start + mark.length) };
}

function describePart(part: Buffer): Described {
  const end = part.indexOf('\r\n\r\n');
  const head = part.toString('latin1', 0, end);
  const type = /content-type: *([^\r\n]*)/i.exec(head)?.[1] ?? '';
  return { headers: head.split('\r\n'), body: describeBody(part.subarray(end + 4), type) };
}

function describeBinary(body: Buffer): Described | undefined {
  if (body.length > 132 && body.toString('latin1', 128, 132) === 'DICM') return { kind: 'dicom' };
  if (body.toString('latin1', 0, 4) === '\x89PNG') {
    const size = { width: body.readUInt32BE(16), height: body.readUInt32BE(20) };
    return { kind: 'png', ...size, bitDepth: body[24], colorType: body[25] };
  }
  if (body[0] === 0xff && body[1] === 0xd8) return { kind: 'jpeg' };
  if (body.toString('latin1', 0, 2) === 'PK') return { kind: 'zip', entries: zipEntries(body) };
  return undefined;
}

function zipEntries(body: Buffer): Described[] {
  const end = body.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const entries: Described[] = [];
  let at = body.readUInt32LE(end + 16);
  for (let count = body.readUInt16LE(end + 10); count > 0; count--) {
    const nameLength = body.readUInt16LE(at + 28);
    entries.push({
      name: body.toString('utf8', at + 46, at + 46 + nameLength),
      size: body.readUInt32LE(at + 24),
      method: body.readUInt16LE(at + 10),
      flags: body.readUInt16LE(at + 8),
    });
    at += 46 + nameLength + body.readUInt16LE(at + 30) + body.readUInt16LE(at + 32);
  }
  return entries;
}

function describeJson(body: Buffer, contentType: string): Described | undefined {
  if (!contentType.includes('json')) return undefined;
  try {
    return { kind: 'json', json: JSON.parse(body.toString('utf8')) };
  } catch {
    // Says JSON and is none: compared as text.
    return undefined;
  }
}

const TEXT_LIMIT = 6000;

function describeText(body: Buffer): Described | undefined {
  const text = body.toString('utf8');
  if (text.includes('\ufffd') || [...text.slice(0, TEXT_LIMIT)].some((char) => char <= '\b'))
    return undefined;
  return { kind: 'text', text: text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text };
}
