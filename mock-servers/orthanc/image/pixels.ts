// What a data set says about its pixels, and the bytes of each frame as stored.
import type { Dataset, Element } from '#core/dicom/dataset.ts';
import { isEncapsulated } from '#core/dicom/transfer-syntax.ts';
import { numbers, text } from '#core/dicom/values.ts';

export interface PixelFormat {
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly isSigned: boolean;
  readonly isPlanar: boolean;
  readonly photometric: string;
  readonly frames: number;
  readonly transferSyntax: string;
  readonly littleEndian: boolean;
}

export const PIXEL_DATA = '7FE00010';

/** Undefined for an object without pixels. */
export function pixelFormat(dataset: Dataset, transferSyntax: string): PixelFormat | undefined {
  const pixels = dataset.get(PIXEL_DATA);
  const number = (name: string) => numbers(dataset, name)[0];
  const width = number('Columns');
  const height = number('Rows');
  if (!pixels || !width || !height) return undefined;
  const bitsAllocated = number('BitsAllocated') ?? 8;
  return {
    width,
    height,
    samplesPerPixel: number('SamplesPerPixel') ?? 1,
    bitsAllocated,
    bitsStored: number('BitsStored') ?? bitsAllocated,
    isSigned: number('PixelRepresentation') === 1,
    isPlanar: number('PlanarConfiguration') === 1,
    photometric: text(dataset, 'PhotometricInterpretation')?.trim() ?? 'MONOCHROME2',
    frames: frameCount(dataset),
    transferSyntax,
    littleEndian: pixels.littleEndian,
  };
}

/** Orthanc counts one frame where nothing is said, also in objects without pixels. */
export function frameCount(dataset: Dataset): number {
  const count = Number.parseInt(text(dataset, 'NumberOfFrames') ?? '1', 10);
  return count > 0 ? count : 1;
}

/** The bytes of one frame as stored; undefined past the end. */
export function storedFrame(
  dataset: Dataset,
  format: PixelFormat,
  frame: number,
): Uint8Array | undefined {
  const pixels = dataset.get(PIXEL_DATA);
  if (!pixels || frame < 0 || frame >= format.frames) return undefined;
  if (isEncapsulated(format.transferSyntax)) return encapsulatedFrame(pixels, format.frames, frame);
  const size = frameBytes(format);
  const bytes = pixels.raw.subarray(frame * size, (frame + 1) * size);
  return bytes.byteLength === size ? bytes : undefined;
}

export function frameBytes({ width, height, samplesPerPixel, bitsAllocated }: PixelFormat): number {
  return Math.ceil((width * height * samplesPerPixel * bitsAllocated) / 8);
}

function encapsulatedFrame(pixels: Element, frames: number, frame: number): Uint8Array | undefined {
  const [table = new Uint8Array(), ...fragments] = pixels.fragments ?? [];
  if (frames === 1) return Buffer.concat(fragments);
  if (fragments.length === frames) return fragments[frame];
  return byOffsetTable(table, fragments, frame);
}

// PS3.5 A.4: offsets count from the first byte behind the table, item headers included.
function byOffsetTable(
  table: Uint8Array,
  fragments: readonly Uint8Array[],
  frame: number,
): Uint8Array | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const offset = (index: number) =>
    index * 4 + 4 <= table.byteLength ? view.getUint32(index * 4, true) : Number.POSITIVE_INFINITY;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const fragment of fragments) {
    if (at >= offset(frame) && at < offset(frame + 1)) parts.push(fragment);
    at += 8 + fragment.byteLength;
  }
  return parts.length > 0 ? Buffer.concat(parts) : undefined;
}
