// Pictures as files: PNG, JPEG and PAM, and numbers as text for MATLAB or as a NumPy array.
import { crc32, deflateSync } from 'node:zlib';
import { compress } from './codecs.ts';
import type { DecodedImage } from './decode.ts';
import type { PixelFormat } from './pixels.ts';
import type { Picture } from './render.ts';

const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const PNG_MARK = Buffer.from('89504e470d0a1a0a', 'hex');

export function pngFile({ width, height, channels, bits, bytes }: Picture): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = bits;
  head[9] = channels === 3 ? 2 : 0;
  const stride = (width * channels * bits) / 8;
  const lines = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    lines.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  return Buffer.concat([
    PNG_MARK,
    pngChunk('IHDR', head),
    pngChunk('IDAT', deflateSync(lines)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Undefined for 16 bits, which baseline JPEG has not. */
export async function jpegFile(picture: Picture, quality: number): Promise<Uint8Array | undefined> {
  if (picture.bits !== 8) return undefined;
  const format: PixelFormat = {
    width: picture.width,
    height: picture.height,
    samplesPerPixel: picture.channels,
    bitsAllocated: 8,
    bitsStored: 8,
    isSigned: false,
    isPlanar: false,
    photometric: picture.channels === 3 ? 'RGB' : 'MONOCHROME2',
    frames: 1,
    transferSyntax: '',
    littleEndian: true,
  };
  return (await compress(picture.bytes, format, JPEG_BASELINE, quality))?.bytes;
}

export function pamFile({ width, height, channels, bits, bytes }: Picture): Buffer {
  const head = [
    'P7',
    `WIDTH ${width}`,
    `HEIGHT ${height}`,
    `DEPTH ${channels}`,
    `MAXVAL ${2 ** bits - 1}`,
    `TUPLTYPE ${channels === 3 ? 'RGB' : 'GRAYSCALE'}`,
    'ENDHDR',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\n'), 'latin1'), bytes]);
}

/** `double([ 1 2 ; 3 4 ])`, three planes by `cat(3, ...)` for colour. */
export function matlabText({ width, height, channels, samples }: DecodedImage): string {
  const plane = (channel: number) => {
    const rows = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => samples[(y * width + x) * channels + channel]).join(
        ' ',
      ),
    );
    return `double([ ${rows.join(' ; ')} ])`;
  };
  return channels === 1 ? plane(0) : `cat(3, ${[0, 1, 2].map(plane).join(', ')})`;
}

/** Version 1.0 of NumPy's format, 32-bit floats, shape (depth, height, width, channels). */
export function numpyFile(
  images: readonly DecodedImage[],
  real: (value: number) => number,
): Buffer {
  const [first] = images;
  const { width = 0, height = 0, channels = 1 } = first ?? {};
  const shape = `(${images.length},${height},${width},${channels})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const headLength = Math.ceil((10 + text.length + 1) / 64) * 64;
  const head = Buffer.alloc(headLength, ' ');
  head.write('\x93NUMPY\x01\x00', 0, 'latin1');
  head.writeUInt16LE(headLength - 10, 8);
  head.write(text, 10, 'latin1');
  head[headLength - 1] = 0x0a;
  const body = Buffer.alloc(images.length * width * height * channels * 4);
  let at = 0;
  for (const { samples } of images) {
    for (const value of samples) at = body.writeFloatLE(real(value), at);
  }
  return Buffer.concat([head, body]);
}

function pngChunk(type: string, body: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + body.length);
  chunk.writeUInt32BE(body.length, 0);
  chunk.write(type, 4, 'latin1');
  body.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + body.length)), 8 + body.length);
  return chunk;
}
