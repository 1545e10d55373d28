// Reads a PNG that is to become the pixels of an instance: grey or colour, 8 or 16 bits, not interlaced.
import { inflateSync } from 'node:zlib';

export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bits: 8 | 16;
  /** Little endian where there are 16 bits. */
  readonly samples: Buffer;
}

const MARK = '89504e470d0a1a0a';
const MAX_BYTES = 256 * 1024 * 1024;

/** Undefined for what is no PNG or one of another kind. */
export function readPng(bytes: Buffer): PngImage | undefined {
  if (bytes.toString('hex', 0, 8) !== MARK || bytes.length < 33) return undefined;
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const bits = bytes[24];
  const colourType = bytes[25] ?? 0;
  const stored = { 0: 1, 2: 3, 4: 2, 6: 4 }[colourType];
  if ((bits !== 8 && bits !== 16) || !stored || bytes[28] !== 0) return undefined;
  const stride = (width * stored * bits) / 8;
  const lines = inflated(imageData(bytes), (stride + 1) * height);
  if (!lines) return undefined;
  const plain = unfiltered(lines, stride, height, (stored * bits) / 8);
  const channels = stored >= 3 ? 3 : 1;
  const samples = withoutAlpha(plain, stored, channels, bits / 8);
  return { width, height, channels, bits, samples: bits === 16 ? samples.swap16() : samples };
}

function imageData(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      chunks.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(chunks);
}

function inflated(data: Buffer, size: number): Buffer | undefined {
  if (size <= 0 || size > MAX_BYTES) return undefined;
  try {
    const lines = inflateSync(data, { maxOutputLength: size });
    return lines.length === size ? lines : undefined;
  } catch {
    // Damaged, or larger than its own header says.
    return undefined;
  }
}

function unfiltered(lines: Buffer, stride: number, height: number, step: number): Buffer {
  const out = Buffer.alloc(stride * height);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const line = out.subarray(y * stride, (y + 1) * stride);
    lines.copy(line, 0, from + 1, from + 1 + stride);
    unfilter(line, above, { predict: predictors[lines[from] ?? 0] ?? none, step });
    above = line;
  }
  return out;
}

interface Filter {
  readonly predict: Predictor;
  readonly step: number;
}

function unfilter(line: Buffer, above: Buffer, { predict, step }: Filter): void {
  for (let x = 0; x < line.length; x++) {
    // Left of the line lies nothing: undefined becomes 0.
    const guess = predict(line[x - step] ?? 0, above[x] ?? 0, above[x - step] ?? 0);
    line[x] = (line[x] ?? 0) + guess;
  }
}

type Predictor = (left: number, up: number, corner: number) => number;

const none: Predictor = () => 0;

// PNG specification 9.2
const predictors: readonly Predictor[] = [
  none,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function withoutAlpha(bytes: Buffer, stored: number, channels: number, size: number): Buffer {
  if (stored === channels) return bytes;
  const pixels = bytes.length / (stored * size);
  const out = Buffer.alloc(pixels * channels * size);
  for (let pixel = 0; pixel < pixels; pixel++) {
    bytes.copy(
      out,
      pixel * channels * size,
      pixel * stored * size,
      (pixel * stored + channels) * size,
    );
  }
  return out;
}
