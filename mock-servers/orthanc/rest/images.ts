// Images of instances and frames: previews, renderings, raw values.
import { gzipSync } from 'node:zlib';
import type { Dataset } from '#core/dicom/dataset.ts';
import type { Part10 } from '#core/dicom/part10.ts';
import { numbers, text } from '#core/dicom/values.ts';
import { descendants, indexInSeries, type Resource } from '../archive/model.ts';
import { type DecodedImage, decodeFrame } from '../image/decode.ts';
import { jpegFile, matlabText, numpyFile, pamFile, pngFile } from '../image/files.ts';
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
import { type Answer, bareStatus, bytesAnswer, jsonAnswer, textAnswer } from './answer.ts';
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
    const instance = resourceOf(call, 'Instance', orthanc);
    const frame = frameArgument(call);
    if (frame === undefined || !hasValidSizes(call)) return bareStatus(404);
    const type = acceptedType(call);
    if (!type) return bareStatus(404);
    const { dataset } = await orthanc.dicom.parse(instance);
    if (frame >= frameCount(dataset)) return bareStatus(orthanc.version.badFrameStatus);
    const picture = await renderedPicture(instance, frame, form, call, orthanc);
    const bytes = picture && (await encoded(picture, type, quality(call)));
    return bytes ? bytesAnswer(bytes, type) : bareStatus(415);
  };
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

export const frameMatlab: Handler = async (call, orthanc) => {
  const image = await requestedImage(call, orthanc);
  return 'status' in image ? image : textAnswer(matlabText(image));
};

export const frameNumpy: Handler = async (call, orthanc) => {
  const instance = resourceOf(call, 'Instance', orthanc);
  const { dataset } = await orthanc.dicom.parse(instance);
  const frames = call.params['frame'] === undefined ? frameCount(dataset) : 1;
  const first = frameArgument(call) ?? 0;
  const images = await imagesOf(instance, first, frames, orthanc);
  return images ? numpyAnswer(images, dataset, call) : bareStatus(415);
};

/** All instances of a series one behind the other, by their number. */
export const seriesNumpy: Handler = async (call, orthanc) => {
  const series = resourceOf(call, 'Series', orthanc);
  const index = (instance: Resource) => indexInSeries(instance) ?? 0;
  const instances = descendants(series, 'Instance').sort((a, b) => index(a) - index(b));
  const images: DecodedImage[] = [];
  let dataset: Dataset | undefined;
  for (const instance of instances) {
    dataset = (await orthanc.dicom.parse(instance)).dataset;
    const more = await imagesOf(instance, 0, frameCount(dataset), orthanc);
    if (!more) return bareStatus(415);
    images.push(...more);
  }
  return dataset ? numpyAnswer(images, dataset, call) : bareStatus(404);
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

function imageOf(
  { dataset, transferSyntax }: Part10,
  frame: number,
): Promise<DecodedImage | undefined> | undefined {
  const format = pixelFormat(dataset, transferSyntax);
  return format && decodeFrame(dataset, format, frame);
}

async function requestedImage(call: Call, orthanc: Orthanc): Promise<DecodedImage | Answer> {
  const instance = resourceOf(call, 'Instance', orthanc);
  const frame = frameArgument(call);
  if (frame === undefined) return bareStatus(404);
  const image = await imageOf(await orthanc.dicom.parseWhole(instance), frame);
  return image ?? bareStatus(415);
}

async function imagesOf(
  instance: Resource,
  first: number,
  count: number,
  orthanc: Orthanc,
): Promise<DecodedImage[] | undefined> {
  const file = await orthanc.dicom.parseWhole(instance);
  const images: DecodedImage[] = [];
  for (let frame = first; frame < first + count; frame++) {
    const image = await imageOf(file, frame);
    if (!image) return undefined;
    images.push(image);
  }
  return images;
}

function numpyAnswer(images: readonly DecodedImage[], dataset: Dataset, call: Call): Answer {
  const { slope, intercept } =
    call.query.get('rescale') === '0' ? { slope: 1, intercept: 0 } : rescaleOf(dataset);
  return bytesAnswer(
    numpyFile(images, (value) => value * slope + intercept),
    'application/octet-stream',
  );
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
      const window = view.window ?? windowArgument(call) ?? windowOf(dataset);
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

function rescaleOf(dataset: Dataset): Rescale {
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

function windowArgument(call: Call): Window | undefined {
  const center = Number(call.query.get('window-center') ?? Number.NaN);
  const width = Number(call.query.get('window-width') ?? Number.NaN);
  return Number.isNaN(center) || !(width >= 1) ? undefined : { center, width };
}

function sizeArgument(call: Call, name: 'width' | 'height'): number {
  return Number(call.query.get(name) ?? 0);
}

function hasValidSizes(call: Call): boolean {
  return (['width', 'height'] as const).every((name) => /^\d*$/.test(call.query.get(name) ?? ''));
}

function frameArgument(call: Call): number | undefined {
  const frame = call.params['frame'] ?? '0';
  return /^\d+$/.test(frame) ? Number(frame) : undefined;
}

function quality(call: Call): number {
  const wanted = Number(call.query.get('quality') ?? DEFAULT_QUALITY);
  return wanted >= 1 && wanted <= 100 ? wanted : DEFAULT_QUALITY;
}

function acceptedType(call: Call): string | undefined {
  const accept = call.headers.accept ?? '*/*';
  const wanted = accept.split(',').map((part) => part.split(';')[0]?.trim());
  const known = ['image/png', 'image/jpeg', 'image/x-portable-arbitrarymap'];
  const exact = known.find((type) => wanted.includes(type));
  return (
    exact ?? (wanted.some((type) => type === '*/*' || type === 'image/*') ? 'image/png' : undefined)
  );
}
