// One file of a multipart/form-data body (RFC 7578), from bytes that are already here.

interface Upload {
  readonly name: string;
  readonly mimetype: string;
  readonly bytes: Uint8Array;
}

/** @returns undefined when the body is not multipart or has no file of that field */
export function parseUpload(
  body: Uint8Array,
  contentType: string,
  field: string,
): Upload | undefined {
  const boundary = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(
    contentType,
  );
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return undefined;
  const bytes = Buffer.from(body);
  const limit = `\r\n--${mark}`;
  // The first boundary may open the body without a line break before it.
  let at = bytes.indexOf(`--${mark}`) === 0 ? mark.length + 2 : bytes.indexOf(limit) + limit.length;
  while (at >= limit.length - 2) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    const end = headEnd < 0 ? -1 : bytes.indexOf(limit, headEnd + 2);
    if (end < 0) return undefined;
    const head = bytes.subarray(at, headEnd).toString('utf8');
    const found = partOf(head, field);
    if (found) return { ...found, bytes: bytes.subarray(headEnd + 4, Math.max(end, headEnd + 4)) };
    at = end + limit.length;
  }
  return undefined;
}

function partOf(head: string, field: string): Omit<Upload, 'bytes'> | undefined {
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? '';
  const name = /\bname="([^"]*)"/i.exec(disposition.replace(/filename="[^"]*"/i, ''))?.[1];
  const file = /\bfilename="([^"]*)"/i.exec(disposition)?.[1];
  if (name !== field || file === undefined) return undefined;
  const mimetype = /^content-type:\s*([^\r\n]+)/im.exec(head)?.[1]?.trim();
  return { name: file, mimetype: mimetype ?? 'application/octet-stream' };
}
