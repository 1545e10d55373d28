// Where a command puts a file: under the name given, or into a folder under a name of ours.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';

export interface SaveFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** @throws WorkbenchError `SETTINGS_INVALID` when the file is there and may not be replaced */
export async function savePlace(
  place: string,
  nameInFolder: string,
  { force = false }: SaveFlags,
): Promise<string> {
  const wanted = path.resolve(place);
  const target = (await kindOf(wanted)) === 'folder' ? path.join(wanted, nameInFolder) : wanted;
  if (!force && (await kindOf(target)) !== undefined) throw alreadyThere(target);
  return target;
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
