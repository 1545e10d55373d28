// A frame as numbers, whatever its compression.
import type { Dataset } from '#core/dicom/dataset.ts';
import { isEncapsulated } from '#core/dicom/transfer-syntax.ts';
import { decompress } from './codecs.ts';
import { colours } from './palette.ts';
import { type PixelFormat, storedFrame } from './pixels.ts';

/** One number a pixel, or three (red, green, blue) a pixel. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly samples: Int32Array;
  readonly photometric: string;
}

/** Undefined when there is no such frame or it cannot be decoded. */
export async function decodeFrame(
  dataset: Dataset,
  format: PixelFormat,
  frame: number,
): Promise<DecodedImage | undefined> {
  const stored = storedFrame(dataset, format, frame);
  if (!stored) return undefined;
  const decoded = isEncapsulated(format.transferSyntax)
    ? await decompress(stored, format)
    : { bytes: stored, photometric: format.photometric, isPlanar: format.isPlanar };
  if (!decoded) return undefined;
  const littleEndian = isEncapsulated(format.transferSyntax) || format.littleEndian;
  const numbers = samplesOf(decoded.bytes, format, littleEndian);
  if (!numbers) return undefined;
  return imageOf(numbers, { ...format, ...decoded }, dataset);
}

function imageOf(
  numbers: Int32Array,
  { width, height, samplesPerPixel, photometric, isPlanar }: PixelFormat,
  dataset: Dataset,
): DecodedImage | undefined {
  const colour = (samples: Int32Array) =>
    ({ width, height, channels: 3, samples, photometric: 'RGB' }) as const;
  if (samplesPerPixel === 3) {
    const samples = isPlanar ? interleave(numbers, width * height) : numbers;
    return colour(photometric === 'YBR_FULL' ? ybrToRgb(samples) : samples);
  }
  if (samplesPerPixel !== 1) return undefined;
  if (photometric !== 'PALETTE COLOR') {
    return { width, height, channels: 1, samples: numbers, photometric };
  }
  const samples = colours(dataset, numbers);
  return samples && colour(samples);
}

type SampleReader = (view: DataView, at: number, littleEndian: boolean) => number;

// Orthanc makes white of the only bit, and no pictures of more than 16 bits.
const sampleReaders: Readonly<Record<number, SampleReader>> = {
  1: (view, at) => ((view.getUint8(at >> 3) >> (at & 7)) & 1) * 255,
  8: (view, at) => view.getUint8(at),
  16: (view, at, littleEndian) => view.getUint16(at * 2, littleEndian),
};

function samplesOf(
  bytes: Uint8Array,
  { width, height, samplesPerPixel, bitsAllocated, bitsStored, isSigned }: PixelFormat,
  littleEndian: boolean,
): Int32Array | undefined {
  const read = sampleReaders[bitsAllocated];
  if (!read) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Int32Array(width * height * samplesPerPixel);
  const mask = bitsAllocated === 1 ? 255 : 2 ** bitsStored - 1;
  const sign = isSigned ? 2 ** (bitsStored - 1) : Number.POSITIVE_INFINITY;
  for (let at = 0; at < samples.length; at++) {
    const value = read(view, at, littleEndian) & mask;
    samples[at] = value >= sign ? value - 2 ** bitsStored : value;
  }
  return samples;
}

function interleave(planes: Int32Array, pixels: number): Int32Array {
  const out = new Int32Array(planes.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let plane = 0; plane < 3; plane++) {
      out[pixel * 3 + plane] = planes[plane * pixels + pixel] ?? 0;
    }
  }
  return out;
}

// PS3.3 C.7.6.3.1.2
function ybrToRgb(samples: Int32Array): Int32Array {
  const out = new Int32Array(samples.length);
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const y = samples[at] ?? 0;
    const cb = (samples[at + 1] ?? 0) - 128;
    const cr = (samples[at + 2] ?? 0) - 128;
    out[at] = clampByte(y + 1.402 * cr);
    out[at + 1] = clampByte(y - 0.344136 * cb - 0.714136 * cr);
    out[at + 2] = clampByte(y + 1.772 * cb);
  }
  return out;
}

export function clampByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
