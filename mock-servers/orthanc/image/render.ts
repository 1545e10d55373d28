// From numbers to shades, as Orthanc does it: /preview stretches, /image-... cuts off, /rendered windows.
import { clampByte, type DecodedImage } from './decode.ts';

/** Ready for a file: 8 bits grey or colour, or 16 bits grey. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bits: 8 | 16;
  /** Big endian where there are 16 bits. */
  readonly bytes: Uint8Array;
}

export interface Window {
  readonly center: number;
  readonly width: number;
  /** Linear unless given. */
  readonly shape?: WindowShape;
}

export type WindowShape = 'linear' | 'linear-exact' | 'sigmoid';

/** Against divisions by zero. */
const LEAST_WIDTH = 0.0001;

export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** The smallest value becomes black, the largest white; inverted for MONOCHROME1. */
export function stretched(image: DecodedImage): Picture {
  if (image.channels === 3) return colour(image);
  const [low, high] = extremes(image.samples);
  const range = high > low ? high - low : 1;
  return grey(image, (value) => ((value - low) * 255) / range);
}

/** Values beyond the range of the form are cut off; undefined for colour, which has no such form. */
export function truncated(
  image: DecodedImage,
  form: 'uint8' | 'uint16' | 'int16',
): Picture | undefined {
  if (image.channels === 3) return undefined;
  if (form === 'uint8')
    return { ...shape(image), bits: 8, bytes: Uint8Array.from(image.samples, clampByte) };
  const [low, high] = form === 'uint16' ? [0, 0xffff] : [-0x8000, 0x7fff];
  const bytes = Buffer.alloc(image.samples.length * 2);
  image.samples.forEach((value, at) => {
    bytes.writeUInt16BE(Math.max(low, Math.min(high, value)) & 0xffff, at * 2);
  });
  return { ...shape(image), bits: 16, bytes };
}

/** Through the modality's scale and a window, as Orthanc rounds: down. */
export function windowed(image: DecodedImage, rescale: Rescale, window: Window): Picture {
  if (image.channels === 3) return colour(image);
  const real = (value: number) => value * rescale.slope + rescale.intercept;
  const width = Math.max(window.width, LEAST_WIDTH);
  const low = window.center - width / 2;
  const shades: Record<WindowShape, (value: number) => number> = {
    linear: (value) => Math.trunc(((value - low) / width) * 255),
    // DICOMweb plugin 1.7 and 1.20 forget the factor within the window.
    'linear-exact': (value) => (value > low + width ? 255 : 0),
    sigmoid: (value) => Math.round(255 / (1 + Math.exp((-4 * (value - window.center)) / width))),
  };
  const shade = shades[window.shape ?? 'linear'];
  return grey(image, (value) => shade(real(value)));
}

/** Smaller or larger so that it fits into a box, keeping its proportions; nearest neighbour of each centre. */
export function resized(picture: Picture, maxWidth: number, maxHeight: number): Picture {
  const ratio = Math.min(
    maxWidth > 0 ? maxWidth / picture.width : Number.POSITIVE_INFINITY,
    maxHeight > 0 ? maxHeight / picture.height : Number.POSITIVE_INFINITY,
  );
  if (!Number.isFinite(ratio) || ratio === 1) return picture;
  const width = Math.max(1, Math.round(picture.width * ratio));
  const height = Math.max(1, Math.round(picture.height * ratio));
  const size = (picture.channels * picture.bits) / 8;
  const bytes = new Uint8Array(width * height * size);
  for (let y = 0; y < height; y++) {
    const fromY = Math.min(picture.height - 1, Math.floor((y + 0.5) / ratio));
    for (let x = 0; x < width; x++) {
      const fromX = Math.min(picture.width - 1, Math.floor((x + 0.5) / ratio));
      const from = (fromY * picture.width + fromX) * size;
      bytes.set(picture.bytes.subarray(from, from + size), (y * width + x) * size);
    }
  }
  return { ...picture, width, height, bytes };
}

function grey(image: DecodedImage, shade: (value: number) => number): Picture {
  const isInverted = image.photometric === 'MONOCHROME1';
  const bytes = Uint8Array.from(image.samples, (value) => {
    const byte = clampByte(shade(value));
    return isInverted ? 255 - byte : byte;
  });
  return { ...shape(image), bits: 8, bytes };
}

function colour(image: DecodedImage): Picture {
  return { ...shape(image), bits: 8, bytes: Uint8Array.from(image.samples, clampByte) };
}

function shape({ width, height, channels }: DecodedImage) {
  return { width, height, channels };
}

function extremes(samples: Int32Array): [number, number] {
  let low = samples[0] ?? 0;
  let high = low;
  for (const value of samples) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
