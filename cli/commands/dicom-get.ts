import path from 'node:path';
import { text } from '#core/text.ts';
import { type ArchiveFlags, parseLevel, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export async function dicomGet(
  idOrUid: string,
  file: string,
  flags: ArchiveFlags & { readonly level: string },
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const level = parseLevel(flags.level);
  const saved = await withArchive(flags, terminal, async (orthanc) => {
    const { id } = await orthanc.resolve(level, idOrUid, { signal });
    return orthanc.download(level, id, path.resolve(file), { signal });
  });
  print(saved.path);
  remark(say(text('{bytes} bytes saved.', { bytes: saved.bytes })));
  return exitCode.ok;
}
