import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkbenchError } from '#core/errors.ts';
import { unwritable } from '#core/file-error.ts';
import { text } from '#core/text.ts';
import { type ArchiveFlags, resolveTarget, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import { type SaveFlags, savePlace } from '../save-place.ts';
import type { Terminal } from '../terminal.ts';

type Flags = ArchiveFlags &
  SaveFlags & {
    readonly frame: string;
  };

/** One frame as PNG, or as JPEG when the file is called so. */
export async function dicomPreview(
  idOrUid: string,
  place: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const frame = parseFrame(flags.frame);
  const saved = await withArchive(flags, terminal, async (orthanc) => {
    const { id } = await resolveTarget(orthanc, idOrUid, 'instances', terminal);
    const name = frame === 1 ? `${id}.png` : `${id}-${frame}.png`;
    const target = await savePlace(place, name, flags);
    const type = /\.jpe?g$/i.test(target) ? 'image/jpeg' : 'image/png';
    const frames = await orthanc.countFrames(id, { signal });
    if (frame > frames) throw noSuchFrame(frame, frames);
    const image = await orthanc.preview(id, { frame, type, signal });
    await write(target, image);
    return { path: target, bytes: image.byteLength, type, frame, frames };
  });
  if (flags.json) print(JSON.stringify(saved));
  else {
    print(saved.path);
    remark(say(text('Image {frame} of {frames} saved, {bytes} bytes.', saved)));
  }
  return exitCode.ok;
}

function parseFrame(value: string): number {
  const frame = Number(value);
  if (Number.isSafeInteger(frame) && frame > 0) return frame;
  throw new WorkbenchError(
    'USAGE',
    text('"{value}" is no frame. Give a whole number above 0.', { value }),
  );
}

function noSuchFrame(frame: number, frames: number): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text('There is no image {frame}: the instance has {frames}. Give a smaller --frame.', {
      frame,
      frames,
    }),
  );
}

async function write(target: string, image: Uint8Array): Promise<void> {
  try {
    await writeFile(target, image);
  } catch (cause) {
    throw unwritable(path.basename(target), cause);
  }
}
