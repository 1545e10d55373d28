import { text } from '#core/text.ts';
import { type ArchiveFlags, resolveTarget, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import { type SaveFlags, savePlace } from '../save-place.ts';
import type { Terminal } from '../terminal.ts';

type Flags = ArchiveFlags &
  SaveFlags & {
    readonly level?: string;
  };

/** Into a file of that name, or into a folder under the resource's id. */
export async function dicomGet(
  idOrUid: string,
  place: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const saved = await withArchive(flags, terminal, async (orthanc) => {
    const { level, id } = await resolveTarget(orthanc, idOrUid, flags.level, terminal);
    const name = `${id}.${level === 'instances' ? 'dcm' : 'zip'}`;
    const target = await savePlace(place, name, flags);
    return orthanc.download(level, id, target, { signal });
  });
  if (flags.json) print(JSON.stringify({ path: saved.path, bytes: saved.bytes }));
  else {
    print(saved.path);
    remark(say(text('{bytes} bytes saved.', { bytes: saved.bytes })));
  }
  return exitCode.ok;
}
