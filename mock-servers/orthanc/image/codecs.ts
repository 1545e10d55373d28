// Compression and decompression of frames by dcmjs-codecs: a WebAssembly module of 4 MB that is loaded only
// when an image is asked for.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { Context as CodecContext, NativeCodecs as Codecs } from 'dcmjs-codecs';
import { frameBytes, type PixelFormat } from './pixels.ts';

export interface DecodedFrame {
  readonly bytes: Uint8Array;
  readonly photometric: string;
  readonly isPlanar: boolean;
}

type CodecName = 'Rle' | 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000';

interface Codec {
  readonly name: CodecName;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const lossless = { lossy: false, predictor: 1, pointTransform: 0, allowedLossyError: 0 };
const lossy = {
  lossy: true,
  quality: 90,
  smoothingFactor: 0,
  sampleFactor: 0,
  rate: 20,
  allowedLossyError: 2,
};

const codecs: Readonly<Record<string, Codec>> = {
  '1.2.840.10008.1.2.5': { name: 'Rle', parameters: {} },
  '1.2.840.10008.1.2.4.50': { name: 'Jpeg', parameters: lossy },
  '1.2.840.10008.1.2.4.51': { name: 'Jpeg', parameters: lossy },
  '1.2.840.10008.1.2.4.57': { name: 'Jpeg', parameters: lossless },
  '1.2.840.10008.1.2.4.70': { name: 'Jpeg', parameters: lossless },
  '1.2.840.10008.1.2.4.80': { name: 'JpegLs', parameters: lossless },
  '1.2.840.10008.1.2.4.81': { name: 'JpegLs', parameters: lossy },
  '1.2.840.10008.1.2.4.90': { name: 'Jpeg2000', parameters: lossless },
  '1.2.840.10008.1.2.4.91': { name: 'Jpeg2000', parameters: lossy },
};

let loading: Promise<{ NativeCodecs: typeof Codecs; Context: typeof CodecContext }> | undefined;

export function hasCodec(transferSyntax: string): boolean {
  return transferSyntax in codecs;
}

/** Undefined when the bytes cannot be decoded as what they claim to be. */
export async function decompress(
  bytes: Uint8Array,
  format: PixelFormat,
): Promise<DecodedFrame | undefined> {
  const codec = codecs[format.transferSyntax];
  if (!codec) return undefined;
  const { NativeCodecs, Context } = await load();
  const context = new Context({ ...attributes(format), encodedBuffer: new Uint8Array(bytes) });
  try {
    const decoded = NativeCodecs[`decode${codec.name}`](context, { convertColorspaceToRgb: true });
    const result = decoded.getDecodedBuffer();
    if (!result || result.byteLength < frameBytes(format)) return undefined;
    return {
      bytes: result,
      photometric: decoded.getPhotometricInterpretation() ?? format.photometric,
      isPlanar: decoded.getPlanarConfiguration() === 1,
    };
  } catch {
    // The module throws plain errors for damaged frames: an image that cannot be made.
    return undefined;
  }
}

/** Undefined when this format has no such form, such as colour in 16 bits for JPEG. */
export async function compress(
  bytes: Uint8Array,
  format: PixelFormat,
  transferSyntax: string,
  quality = 90,
): Promise<DecodedFrame | undefined> {
  const codec = codecs[transferSyntax];
  if (!codec) return undefined;
  const { NativeCodecs, Context } = await load();
  // DCMTK writes lossless JPEG with the allocated precision, 16 bits, whatever is stored in it.
  const precision =
    codec.parameters === lossless && codec.name === 'Jpeg'
      ? { bitsStored: format.bitsAllocated }
      : {};
  const context = new Context({
    ...attributes(format),
    ...precision,
    decodedBuffer: new Uint8Array(bytes),
  });
  try {
    const encoded = NativeCodecs[`encode${codec.name}`](context, { ...codec.parameters, quality });
    const result = encoded.getEncodedBuffer();
    const photometric = encoded.getPhotometricInterpretation() ?? format.photometric;
    return result && { bytes: result, photometric, isPlanar: false };
  } catch {
    // As above: what the module cannot encode does not exist in this form.
    return undefined;
  }
}

function attributes(format: PixelFormat) {
  return {
    width: format.width,
    height: format.height,
    bitsAllocated: format.bitsAllocated,
    bitsStored: format.bitsStored,
    samplesPerPixel: format.samplesPerPixel,
    pixelRepresentation: format.isSigned ? 1 : 0,
    planarConfiguration: format.isPlanar ? 1 : 0,
    photometricInterpretation: format.photometric,
  };
}

async function load() {
  loading ??= (async () => {
    const { default: module } = await import('dcmjs-codecs');
    if (existsSync(bundledModule)) {
      // The package reads a file itself, as it is; this one is packed.
      Object.assign(module.NativeCodecs, { _getWebAssemblyBytes: unpackModule });
    }
    if (!module.NativeCodecs.isInitialized()) await module.NativeCodecs.initializeAsync();
    return { NativeCodecs: module.NativeCodecs, Context: module.Context };
  })();
  return loading;
}

/** Beside the chunk that this file is in; without a bundle the package finds its own. */
const bundledModule = new URL('./dcmjs-native-codecs.wasm.br', import.meta.url);

async function unpackModule(): Promise<Uint8Array> {
  return promisify(brotliDecompress)(await readFile(bundledModule));
}
