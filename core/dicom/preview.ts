// A picture of one frame, for people. dcmjs-imaging and its WebAssembly decoders (4 MB) are loaded when
// the first picture is asked for, never before.
import { crc32, deflateSync } from 'node:zlib';
import { WorkbenchError } from '../errors.ts';
import { text } from '../text.ts';
import { type Part10, readPart10 } from './part10.ts';
import { EXPLICIT_LITTLE_ENDIAN, isEncapsulated } from './transfer-syntax.ts';
import { writePart10 } from './write.ts';

export interface Preview {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly png: Uint8Array;
}

export interface PreviewOptions {
  /** Counted from 0. */
  readonly frame?: number;
  /** Where dcmjs-native-codecs.wasm lies, when it is not beside the code that asks. */
  readonly wasmPath?: string;
}

/** dcmjs holds several copies of a file. */
const MAX_PREVIEW_BYTES = 256 * 1024 * 1024;
const PIXEL_DATA = '7FE00010';

let imaging: ReturnType<typeof start> | undefined;

/**
 * Renders a frame with its own window, or with one that suits its values.
 *
 * @throws WorkbenchError `DICOM_*` as `readPart10`; `DICOM_UNSUPPORTED` without pixels, or when they cannot be decoded
 */
export async function renderPreview(
  bytes: Uint8Array,
  { frame = 0, wasmPath }: PreviewOptions = {},
): Promise<Preview> {
  if (bytes.byteLength > MAX_PREVIEW_BYTES) throw tooLarge();
  const file = readPart10(bytes);
  if (file.dataset.get(PIXEL_DATA) === undefined) throw noPixels();
  try {
    imaging ??= start(wasmPath);
    const { DicomImage } = await imaging;
    const image = new DicomImage(toArrayBuffer(imageOnly(file)));
    const { width, height, pixels } = image.render({ frame });
    const png = encodePng(width, height, new Uint8Array(pixels));
    return { width, height, frames: image.getNumberOfFrames(), png };
  } catch (cause) {
    throw cannotDecode(cause);
  }
}

async function start(wasmPath: string | undefined) {
  const { default: module } = await import('dcmjs-imaging');
  const options = wasmPath === undefined ? {} : { webAssemblyModulePathOrUrl: wasmPath };
  await module.NativePixelDecoder.initializeAsync(options);
  return module;
}

/** Only what an image is made of: dcmjs stumbles over character sets and implicit VRs, and prints it. */
function imageOnly({ dataset, transferSyntax }: Part10): Uint8Array {
  const elements = dataset.elements.filter(({ tag }) => /^(?:0028|60[0-9A-F]{2}|7FE0)/.test(tag));
  return writePart10(elements, {
    transferSyntax: isEncapsulated(transferSyntax) ? transferSyntax : EXPLICIT_LITTLE_ENDIAN,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUid: '2.25.1',
  });
}

function toArrayBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer, byteOffset, byteLength));
  return copy;
}

/** RGBA in, a PNG without transparency out (ISO 15948: colour type 2, no filter). */
function encodePng(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const stride = 1 + width * 3;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 4;
      rows.set(rgba.subarray(from, from + 3), y * stride + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function noPixels(): WorkbenchError {
  return new WorkbenchError(
    'DICOM_UNSUPPORTED',
    text('This DICOM file holds no image, so there is nothing to show. Its tags can be read.'),
  );
}

function tooLarge(): WorkbenchError {
  return new WorkbenchError(
    'DICOM_UNSUPPORTED',
    text('The DICOM file is too large for a preview. Send it to Orthanc and look at it there.'),
  );
}

function cannotDecode(cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'DICOM_UNSUPPORTED',
    text(
      'The image in the DICOM file cannot be decoded here. Send it to Orthanc and look at it there.',
    ),
    { cause },
  );
}
