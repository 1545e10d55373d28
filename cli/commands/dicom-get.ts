import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WorkbenchError } from '#core/errors.ts';
import type { Level } from '#core/orthanc/wire.ts';
import { text } from '#core/text.ts';
import { type ArchiveFlags, parseLevel, withArchive } from '../archive.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

type Flags = ArchiveFlags & {
  readonly level: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

/** Into a file of that name, or into a folder under the resource's id. */
export async function dicomGet(
  idOrUid: string,
  place: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const level = parseLevel(flags.level);
  const saved = await withArchive(flags, terminal, async (orthanc) => {
    const { id, note } = await orthanc.resolve(level, idOrUid, { signal });
    if (note) remark(say(note));
    const target = await targetOf(path.resolve(place), id, level);
    if (!flags.force && (await kindOf(target)) !== undefined) throw alreadyThere(target);
    return orthanc.download(level, id, target, { signal });
  });
  if (flags.json) print(JSON.stringify({ path: saved.path, bytes: saved.bytes }));
  else {
    print(saved.path);
    remark(say(text('{bytes} bytes saved.', { bytes: saved.bytes })));
  }
  return exitCode.ok;
}

async function targetOf(place: string, id: string, level: Level): Promise<string> {
  if ((await kindOf(place)) !== 'folder') return place;
  return path.join(place, `${id}.${level === 'instances' ? 'dcm' : 'zip'}`);
}

/** Undefined when there is nothing; what cannot be looked at shows itself when it is written. */
async function kindOf(place: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}

function alreadyThere(target: string): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text('{file} exists already. Choose another name, or replace it with --force.', {
      file: target,
    }),
  );
}
