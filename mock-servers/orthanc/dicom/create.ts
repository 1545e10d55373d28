// New instances from JSON: identifiers and dates made up where none are given, images and documents as content.
import { attributeOf, isVr } from '#core/dicom/dictionary.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#core/dicom/transfer-syntax.ts';
import { type NewElement, numberElement } from '#core/dicom/write.ts';
import { OrthancError } from '../rest/errors.ts';
import { elementOf } from './elements.ts';
import type { ModificationDeps } from './modification.ts';
import { readPng } from './png-content.ts';
import { generateUid } from './uids.ts';
import { writeFile } from './write-file.ts';

export interface CreateRequest {
  /** By tag; values as in the JSON body. */
  readonly tags: ReadonlyMap<string, unknown>;
  /** Tags of the parent that the new instance belongs to. */
  readonly inherited: ReadonlyMap<string, string>;
  /** A `data:` URI. */
  readonly content: string | undefined;
  /** Term for texts. */
  readonly charset: string;
  readonly now: number;
}

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const dateTags = ['00080012', '00080020', '00080021', '00080022', '00080023'];
const timeTags = ['00080013', '00080030', '00080031', '00080032', '00080033'];

export async function createFile(request: CreateRequest, deps: ModificationDeps): Promise<Buffer> {
  const charset = String(request.tags.get('00080005') ?? request.charset);
  const elements = new Map<string, NewElement>();
  const terms = charset.split('\\');
  const set = (tag: string, value: unknown) =>
    elements.set(tag, elementOf(tag, value, { charset: terms }));
  for (const [tag, value] of defaults(request, charset, deps)) set(tag, value);
  for (const [tag, value] of [...request.inherited, ...request.tags]) set(tag, value);
  if (request.content !== undefined) {
    for (const element of await contentElements(request.content)) {
      const isGiven = request.tags.has(element.tag) && element.vr === 'UI';
      if (!isGiven) elements.set(element.tag, element);
    }
  }
  return writeFile({ elements: [...elements.values()], transferSyntax: EXPLICIT_LITTLE_ENDIAN });
}

function defaults(
  { now }: CreateRequest,
  charset: string,
  deps: ModificationDeps,
): [string, string][] {
  const iso = new Date(now).toISOString();
  const date = iso.slice(0, 10).replaceAll('-', '');
  const time = `${iso.slice(11, 19).replaceAll(':', '')}.000000`;
  return [
    ['00080005', charset],
    ...dateTags.map((tag): [string, string] => [tag, date]),
    ...timeTags.map((tag): [string, string] => [tag, time]),
    ['00100020', deps.newUuid()],
    ['0020000D', generateUid('study', deps)],
    ['0020000E', generateUid('series', deps)],
    ['00080018', generateUid('instance', deps)],
  ];
}

async function contentElements(content: string): Promise<NewElement[]> {
  const match = /^data:([^;,]+);base64,(.*)$/s.exec(content);
  if (!match) throw new OrthancError('badFile');
  const [, type = '', base64 = ''] = match;
  const bytes = Buffer.from(base64, 'base64');
  if (type === 'application/pdf') return pdfElements(bytes);
  if (type === 'image/png') return imageElements(bytes);
  throw new OrthancError(
    'notImplemented',
    `Unsupported MIME type for the content of a new DICOM file: ${type}`,
  );
}

function pdfElements(bytes: Buffer): NewElement[] {
  if (bytes.toString('latin1', 0, 5) !== '%PDF-')
    throw new OrthancError('badFile', 'Not a PDF file');
  return [
    text('00080016', ENCAPSULATED_PDF),
    text('00080060', 'OT'),
    text('00080064', 'WSD'),
    text('00280301', 'NO'),
    text('00420012', 'application/pdf'),
    { tag: '00420011', vr: 'OB', raw: bytes },
  ];
}

function imageElements(bytes: Buffer): NewElement[] {
  const image = readPng(bytes);
  if (!image) throw new OrthancError('badFile');
  const { width, height, channels, bits, samples } = image;
  return [
    text('00080016', SECONDARY_CAPTURE),
    text('00280004', channels === 3 ? 'RGB' : 'MONOCHROME2'),
    numberElement('00280002', channels),
    ...(channels === 3 ? [numberElement('00280006', 0)] : []),
    numberElement('00280010', height),
    numberElement('00280011', width),
    numberElement('00280100', bits),
    numberElement('00280101', bits),
    numberElement('00280102', bits - 1),
    numberElement('00280103', 0),
    { tag: '7FE00010', vr: bits === 16 ? 'OW' : 'OB', raw: samples },
  ];
}

function text(tag: string, value: string): NewElement {
  const vr = attributeOf(tag)?.vr ?? 'LO';
  return { tag, vr: isVr(vr) ? vr : 'LO', raw: Buffer.from(value, 'latin1') };
}
