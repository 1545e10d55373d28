// WADO-RS: files, metadata, bulk data and frames.
import type { Dataset } from '#core/dicom/dataset.ts';
import { attributeByName, parseTag } from '#core/dicom/dictionary.ts';
import type { Part10 } from '#core/dicom/part10.ts';
import { readPart10 } from '#core/dicom/part10.ts';
import { isEncapsulated } from '#core/dicom/transfer-syntax.ts';
import type { Resource } from '../archive/model.ts';
import { dicomJson } from '../dicom/dicom-json.ts';
import { dicomXml } from '../dicom/dicom-xml.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import { transcode } from '../dicom/transcode.ts';
import { frameCount, PIXEL_DATA, pixelFormat, storedFrame } from '../image/pixels.ts';
import { type Answer, bytesAnswer } from '../rest/answer.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { jsonOptions } from '../rest/instance-file.ts';
import { type JsonObject, styledJson, tabbedJson } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import {
  checkBulkForm,
  EXPLICIT_LITTLE_ENDIAN,
  frameSyntax,
  frameType,
  metadataForm,
  retrievedSyntax,
} from './accept.ts';
import {
  baseUrl,
  dicomWebPath,
  instancesOf,
  type MultipartPart,
  multipartAnswer,
  resourceAt,
} from './context.ts';

export const retrieveFiles: Handler = async (call, orthanc) => {
  const syntax = retrievedSyntax(call, orthanc.version);
  const instances = instancesOf(resourceAt(call, orthanc), orthanc);
  const parts = instances.map((instance) => async () => ({
    headers: { 'Content-Type': 'application/dicom' },
    bytes: await fileIn(instance, syntax, orthanc),
  }));
  return multipartAnswer('application/dicom', parts, orthanc);
};

export const retrieveMetadata: Handler = async (call, orthanc) => {
  const instances = instancesOf(resourceAt(call, orthanc), orthanc);
  const models = instances.map((instance) => () => modelOf(instance, call, orthanc));
  if (metadataForm(call, orthanc.version) === 'xml') {
    const parts = models.map((model) => async () => xmlPart(await model()));
    return multipartAnswer('application/dicom+xml', parts, orthanc);
  }
  const members: string[] = [];
  for (const model of models) members.push(tabbedJson(await model()));
  return jsonList(members);
};

export const retrieveBulk: Handler = async (call, orthanc) => {
  checkBulkForm(call, orthanc.version);
  const instance = resourceAt(call, orthanc);
  if (call.trailing.length === 0) throw new OrthancError('unknownResource');
  if (call.trailing.length % 2 === 0) {
    throw new OrthancError(
      'badRequest',
      `Bulk data URI in WADO-RS should have an odd number of items: ${call.trailing.join('/')}`,
    );
  }
  const { dataset } = await orthanc.dicom.parseWhole(instance);
  const bulk = bulkAt(dataset, call.trailing);
  if (!bulk) throw new OrthancError('inexistentItem');
  const headers = { 'Content-Type': 'application/octet-stream' };
  const parts = bulk.map((bytes) => async () => ({ headers, bytes }));
  return multipartAnswer('application/octet-stream', parts, orthanc);
};

export const retrieveFrames: Handler = async (call, orthanc) => {
  const syntax = frameSyntax(call);
  const asked = call.params['frames'];
  const numbers = asked === undefined ? undefined : frameNumbers(asked);
  const instance = resourceAt(call, orthanc);
  const file = await inSyntax(instance, syntax, orthanc);
  if (!file.dataset.get(PIXEL_DATA)) throw new OrthancError('notImplemented');
  const shown = isEncapsulated(file.transferSyntax) ? file.transferSyntax : EXPLICIT_LITTLE_ENDIAN;
  const type = `${frameType(shown)}; transfer-syntax=${shown}`;
  const location = `${baseUrl(call, orthanc)}${dicomWebPath(instance)}/frames`;
  const parts = (numbers ?? laterFrames(file)).map((frame) => {
    const bytes = frameAt(file, frame - 1);
    const headers = { 'Content-Location': `${location}/${frame}`, 'Content-Type': type };
    return async (): Promise<MultipartPart> => ({ headers, bytes });
  });
  return multipartAnswer(type, parts, orthanc, { isCutShort: numbers === undefined });
};

// Plugin 1.7 and 1.20: without numbers it starts at the second frame and breaks off behind the last.
function laterFrames({ dataset }: Part10): readonly number[] {
  const count = frameCount(dataset);
  if (count === 1) throw new OrthancError('outOfRange');
  return Array.from({ length: count - 1 }, (_, index) => index + 2);
}

/** `[` and `]` around objects that end with a line: how the plugin writes lists. */
export function jsonList(members: readonly string[]): Answer {
  return bytesAnswer(Buffer.from(`[${members.join(',')}]`), 'application/dicom+json');
}

export function xmlPart(model: JsonObject): MultipartPart {
  return {
    headers: { 'Content-Type': 'application/dicom+xml' },
    bytes: Buffer.from(dicomXml(model)),
  };
}

async function fileIn(
  instance: Resource,
  syntax: string | undefined,
  orthanc: Orthanc,
): Promise<Uint8Array> {
  const stored = orthanc.archive.files.read(fileOf(instance).uuid);
  if (syntax === undefined) return stored;
  const file = readPart10(stored);
  if (file.transferSyntax === syntax || !file.dataset.get(PIXEL_DATA)) return stored;
  const bytes = await transcode(file, syntax);
  if (!bytes) throw new OrthancError('plugin');
  return bytes;
}

async function inSyntax(
  instance: Resource,
  syntax: string | undefined,
  orthanc: Orthanc,
): Promise<Part10> {
  const file = await orthanc.dicom.parseWhole(instance);
  const isPlain = !isEncapsulated(file.transferSyntax) && syntax === EXPLICIT_LITTLE_ENDIAN;
  if (syntax === undefined || (isPlain && file.transferSyntax !== '1.2.840.10008.1.2.2'))
    return file;
  if (file.transferSyntax === syntax || !file.dataset.get(PIXEL_DATA)) return file;
  const bytes = await transcode(file, syntax);
  if (bytes) return readPart10(bytes);
  throw orthanc.version.isOldDicomWeb
    ? new OrthancError('plugin')
    : new OrthancError(
        'internal',
        `DICOMweb: Unable to get transcoded file for instance ${instance.id}`,
      );
}

function frameAt(file: Part10, frame: number): Uint8Array {
  const format = pixelFormat(file.dataset, file.transferSyntax);
  const bytes = format && storedFrame(file.dataset, format, frame);
  if (!bytes) throw new OrthancError('outOfRange');
  return bytes;
}

function frameNumbers(text: string): number[] {
  return text.split(',').map((each) => {
    if (!/^-?\d+$/.test(each.trim())) throw new OrthancError('badFile');
    const frame = Number(each);
    if (frame > 0) return frame;
    throw new OrthancError('outOfRange', `Invalid frame number (must be > 0): ${each}`);
  });
}

async function modelOf(instance: Resource, call: Call, orthanc: Orthanc): Promise<JsonObject> {
  const { dataset, transferSyntax } = await orthanc.dicom.parse(instance);
  const address = `${baseUrl(call, orthanc)}${dicomWebPath(instance)}/bulk`;
  const bulkUri = (path: readonly string[]) => `${address}/${path.join('/').toLowerCase()}`;
  const model = dicomJson(dataset, { ...jsonOptions(orthanc), bulkUri });
  if (!orthanc.version.isOldDicomWeb || !isEncapsulated(transferSyntax)) return model;
  const { [PIXEL_DATA]: _hidden, ...shown } = model;
  return shown;
}

/** The fragments of compressed pixels, their offset table among them, are parts of their own. */
function bulkAt(dataset: Dataset, path: readonly string[]): readonly Uint8Array[] | undefined {
  const [name = '', index, ...rest] = path;
  const tag = parseTag(name) ?? attributeByName(name)?.tag;
  if (tag === undefined) throw new OrthancError('unknownTag');
  const element = dataset.get(tag);
  if (!element) return undefined;
  if (index === undefined && element.items) return [Buffer.from(itemNumbers(element.items.length))];
  if (index === undefined) return element.fragments ?? [element.raw];
  const item = element.items?.[Number(index) - 1];
  return item && bulkAt(item, rest);
}

/** Orthanc's own list of the items of a sequence. */
function itemNumbers(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => String(index));
  return styledJson(numbers);
}
