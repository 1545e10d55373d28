// A DICOM file (PS3.10) or a bare data set, read from memory. What a file of another kind, an empty
// one or one cut short is called is decided here; what its values mean is not.
import { inflateRawSync } from 'node:zlib';
import { Dataset, type Element, type Encoding } from './dataset.ts';
import { attributeOf, isVr } from './dictionary.ts';
import { cutShort, emptyFile, inflatedTooLarge, inflateFailed, notDicom } from './errors.ts';
import { ElementReader, type Stop, type Window } from './reader.ts';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  encodingOf,
  IMPLICIT_LITTLE_ENDIAN,
  isDeflated,
} from './transfer-syntax.ts';

export interface Part10 {
  /** The 128 bytes before DICM; undefined for a bare data set. */
  readonly preamble: Uint8Array | undefined;
  /** Group 0002; empty for a bare data set. */
  readonly meta: Dataset;
  readonly dataset: Dataset;
  /** As the meta header says, else as found out from the bytes. */
  readonly transferSyntax: string;
  /** Where the data set begins in the file. */
  readonly datasetOffset: number;
  /** The bytes that the elements' offsets count in: the file, or the inflated data set. */
  readonly source: Uint8Array;
}

export interface ReadOptions {
  /** Ends before the first root element with this tag or a higher one, such as `7FE00010`. */
  readonly stopBefore?: string;
  /** Limit for a deflated data set. Default 512 MiB. */
  readonly maxInflatedBytes?: number;
}

export interface Preface {
  readonly preamble: Uint8Array | undefined;
  readonly meta: Dataset;
  readonly transferSyntax: string;
  readonly datasetOffset: number;
}

const PREAMBLE_LENGTH = 128;
const MAX_INFLATED_BYTES = 512 * 1024 * 1024;
const explicitLittle: Encoding = encodingOf(EXPLICIT_LITTLE_ENDIAN);

/**
 * Reads a whole file held in memory. Values stay views of `bytes`.
 *
 * @throws WorkbenchError `DICOM_EMPTY`, `DICOM_NOT_DICOM`, `DICOM_TRUNCATED`, `DICOM_MALFORMED`, `DICOM_UNSUPPORTED`
 */
export function readPart10(bytes: Uint8Array, options: ReadOptions = {}): Part10 {
  const preface = readPreface({ bytes, base: 0, total: bytes.byteLength });
  const { transferSyntax, datasetOffset } = preface;
  const source = isDeflated(transferSyntax)
    ? inflate(bytes.subarray(datasetOffset), options.maxInflatedBytes ?? MAX_INFLATED_BYTES)
    : bytes;
  const start = source === bytes ? datasetOffset : 0;
  const stop = options.stopBefore === undefined ? {} : { before: options.stopBefore };
  return { ...preface, source, dataset: readDataset(source, start, transferSyntax, stop) };
}

/** Reads a data set without meta header, as DIMSE carries it. */
export function readDataset(
  bytes: Uint8Array,
  start: number,
  transferSyntax: string,
  stop: Stop = {},
): Dataset {
  const reader = new ElementReader({ bytes, base: 0, total: bytes.byteLength });
  reader.position = start;
  const elements: Element[] = [];
  const charset = reader.readRoot(encodingOf(transferSyntax), elements, stop);
  return new Dataset(elements, charset);
}

/** Preamble, meta header and transfer syntax: what has to be known before the data set can be read. */
export function readPreface(window: Window): Preface {
  if (window.total === 0) throw emptyFile();
  const hasMark = isMark(window.bytes, PREAMBLE_LENGTH);
  const metaOffset = hasMark ? PREAMBLE_LENGTH + 4 : 0;
  const preamble = hasMark ? window.bytes.subarray(0, PREAMBLE_LENGTH) : undefined;
  const { meta, end } = readMeta(window, metaOffset);
  if (hasMark && end === window.total) throw cutShort(end);
  const transferSyntax = declaredSyntax(meta) ?? guessSyntax(window, end, hasMark);
  return { preamble, meta, transferSyntax, datasetOffset: end };
}

function readMeta(window: Window, start: number): { meta: Dataset; end: number } {
  const elements: Element[] = [];
  const reader = new ElementReader(window);
  reader.position = start;
  // A bare data set may still carry group 0002, without preamble and mark
  if (window.bytes[start] !== 2 || window.bytes[start + 1] !== 0) {
    return { meta: new Dataset([]), end: start };
  }
  // Some writers use implicit VR although PS3.10 7.1 asks for explicit
  const isExplicit = isVr(vrAt(window.bytes, start + 4));
  reader.readRoot({ ...explicitLittle, explicitVr: isExplicit }, elements, { group: '0002' });
  return { meta: new Dataset(elements), end: reader.position };
}

function declaredSyntax(meta: Dataset): string | undefined {
  const raw = meta.get('00020010')?.raw;
  if (raw === undefined) return undefined;
  return new TextDecoder('latin1').decode(raw).replace(/[\0 ]+$/, '');
}

/** A data set without a meta header is recognised by its first element (PS3.5 leaves no other mark). */
function guessSyntax({ bytes, total }: Window, at: number, hasMark: boolean): string {
  const syntax = [IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN].find(
    (candidate) => isPlausible(bytes, at, total, encodingOf(candidate)),
  );
  if (syntax !== undefined) return syntax;
  if (hasMark) return EXPLICIT_LITTLE_ENDIAN;
  throw notDicom();
}

function isPlausible(bytes: Uint8Array, at: number, total: number, encoding: Encoding): boolean {
  if (at + 8 > bytes.byteLength) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const group = view.getUint16(at, encoding.littleEndian);
  const element = view.getUint16(at + 2, encoding.littleEndian);
  const tag = (group * 0x10000 + element).toString(16).toUpperCase().padStart(8, '0');
  const isKnown = attributeOf(tag) !== undefined || element === 0;
  if (!isKnown || group > 0x0040 || group === 0) return false;
  const hasVr = isVr(vrAt(bytes, at + 4));
  if (encoding.explicitVr) return hasVr;
  return !hasVr && at + 8 + view.getUint32(at + 4, true) <= total;
}

function isMark(bytes: Uint8Array, at: number): boolean {
  return (
    bytes.byteLength >= at + 4 &&
    bytes[at] === 0x44 &&
    bytes[at + 1] === 0x49 &&
    bytes[at + 2] === 0x43 &&
    bytes[at + 3] === 0x4d
  );
}

function vrAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
}

function inflate(bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw inflatedTooLarge(maxOutputLength);
    if (code === 'Z_BUF_ERROR') throw cutShort(bytes.byteLength);
    throw inflateFailed(cause);
  }
}
