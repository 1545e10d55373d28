// Changes the transfer syntax of a file, as DCMTK's codecs do for Orthanc.
import type { Part10 } from '#core/dicom/part10.ts';
import { EXPLICIT_LITTLE_ENDIAN, isEncapsulated } from '#core/dicom/transfer-syntax.ts';
import {
  type NewElement,
  numberElement,
  textElement,
  type WritableElement,
} from '#core/dicom/write.ts';
import { compress, decompress, hasCodec } from '../image/codecs.ts';
import {
  frameBytes,
  PIXEL_DATA,
  type PixelFormat,
  pixelFormat,
  storedFrame,
} from '../image/pixels.ts';
import { writeFile } from './write-file.ts';

/** Undefined when the file cannot be brought to this syntax: Orthanc then gives it as it is, or fails. */
export async function transcode(file: Part10, target: string): Promise<Buffer | undefined> {
  if (file.transferSyntax === target) return undefined;
  const format = pixelFormat(file.dataset, file.transferSyntax);
  if (!format) return isEncapsulated(target) ? undefined : rewritten(file, [], target);
  const plain = isEncapsulated(file.transferSyntax)
    ? await decompressed(file, format)
    : { format, changes: [] };
  if (!plain) return undefined;
  if (!isEncapsulated(target)) return rewritten(file, plain.changes, target);
  return compressionTargets.has(target) && hasCodec(target)
    ? compressed(file, plain, target)
    : undefined;
}

/** What Orthanc compresses to without the GDCM plugin: DCMTK's lossless encoders. */
const compressionTargets = new Set(['57', '70', '80'].map((end) => `1.2.840.10008.1.2.4.${end}`));

interface Plain {
  readonly format: PixelFormat;
  readonly changes: readonly NewElement[];
}

async function decompressed(file: Part10, format: PixelFormat): Promise<Plain | undefined> {
  const frames: Uint8Array[] = [];
  let { photometric } = format;
  for (let frame = 0; frame < format.frames; frame++) {
    const stored = storedFrame(file.dataset, format, frame);
    const decoded = stored && (await decompress(stored, format));
    if (!decoded) return undefined;
    photometric = decoded.photometric;
    frames.push(decoded.bytes.subarray(0, frameBytes(format)));
  }
  const pixels: NewElement = { tag: PIXEL_DATA, vr: 'OW', raw: Buffer.concat(frames) };
  const colour =
    format.samplesPerPixel > 1
      ? [numberElement('PlanarConfiguration', 0), ...photometricElement(photometric)]
      : [];
  return {
    format: {
      ...format,
      photometric,
      isPlanar: false,
      transferSyntax: EXPLICIT_LITTLE_ENDIAN,
      littleEndian: true,
    },
    changes: [pixels, ...colour],
  };
}

async function compressed(
  file: Part10,
  { format, changes }: Plain,
  target: string,
): Promise<Buffer | undefined> {
  const fragments: Uint8Array[] = [];
  const plainPixels = changes.find(({ tag }) => tag === PIXEL_DATA)?.raw;
  let { photometric } = format;
  for (let frame = 0; frame < format.frames; frame++) {
    const size = frameBytes(format);
    const bytes =
      plainPixels?.subarray(frame * size, (frame + 1) * size) ??
      storedFrame(file.dataset, format, frame);
    const encoded = bytes && (await compress(littleEndian(bytes, format), format, target));
    if (!encoded) return undefined;
    photometric = encoded.photometric;
    fragments.push(evened(encoded.bytes));
  }
  const pixels = encapsulatedPixels(fragments);
  const colour = format.samplesPerPixel > 1 ? photometricElement(photometric) : [];
  const others = changes.filter(({ tag }) => tag !== PIXEL_DATA);
  const ratio =
    (frameBytes(format) * format.frames) /
    fragments.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return rewritten(file, [pixels, ...others, ...colour, ...derivation(target, ratio)], target);
}

function rewritten(
  file: Part10,
  changes: readonly WritableElement[],
  transferSyntax: string,
): Buffer {
  const replaced = new Set(changes.map(({ tag }) => tag));
  const kept = file.dataset.elements.filter(({ tag }) => !replaced.has(tag));
  return writeFile({ elements: [...kept, ...changes], transferSyntax });
}

// PS3.5 A.4: an offset table with an entry a frame, then a fragment a frame.
function encapsulatedPixels(fragments: readonly Uint8Array[]): WritableElement {
  const table = Buffer.alloc(fragments.length * 4);
  let at = 0;
  for (const [index, fragment] of fragments.entries()) {
    table.writeUInt32LE(at, index * 4);
    at += 8 + fragment.byteLength;
  }
  const body = [table, ...fragments].flatMap((bytes) => [item(0xe000, bytes.byteLength), bytes]);
  // (7FE0,0010) OB of undefined length
  const head = Buffer.from('e07f10004f420000ffffffff', 'hex');
  const encoded = Buffer.concat([head, ...body, item(0xe0dd, 0)]);
  return {
    tag: PIXEL_DATA,
    vr: 'OB',
    raw: encoded,
    encoded,
    littleEndian: true,
    explicitVr: true,
    offset: 0,
    valueOffset: 12,
    valueEnd: encoded.length - 8,
    end: encoded.length,
    length: 0xffffffff,
  };
}

function item(element: number, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(length, 4);
  return head;
}

function evened(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength % 2 === 0 ? bytes : Buffer.concat([bytes, Uint8Array.of(0)]);
}

function littleEndian(bytes: Uint8Array, format: PixelFormat): Uint8Array {
  if (format.littleEndian || format.bitsAllocated !== 16) return bytes;
  return Buffer.from(bytes).swap16();
}

// DCMTK notes what its JPEG encoder did, in 1.10 and later alike.
function derivation(target: string, ratio: number): NewElement[] {
  if (target.endsWith('.80')) return [];
  const selection = target.endsWith('.57') ? 6 : 1;
  const note = `Lossless JPEG compression, selection value ${selection}, point transform 0, compression ratio ${ratio.toPrecision(5)}`;
  const element = textElement('DerivationDescription', note);
  return element ? [element] : [];
}

function photometricElement(photometric: string): NewElement[] {
  const element = textElement('PhotometricInterpretation', photometric);
  return element ? [element] : [];
}
