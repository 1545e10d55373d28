// Files of resources: /file and /attachments, their sizes, hashes and ETags.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
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
import type { Handler, Orthanc } from './orthanc.ts';

const FIRST_USER_TYPE = 1024;
const operations =
  'compress compressed-data compressed-md5 compressed-size data info is-compressed md5 size uncompress verify-md5'.split(
    ' ',
  );

export function listAttachments(level: Level): Handler {
  return (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const types = [...resource.attachments.keys()].sort((a, b) => a - b);
    return jsonAnswer(types.map((type) => orthanc.contentTypeNames.get(type) ?? String(type)));
  };
}

/** What can be done with an attachment: a list of the names of the routes below it. */
export function attachmentOperations(level: Level): Handler {
  return async (call, orthanc) => {
    const found = attachmentOf(call, level, orthanc);
    const names = orthanc.version.hasAttachmentUuid ? [...operations, 'uuid'].sort() : operations;
    return tagged(jsonAnswer(names), await etag(found, orthanc));
  };
}

export function attachmentInfo(level: Level): Handler {
  return async (call, orthanc) => {
    const found = attachmentOf(call, level, orthanc);
    const md5 = await md5Of(found, orthanc);
    const answer = jsonAnswer({
      CompressedMD5: md5,
      CompressedSize: found.attachment.size,
      ContentType: found.type,
      UncompressedMD5: md5,
      UncompressedSize: found.attachment.size,
      Uuid: found.attachment.uuid,
    });
    return tagged(answer, await etag(found, orthanc));
  };
}

export function attachmentText(
  level: Level,
  text: (attachment: Attachment, md5: string) => string,
): Handler {
  return async (call, orthanc) => {
    const found = attachmentOf(call, level, orthanc);
    const md5 = await md5Of(found, orthanc);
    return tagged(textAnswer(text(found.attachment, md5)), await etag(found, orthanc));
  };
}

export function attachmentData(level: Level): Handler {
  return async (call, orthanc) => {
    const found = attachmentOf(call, level, orthanc);
    const { attachment, type } = found;
    const path = orthanc.archive.files.pathOf(attachment.uuid);
    const ETag = await etag(found, orthanc);
    const range = orthanc.version.obeysRange ? rangeOf(call, attachment.size) : undefined;
    if (range) {
      const headers = {
        ETag,
        'Content-Range': `bytes ${range.start}-${range.end}/${attachment.size}`,
      };
      const body = { path, size: attachment.size, range };
      return { status: 206, contentType: 'application/octet-stream', headers, body };
    }
    const contentType =
      type === DICOM_ATTACHMENT ? 'application/dicom' : 'application/octet-stream';
    const name =
      attachment.uuid + (type === DICOM_ATTACHMENT ? orthanc.version.attachmentExtension : '');
    const headers = { ETag, 'Content-Disposition': `filename="${name}"` };
    return bytesAnswer({ path, size: attachment.size }, contentType, headers);
  };
}

export function verifyMd5(level: Level): Handler {
  return (call, orthanc) => {
    attachmentOf(call, level, orthanc);
    return bareJsonAnswer('{}');
  };
}

export function putAttachment(level: Level): Handler {
  return async (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const type = typeOf(call, orthanc);
    if (type < FIRST_USER_TYPE) return bareStatus(403);
    const attachment = await orthanc.archive.attach(resource, type, await bodyOf(call));
    orthanc.archive.addChange('UpdatedAttachment', resource);
    return tagged(bareJsonAnswer('{}'), await etag({ resource, type, attachment }, orthanc));
  };
}

export function deleteAttachment(level: Level): Handler {
  return async (call, orthanc) => {
    const { resource, type } = attachmentOf(call, level, orthanc);
    if (type < FIRST_USER_TYPE) return bareStatus(403);
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
  return bytesAnswer({ path: archive.files.pathOf(uuid), size }, 'application/dicom', headers);
}

interface Found {
  readonly resource: Resource;
  readonly type: number;
  readonly attachment: Attachment;
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
  const number = contentTypeNumbers.get(name) ?? Number(name);
  const isKnown = contentTypeNumbers.has(name) || (number >= FIRST_USER_TYPE && number <= 0xffff);
  if (!isKnown) throw new OrthancError('inexistentItem');
  return number;
}

async function etag(found: Found, orthanc: Orthanc): Promise<string> {
  return `"${found.attachment.revision}-${await md5Of(found, orthanc)}"`;
}

/** Computed at the first need and kept: an upload does not wait for it. */
async function md5Of({ attachment, resource }: Found, { archive }: Orthanc): Promise<string> {
  if (attachment.md5 === undefined) {
    const hash = createHash('md5');
    for await (const chunk of createReadStream(archive.files.pathOf(attachment.uuid)))
      hash.update(chunk);
    attachment.md5 = hash.digest('hex');
    archive.save(resource);
  }
  return attachment.md5;
}

function tagged(answer: Answer, ETag: string): Answer {
  return { ...answer, headers: { ETag, ...answer.headers } };
}

function rangeOf(call: Call, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? '');
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start <= end ? { start, end } : undefined;
}
