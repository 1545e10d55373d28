// The data elements before the pixel data, from the first bytes of a file on disk or elsewhere. Large values
// are skipped over, never read, and the pixel data only measured, so that a file cut short is found out.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { unreadable } from '../file-error.ts';
import { Dataset, type Element, type Encoding, UNDEFINED_LENGTH } from './dataset.ts';
import { cutShort, itemExpected, truncated } from './errors.ts';
import { type Preface, readPart10, readPreface } from './part10.ts';
import { charsetTerms, ElementReader, ShortWindow } from './reader.ts';
import { encodingOf, isDeflated } from './transfer-syntax.ts';

export interface FileHeader extends Preface {
  /** Everything before the pixel data; single values above 64 KiB are left out. */
  readonly dataset: Dataset;
  readonly size: number;
}

/** Gives so many bytes from a position on, all of them. */
export type ReadAt = (position: number, length: number) => Promise<Uint8Array>;

const WINDOW_BYTES = 64 * 1024;
const PIXEL_DATA = '7FE00008';

/**
 * Reads the header of a file, whatever its size, and checks that its pixel data are complete.
 *
 * @throws WorkbenchError `FILE_UNREADABLE`, or `DICOM_*` as `readPart10`
 */
export async function readHeader(path: string): Promise<FileHeader> {
  const handle = await openFile(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadable(path, new Error('not a regular file'));
    const read: ReadAt = (position, length) => readAt(handle, position, length);
    const { header, walk, end } = await readUntilPixelData(read, stats.size);
    if (walk !== undefined && end < stats.size) await requirePixelData(walk, end);
    return header;
  } finally {
    await handle.close();
  }
}

/** The same from somewhere else; whether the pixel data are complete is not looked at. @throws WorkbenchError `DICOM_*` */
export async function readHeaderThrough(read: ReadAt, size: number): Promise<FileHeader> {
  return (await readUntilPixelData(read, size)).header;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Opening a named pipe would wait for its writer for ever
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

interface Walked {
  readonly header: FileHeader;
  /** Undefined where the whole file had to be unpacked. */
  readonly walk?: Walk;
  /** Where the pixel data begin. */
  readonly end: number;
}

async function readUntilPixelData(read: ReadAt, size: number): Promise<Walked> {
  const preface = await readPrefaceOf(read, size);
  if (isDeflated(preface.transferSyntax)) {
    const whole = readPart10(await read(0, size), { stopBefore: PIXEL_DATA });
    return { header: { ...preface, dataset: whole.dataset, size }, end: size };
  }
  const encoding = encodingOf(preface.transferSyntax);
  const walk = { read, size, encoding, elements: [] as Element[] };
  const end = await readElements(walk, preface.datasetOffset);
  const dataset = new Dataset(walk.elements, charsetOf(walk.elements));
  return { header: { ...preface, dataset, size }, walk, end };
}

async function readPrefaceOf(read: ReadAt, size: number): Promise<Preface> {
  let wanted = WINDOW_BYTES;
  for (;;) {
    const bytes = await read(0, Math.min(wanted, size));
    try {
      return readPreface({ bytes, base: 0, total: size });
    } catch (error) {
      if (!(error instanceof ShortWindow)) throw error;
      wanted = Math.max(error.neededEnd, wanted * 2);
    }
  }
}

interface Walk {
  readonly read: ReadAt;
  readonly size: number;
  readonly encoding: Encoding;
  readonly elements: Element[];
}

interface Step {
  readonly position: number;
  readonly wanted: number;
  readonly isDone: boolean;
}

/** Fills `elements` window by window; returns where the pixel data or the file's end is. */
async function readElements(walk: Walk, start: number): Promise<number> {
  let step: Step = { position: start, wanted: WINDOW_BYTES, isDone: false };
  while (!step.isDone) step = await readWindow(walk, step);
  return step.position;
}

async function readWindow(walk: Walk, { position, wanted }: Step): Promise<Step> {
  const { read, size, encoding, elements } = walk;
  const bytes = await read(position, Math.min(wanted, size - position));
  const reader = new ElementReader({ bytes, base: position, total: size });
  const before = elements.length;
  try {
    reader.readRoot(encoding, elements, { before: PIXEL_DATA }, charsetOf(elements));
    return { position: reader.position, wanted, isDone: true };
  } catch (error) {
    if (!(error instanceof ShortWindow)) throw error;
    const last = elements.length > before ? elements.at(-1) : undefined;
    if (last !== undefined) return { position: last.end, wanted: WINDOW_BYTES, isDone: false };
    const next = skipTo(reader, walk, position, bytes.byteLength);
    if (next !== undefined) return { position: next, wanted: WINDOW_BYTES, isDone: false };
    const larger = Math.max(wanted * 2, error.neededEnd - position);
    return { position, wanted: larger, isDone: false };
  }
}

/** Where the next element begins when this one is a plain value too large for a window. */
function skipTo(
  reader: ElementReader,
  { encoding, size }: Walk,
  position: number,
  available: number,
): number | undefined {
  if (available < 12) return undefined;
  reader.position = position;
  const { tag, vr, valueOffset, length } = reader.peekHeader(encoding);
  if (vr === 'SQ' || length === UNDEFINED_LENGTH) return undefined;
  const end = valueOffset + length;
  if (end > size) throw truncated(position, tag, end - size);
  return end;
}

async function requirePixelData({ read, size, encoding }: Walk, offset: number): Promise<void> {
  const bytes = await read(offset, Math.min(12, size - offset));
  const reader = new ElementReader({ bytes, base: offset, total: size });
  const { tag, length, valueOffset } = reader.peekHeader(encoding);
  const end = valueOffset + length;
  if (length !== UNDEFINED_LENGTH) {
    if (end > size) throw truncated(offset, tag, end - size);
    return;
  }
  await requireFragments(read, size, valueOffset);
}

async function requireFragments(read: ReadAt, size: number, start: number): Promise<void> {
  let position = start;
  for (;;) {
    if (position + 8 > size) throw cutShort(Math.min(position, size));
    const head = await read(position, 8);
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const marker = view.getUint32(0, true);
    if (marker === 0xe0ddfffe) return;
    if (marker !== 0xe000fffe) throw itemExpected(position);
    position += 8 + view.getUint32(4, true);
  }
}

function charsetOf(elements: readonly Element[]): readonly string[] {
  const element = elements.find(({ tag }) => tag === '00080005');
  return element === undefined ? [] : charsetTerms(element.raw);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  // Shrunk while being read: the missing rest must not pass for zeros
  if (bytesRead < length) throw cutShort(position + bytesRead);
  return bytes;
}
