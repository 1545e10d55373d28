// What a viewport shows: a part of an image, fitted into a box and centred on black.
import type { DecodedImage } from './decode.ts';
import { type Picture, resized } from './render.ts';

/** In pixels; a negative width or height turns the part over. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of an image that lies in a region; undefined when nothing does. */
export function cropped(image: DecodedImage, region: Region): DecodedImage | undefined {
  const left = Math.max(0, region.x);
  const top = Math.max(0, region.y);
  const width = Math.min(image.width, region.x + Math.abs(region.width)) - left;
  const height = Math.min(image.height, region.y + Math.abs(region.height)) - top;
  if (width <= 0 || height <= 0) return undefined;
  const { channels } = image;
  const samples = new Int32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const fromY = top + (region.height < 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      const fromX = left + (region.width < 0 ? width - 1 - x : x);
      const from = (fromY * image.width + fromX) * channels;
      samples.set(image.samples.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return { ...image, width, height, samples };
}

/** Exactly as large as the box; nothing at all is all black. */
export function boxed(picture: Picture | undefined, width: number, height: number): Picture {
  const fitted = picture && resized(picture, width, height);
  const { channels, bits } = picture ?? { channels: 1 as const, bits: 8 as const };
  const size = (channels * bits) / 8;
  const bytes = new Uint8Array(width * height * size);
  if (fitted) {
    const left = Math.floor((width - fitted.width) / 2);
    const top = Math.floor((height - fitted.height) / 2);
    for (let y = 0; y < fitted.height; y++) {
      const row = fitted.bytes.subarray(y * fitted.width * size, (y + 1) * fitted.width * size);
      bytes.set(row, ((top + y) * width + left) * size);
    }
  }
  return { width, height, channels, bits, bytes };
}
