// The data elements before the pixel data, from the first bytes of a file on disk. Large values are
// skipped over, never read, and the pixel data only measured, so that a file cut short is found out.
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
    return await readHeaderOf(handle, stats.size);
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Opening a named pipe would wait for its writer for ever
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readHeaderOf(handle: FileHandle, size: number): Promise<FileHeader> {
  const preface = await readPrefaceOf(handle, size);
  if (isDeflated(preface.transferSyntax)) {
    const whole = readPart10(await readAt(handle, 0, size), { stopBefore: PIXEL_DATA });
    return { ...preface, dataset: whole.dataset, size };
  }
  const encoding = encodingOf(preface.transferSyntax);
  const walk = { handle, size, encoding, elements: [] as Element[] };
  const end = await readElements(walk, preface.datasetOffset);
  if (end < size) await requirePixelData(walk, end);
  return { ...preface, dataset: new Dataset(walk.elements, charsetOf(walk.elements)), size };
}

async function readPrefaceOf(handle: FileHandle, size: number): Promise<Preface> {
  let wanted = WINDOW_BYTES;
  for (;;) {
    const bytes = await readAt(handle, 0, Math.min(wanted, size));
    try {
      return readPreface({ bytes, base: 0, total: size });
    } catch (error) {
      if (!(error instanceof ShortWindow)) throw error;
      wanted = Math.max(error.neededEnd, wanted * 2);
    }
  }
}

interface Walk {
  readonly handle: FileHandle;
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
  const { handle, size, encoding, elements } = walk;
  const bytes = await readAt(handle, position, Math.min(wanted, size - position));
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

async function requirePixelData({ handle, size, encoding }: Walk, offset: number): Promise<void> {
  const bytes = await readAt(handle, offset, Math.min(12, size - offset));
  const reader = new ElementReader({ bytes, base: offset, total: size });
  const { tag, length, valueOffset } = reader.peekHeader(encoding);
  const end = valueOffset + length;
  if (length !== UNDEFINED_LENGTH) {
    if (end > size) throw truncated(offset, tag, end - size);
    return;
  }
  await requireFragments(handle, size, valueOffset);
}

async function requireFragments(handle: FileHandle, size: number, start: number): Promise<void> {
  let position = start;
  for (;;) {
    if (position + 8 > size) throw cutShort(Math.min(position, size));
    const head = await readAt(handle, position, 8);
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
