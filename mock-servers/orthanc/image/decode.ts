// A frame as numbers, whatever its compression.
import type { Dataset } from '#core/dicom/dataset.ts';
import { isEncapsulated } from '#core/dicom/transfer-syntax.ts';
import { decompress } from './codecs.ts';
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
  const { width, height, samplesPerPixel } = format;
  if (samplesPerPixel === 1) {
    return { width, height, channels: 1, samples: numbers, photometric: decoded.photometric };
  }
  if (samplesPerPixel !== 3) return undefined;
  const interleaved = decoded.isPlanar ? interleave(numbers, width * height) : numbers;
  const samples = decoded.photometric === 'YBR_FULL' ? ybrToRgb(interleaved) : interleaved;
  return { width, height, channels: 3, samples, photometric: 'RGB' };
}

function samplesOf(
  bytes: Uint8Array,
  { width, height, samplesPerPixel, bitsAllocated, bitsStored, isSigned }: PixelFormat,
  littleEndian: boolean,
): Int32Array | undefined {
  const count = width * height * samplesPerPixel;
  const samples = new Int32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mask = bitsStored >= 32 ? 0xffffffff : 2 ** bitsStored - 1;
  const sign = 2 ** (bitsStored - 1);
  const value = (raw: number) => {
    const cut = raw & mask;
    return isSigned && cut >= sign ? cut - 2 ** bitsStored : cut;
  };
  if (bitsAllocated === 1) {
    for (let at = 0; at < count; at++) samples[at] = ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1;
  } else if (bitsAllocated === 8) {
    for (let at = 0; at < count; at++) samples[at] = value(bytes[at] ?? 0);
  } else if (bitsAllocated === 16) {
    for (let at = 0; at < count; at++) samples[at] = value(view.getUint16(at * 2, littleEndian));
  } else if (bitsAllocated === 32) {
    for (let at = 0; at < count; at++) samples[at] = view.getInt32(at * 4, littleEndian);
  } else return undefined;
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
