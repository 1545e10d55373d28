// Images of instances and frames: previews, renderings, raw values.
import { gzipSync } from 'node:zlib';
import type { Dataset } from '#core/dicom/dataset.ts';
import type { Part10 } from '#core/dicom/part10.ts';
import { numbers, text } from '#core/dicom/values.ts';
import type { Resource } from '../archive/model.ts';
import { type DecodedImage, decodeFrame } from '../image/decode.ts';
import { jpegFile, pamFile, pngFile } from '../image/files.ts';
import { frameCount, PIXEL_DATA, pixelFormat, storedFrame } from '../image/pixels.ts';
import { cropped, type Region } from '../image/region.ts';
import {
  type Picture,
  type Rescale,
  resized,
  stretched,
  truncated,
  type Window,
  windowed,
} from '../image/render.ts';
import { negotiate } from './accept.ts';
import { type Answer, bareStatus, bytesAnswer, jsonAnswer } from './answer.ts';
import { resourceOf } from './arguments.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Handler, Orthanc } from './orthanc.ts';

export type ImageForm = 'preview' | 'rendered' | 'image-uint8' | 'image-uint16' | 'image-int16';

const ROWS = '00280010';
const DEFAULT_QUALITY = 90;

export const listFrames: Handler = async (call, orthanc) => {
  const { dataset } = await orthanc.dicom.parse(resourceOf(call, 'Instance', orthanc));
  return jsonAnswer(Array.from({ length: frameCount(dataset) }, (_, frame) => frame));
};

/** `/instances/{id}/preview` and `/instances/{id}/frames/{frame}/preview`, and the other forms. */
export function frameImage(form: ImageForm): Handler {
  return async (call, orthanc) => {
    const { archive, version } = orthanc;
    const instance = archive.resources.find('Instance', call.params['id'] ?? '');
    const type = acceptedType(call, form);
    const frame = frameArgument(call) ?? frameBelowZero(call);
    if (!instance || !type || frame === undefined || !hasValidNumbers(call)) return bareStatus(404);
    const { dataset } = await orthanc.dicom.parse(instance);
    if (frame >= frameCount(dataset)) return bareStatus(version.badFrameStatus);
    const bytes = await pictureFile({ instance, frame, form, type }, call, orthanc);
    return bytes ? bytesAnswer(bytes, type) : unsupportedImage(call, orthanc);
  };
}

function unsupportedImage(call: Call, { version }: Orthanc): Answer {
  if (!call.query.has('returnUnsupportedImage')) return bareStatus(415);
  const root = '../'.repeat(call.uri.length - 1);
  const Location = `${root}app/images/unsupported.png`;
  return { status: version.redirectStatus, headers: { Location } };
}

interface Shown {
  readonly instance: Resource;
  readonly frame: number;
  readonly form: ImageForm;
  readonly type: string;
}

async function pictureFile(
  { instance, frame, form, type }: Shown,
  call: Call,
  orthanc: Orthanc,
): Promise<Uint8Array | undefined> {
  if (!hasValidOptions(call)) return undefined;
  const picture = await renderedPicture(instance, frame, form, call, orthanc);
  return picture && encoded(picture, type, quality(call));
}

/** The frame as stored. */
export function rawFrame(isPacked: boolean): Handler {
  return async (call, orthanc) => {
    const instance = resourceOf(call, 'Instance', orthanc);
    const frame = frameArgument(call);
    if (frame === undefined) return bareStatus(404);
    const { bytes, contentType } = await storedFrameOf(instance, frame, orthanc);
    return isPacked
      ? bytesAnswer(gzipSync(bytes), 'application/gzip')
      : bytesAnswer(bytes, contentType);
  };
}

/** @throws OrthancError as Orthanc for an object without pixels or a frame past the end */
export async function storedFrameOf(
  instance: Resource,
  frame: number,
  { dicom }: Orthanc,
): Promise<{ readonly bytes: Uint8Array; readonly contentType: string }> {
  const { dataset, transferSyntax } = await dicom.parseWhole(instance);
  if (!dataset.get(PIXEL_DATA) && !dataset.get(ROWS)) throw new OrthancError('notImplemented');
  const format = pixelFormat(dataset, transferSyntax);
  const bytes = format && storedFrame(dataset, format, frame);
  if (!bytes) throw new OrthancError('outOfRange');
  return { bytes, contentType: frameTypes[transferSyntax] ?? 'application/octet-stream' };
}

const frameTypes: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.50': 'image/jpeg',
  '1.2.840.10008.1.2.4.90': 'image/jp2',
  '1.2.840.10008.1.2.4.91': 'image/jp2',
};

/** The document inside an encapsulated PDF. */
export const instancePdf: Handler = async (call, orthanc) => {
  const { dataset } = await orthanc.dicom.parseWhole(resourceOf(call, 'Instance', orthanc));
  const document = dataset.get('00420011');
  if (!document || text(dataset, 'MIMETypeOfEncapsulatedDocument') !== 'application/pdf')
    return bareStatus(404);
  const { raw } = document;
  // Orthanc: a PDF ends with a line, so any other last byte is padding.
  const last = raw.at(-1);
  const end = last === 0x0a || last === 0x0d ? raw.length : raw.length - 1;
  return bytesAnswer(raw.subarray(0, end), 'application/pdf');
};

/** What DICOMweb asks for beside a form. */
export interface View {
  readonly region?: Region | undefined;
  readonly window?: Window | undefined;
}

/** A picture of an instance in Orthanc's usual windowing, for DICOMweb. */
export async function renderedPicture(
  instance: Resource,
  frame: number,
  form: ImageForm,
  call: Call,
  orthanc: Orthanc,
  view: View = {},
): Promise<Picture | undefined> {
  const file = await orthanc.dicom.parseWhole(instance);
  const image = await imageOf(file, frame);
  const shown = image && view.region ? cropped(image, view.region) : image;
  return shown && pictureOf(shown, form, file.dataset, call, view);
}

export async function encoded(
  picture: Picture,
  type: string,
  quality: number,
): Promise<Uint8Array | undefined> {
  if (type === 'image/png') return pngFile(picture);
  if (type === 'image/jpeg') return jpegFile(picture, quality);
  return pamFile(picture);
}

export function imageOf(
  { dataset, transferSyntax }: Part10,
  frame: number,
): Promise<DecodedImage | undefined> | undefined {
  const format = pixelFormat(dataset, transferSyntax);
  return format && decodeFrame(dataset, format, frame);
}

function pictureOf(
  image: DecodedImage,
  form: ImageForm,
  dataset: Dataset,
  call: Call,
  view: View,
): Picture | undefined {
  switch (form) {
    case 'preview':
      return stretched(image);
    case 'rendered': {
      const window = view.window ?? { ...windowOf(dataset), ...windowArgument(call) };
      return resized(
        windowed(image, rescaleOf(dataset), window),
        sizeArgument(call, 'width'),
        sizeArgument(call, 'height'),
      );
    }
    case 'image-uint8':
      return truncated(image, 'uint8');
    case 'image-uint16':
      return truncated(image, 'uint16');
    case 'image-int16':
      return truncated(image, 'int16');
  }
}

export function rescaleOf(dataset: Dataset): Rescale {
  const decimal = (name: string, usual: number) =>
    Number.parseFloat(text(dataset, name) ?? '') || usual;
  return { slope: decimal('RescaleSlope', 1), intercept: decimal('RescaleIntercept', 0) };
}

// Without a window Orthanc takes all numbers that the bits could hold, also where they are signed.
function windowOf(dataset: Dataset): Window {
  const [center] = numbers(dataset, 'WindowCenter');
  const [width] = numbers(dataset, 'WindowWidth');
  if (center !== undefined && width !== undefined) return { center, width };
  const all = 2 ** (numbers(dataset, 'BitsStored')[0] ?? 8);
  return { center: all / 2, width: all };
}

/** Each of both counts without the other, too. */
function windowArgument({ query }: Call): Partial<Window> {
  const center = query.get('window-center');
  const width = query.get('window-width');
  return {
    ...(center !== undefined && { center: Number(center) }),
    ...(width !== undefined && { width: Number(width) }),
  };
}

function sizeArgument(call: Call, name: 'width' | 'height'): number {
  return Number(call.query.get(name) ?? 0);
}

function hasValidNumbers({ query }: Call): boolean {
  const windows = ['window-center', 'window-width'].map((name) => Number(query.get(name) ?? 0));
  return (
    ['width', 'height'].every((name) => /^\d*$/.test(query.get(name) ?? '')) &&
    !windows.some(Number.isNaN)
  );
}

/** What is looked at when the picture is made, so that it is an image that cannot be. */
function hasValidOptions({ query }: Call): boolean {
  const wanted = query.get('quality') ?? String(DEFAULT_QUALITY);
  const smooth = query.get('smooth') ?? '';
  return (
    /^\d+$/.test(wanted) &&
    Number(wanted) >= 1 &&
    Number(wanted) <= 100 &&
    /^(|0|1|true|false)$/.test(smooth)
  );
}

/** A number all the same, but of no frame. */
function frameBelowZero(call: Call): number | undefined {
  return /^-\d+$/.test(call.params['frame'] ?? '') ? Number.POSITIVE_INFINITY : undefined;
}

export function frameArgument(call: Call): number | undefined {
  const frame = call.params['frame'] ?? '0';
  return /^\d+$/.test(frame) ? Number(frame) : undefined;
}

function quality(call: Call): number {
  return Number(call.query.get('quality') ?? DEFAULT_QUALITY);
}

// JPEG has no 16 bits.
function acceptedType({ headers }: Call, form: ImageForm): string | undefined {
  const is16Bits = form === 'image-uint16' || form === 'image-int16';
  const jpeg = is16Bits ? [] : ['image/jpeg'];
  const offers = ['image/png', ...jpeg, 'image/x-portable-arbitrarymap'];
  return negotiate(headers.accept ?? '*/*', offers)?.offer;
}
