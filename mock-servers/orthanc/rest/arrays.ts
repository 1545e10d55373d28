// Pixels as numbers: for MATLAB and for NumPy.
import type { Dataset } from '#core/dicom/dataset.ts';
import { descendants, indexInSeries, type Resource } from '../archive/model.ts';
import type { DecodedImage } from '../image/decode.ts';
import { matlabText, numpyFile } from '../image/files.ts';
import { frameCount } from '../image/pixels.ts';
import { zipArchive } from '../zip/write.ts';
import { type Answer, bareStatus, bytesAnswer, textAnswer } from './answer.ts';
import { resourceOf } from './arguments.ts';
import { booleanArgument, type Call } from './call.ts';
import { OrthancError } from './errors.ts';
import { frameArgument, imageOf, rescaleOf } from './images.ts';
import type { Handler, Orthanc } from './orthanc.ts';

export const frameMatlab: Handler = async (call, orthanc) => {
  const instance = resourceOf(call, 'Instance', orthanc);
  const frame = frameArgument(call);
  if (frame === undefined) return bareStatus(404);
  const image = await imageOf(await orthanc.dicom.parseWhole(instance), frame);
  if (image) return textAnswer(matlabText(image));
  const isThere = frame < frameCount((await orthanc.dicom.parse(instance)).dataset);
  const details = `Cannot decode DICOM instance with ID: ${instance.id}`;
  if (orthanc.version.namesUnknownTags) throw new OrthancError('notImplemented', details);
  throw new OrthancError(isThere ? 'notImplemented' : 'outOfRange');
};

export const frameNumpy: Handler = async (call, orthanc) => {
  const instance = resourceOf(call, 'Instance', orthanc);
  const { dataset } = await orthanc.dicom.parse(instance);
  const frames = call.params['frame'] === undefined ? frameCount(dataset) : 1;
  const first = frameArgument(call) ?? 0;
  const images = await imagesOf(instance, first, frames, orthanc);
  if (images) return numpyAnswer(images, dataset, call);
  throw new OrthancError(first < frameCount(dataset) ? 'notImplemented' : 'outOfRange');
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
    if (!more) throw new OrthancError('notImplemented');
    images.push(...more);
  }
  return dataset ? numpyAnswer(images, dataset, call) : bareStatus(404);
};

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

async function numpyAnswer(
  images: readonly DecodedImage[],
  dataset: Dataset,
  call: Call,
): Promise<Answer> {
  const flag = (name: string, usual: boolean) => {
    const value = call.query.get(name);
    return value === undefined ? usual : booleanArgument(name, value);
  };
  const { slope, intercept } = flag('rescale', true)
    ? rescaleOf(dataset)
    : { slope: 1, intercept: 0 };
  const file = numpyFile(images, (value) => value * slope + intercept);
  // Packed it is an archive of NumPy's own form, with one array.
  const bytes = flag('compress', false) ? await zipOf('arr_0', file) : file;
  return bytesAnswer(bytes, 'application/octet-stream');
}

async function zipOf(name: string, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of zipArchive([{ name, read: async () => bytes }])) chunks.push(chunk);
  return Buffer.concat(chunks);
}
