// Files of resources: /file and /attachments, their sizes, hashes and ETags.
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { type Attachment, DICOM_ATTACHMENT, type Level, type Resource } from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import {
  type Answer,
  bareJsonAnswer,
  bareStatus,
  bytesAnswer,
  jsonAnswer,
  textAnswer,
} from './answer.ts';
import { resourceOf } from './arguments.ts';
import { bodyOf, type Call } from './call.ts';
import { OrthancError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { BeyondEnd, etagOf, requireMatch, tagged } from './revisions.ts';

const deflateAsync = promisify(deflate);
const FIRST_USER_TYPE = 1024;
const operations =
  'compress compressed-data compressed-md5 compressed-size data info is-compressed md5 size uncompress verify-md5'.split(
    ' ',
  );

export function listAttachments(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const types = [...resource.attachments.keys()].sort((a, b) => a - b);
    const named = types.map((type) => [orthanc.contentTypeNames.get(type) ?? String(type), type]);
    if (call.query.has('full')) return jsonAnswer(Object.fromEntries(named));
    return jsonAnswer(named.map(([name = '']) => name));
  };
}

/** What can be done with an attachment: a list of the names of the routes below it. */
export function attachmentOperations(level: Level): Handler {
  return reading(level, (_found, { version }) =>
    // 1.10 names `uuid`, which it does not answer.
    jsonAnswer(version.hasAttachmentUuid ? [...operations, 'uuid'] : operations),
  );
}

export function attachmentInfo(level: Level): Handler {
  return reading(level, ({ attachment, type, md5 }) =>
    jsonAnswer(attachmentJson(type, attachment, md5)),
  );
}

export function attachmentJson(type: number, attachment: Attachment, md5: string): JsonObject {
  return {
    CompressedMD5: attachment.compressed?.md5 ?? md5,
    CompressedSize: attachment.compressed?.size ?? attachment.size,
    ContentType: type,
    UncompressedMD5: md5,
    UncompressedSize: attachment.size,
    Uuid: attachment.uuid,
  };
}

export function attachmentText(
  level: Level,
  text: (attachment: Attachment, md5: string) => string,
): Handler {
  return reading(level, ({ attachment, md5 }) => textAnswer(text(attachment, md5)));
}

export function attachmentData(level: Level): Handler {
  return reading(level, dataAnswer);
}

function dataAnswer({ attachment, type }: Found, orthanc: Orthanc, call: Call): Answer {
  const file = { ...orthanc.archive.files.locate(attachment.uuid), size: attachment.size };
  const part = partOf(call, attachment.size, orthanc);
  if (part) return { ...part, body: { ...file, range: part.range } };
  const isDicom = type === DICOM_ATTACHMENT;
  const wanted = orthanc.version.hasLabels ? call.query.get('filename') : undefined;
  const name = wanted ?? attachment.uuid + (isDicom ? orthanc.version.attachmentExtension : '');
  const headers = { 'Content-Disposition': `filename="${name}"` };
  return bytesAnswer(file, isDicom ? 'application/dicom' : BYTES, headers);
}

/** The bytes as Orthanc keeps them, without a name; what is not packed 1.12 gives as `/data`. */
export function attachmentCompressedData(level: Level): Handler {
  return reading(level, async (found, orthanc, call) => {
    const { uuid, size, compressed } = found.attachment;
    const { files } = orthanc.archive;
    if (compressed) return bytesAnswer(await packed(files.read(uuid)), BYTES);
    if (orthanc.version.hasLabels) return dataAnswer(found, orthanc, call);
    return bytesAnswer({ ...files.locate(uuid), size }, BYTES);
  });
}

const BYTES = 'application/octet-stream';

export function changeCompression(level: Level, isWanted: boolean): Handler {
  return async (call, orthanc) => {
    const { resource, type, attachment } = attachmentOf(call, level, orthanc);
    if (isWanted !== (attachment.compressed !== undefined)) {
      const bytes = isWanted && (await packed(orthanc.archive.files.read(attachment.uuid)));
      const compressed = bytes && { size: bytes.length, md5: hash('md5', bytes) };
      const isThere = orthanc.archive.repack(resource, type, attachment, compressed || undefined);
      if (!isThere) throw new OrthancError('unknownResource');
    }
    return bareJsonAnswer('{}');
  };
}

/** Orthanc's ZlibWithSize: the size as 8 bytes, then a zlib stream; of nothing, nothing. */
async function packed(bytes: Buffer): Promise<Buffer> {
  if (bytes.length === 0) return bytes;
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([size, await deflateAsync(bytes)]);
}

/** Reads the file again and compares its sum with the one that was kept. */
export function verifyMd5(level: Level): Handler {
  return async (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const attachment = resource.attachments.get(typeOf(call, orthanc));
    // The one place where a missing attachment is a bare 400.
    if (!attachment) return bareStatus(400);
    const kept = await md5Of(attachment, resource, orthanc);
    return (await fileMd5(attachment, orthanc)) === kept ? bareJsonAnswer('{}') : bareStatus(400);
  };
}

export function putAttachment(level: Level): Handler {
  return async (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    // A number that is not the users' is forbidden before it is unknown.
    if (/^\d+$/.test(call.params['name'] ?? '') && !isUserType(Number(call.params['name'])))
      return bareStatus(403);
    const type = typeOf(call, orthanc);
    if (!isUserType(type)) return bareStatus(403);
    const bytes = await bodyOf(call);
    const old = resource.attachments.get(type);
    if (old) requireMatch(call, await md5Of(old, resource, orthanc));
    const isThere = await orthanc.archive.attach(resource, type, bytes);
    if (!isThere) throw new OrthancError('unknownResource');
    orthanc.archive.addChange('UpdatedAttachment', resource);
    const ETag = etagOf(hash('md5', bytes), old ? 1 : 0);
    return { ...bareJsonAnswer('{}'), headers: { ETag } };
  };
}

export function deleteAttachment(level: Level): Handler {
  return async (call, orthanc) => {
    const { resource, type, attachment } = attachmentOf(call, level, orthanc);
    if (!isUserType(type)) return bareStatus(403);
    requireMatch(call, await md5Of(attachment, resource, orthanc));
    await orthanc.archive.detach(resource, type);
    orthanc.archive.addChange('UpdatedAttachment', resource);
    return textAnswer('');
  };
}

/** The DICOM file itself, byte for byte. */
export function storedFile(instance: Resource, { archive, version }: Orthanc): Answer {
  const { uuid, size } = fileOf(instance);
  const name = `${version.namesFilesById ? instance.id : uuid}.dcm`;
  const headers = { 'Content-Disposition': `filename="${name}"` };
  return bytesAnswer({ ...archive.files.locate(uuid), size }, 'application/dicom', headers);
}

interface Found {
  readonly resource: Resource;
  readonly type: number;
  readonly attachment: Attachment;
}

/** A handler of one attachment, whose answer carries its ETag. */
function reading(
  level: Level,
  read: (
    found: Found & { readonly md5: string },
    orthanc: Orthanc,
    call: Call,
  ) => Answer | Promise<Answer>,
): Handler {
  return async (call, orthanc) => {
    const found = attachmentOf(call, level, orthanc);
    const md5 = await md5Of(found.attachment, found.resource, orthanc);
    return tagged(call, md5, () => read({ ...found, md5 }, orthanc, call));
  };
}

function attachmentOf(call: Call, level: Level, orthanc: Orthanc): Found {
  const resource = resourceOf(call, level, orthanc);
  const type = typeOf(call, orthanc);
  const attachment = resource.attachments.get(type);
  if (!attachment) throw new OrthancError('unknownResource');
  return { resource, type, attachment };
}

function typeOf(call: Call, { contentTypeNumbers }: Orthanc): number {
  const name = call.params['name'] ?? '';
  const number = contentTypeNumbers.get(name) ?? (/^\d+$/.test(name) ? Number(name) : -1);
  const isKnown = number >= 0 && number <= 0xffff;
  if (!isKnown) throw new OrthancError('inexistentItem');
  return number;
}

function isUserType(type: number): boolean {
  return type >= FIRST_USER_TYPE && type <= 0xffff;
}

/** Computed at the first need and kept: an upload does not wait for it. */
export async function md5Of(
  attachment: Attachment,
  resource: Resource,
  orthanc: Orthanc,
): Promise<string> {
  if (attachment.md5 === undefined) {
    attachment.md5 = await fileMd5(attachment, orthanc);
    orthanc.archive.save(resource);
  }
  return attachment.md5;
}

async function fileMd5({ uuid, size }: Attachment, { archive }: Orthanc): Promise<string> {
  const sum = createHash('md5');
  const { path, offset } = archive.files.locate(uuid);
  const bytes = size > 0 ? createReadStream(path, { start: offset, end: offset + size - 1 }) : [];
  for await (const chunk of bytes) sum.update(chunk);
  return sum.digest('hex');
}

interface Part {
  readonly status: 206;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly range: { readonly start: number; readonly end: number };
}

/** The part that a Range header asks for; undefined without one. */
function partOf(call: Call, size: number, { version }: Orthanc): Part | undefined {
  const { range: header } = call.headers;
  if (!version.obeysRange || header === undefined) return undefined;
  const range = rangeOf(header, size);
  const headers = { 'Content-Range': `bytes ${range.start}-${range.end}/${size}` };
  return { status: 206, contentType: BYTES, headers, range };
}

/**
 * Orthanc: an end without a beginning counts from the first byte, what is no number is left out, and an end beyond the
 * last byte is refused.
 */
function rangeOf(header: string, size: number): { start: number; end: number } {
  const [, from = '', to = ''] = /^bytes=([^-,]*)-([^-,]*)$/.exec(header) ?? [];
  if (!/^bytes=[^-,]*-[^-,]*$/.test(header)) throw new OrthancError('badRange');
  const start = /^\d+$/.test(from) ? Number(from) : 0;
  const end = /^\d+$/.test(to) ? Number(to) : size - 1;
  if (to !== '' && end < start) throw new OrthancError('badSequence');
  if (end >= size || start > end) throw new BeyondEnd();
  return { start, end };
}
