// Files that the disk does not give or take, in a person's words. Only the name is shown, not the path.
import { basename } from 'node:path';
import { WorkbenchError } from './errors.ts';
import { text } from './text.ts';

/** `FILE_UNREADABLE` naming the file and the reason */
export function unreadable(path: string, cause: unknown): WorkbenchError {
  const code = (cause as NodeJS.ErrnoException).code;
  const name = basename(path);
  if (code === 'EACCES' || code === 'EPERM') {
    return new WorkbenchError(
      'FILE_UNREADABLE',
      text('{name} cannot be read: permission denied. Change its permissions or choose another.', {
        name,
      }),
      { cause },
    );
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new WorkbenchError(
      'FILE_UNREADABLE',
      text('{name} cannot be read: it does not exist. Check the path.', { name }),
      { cause },
    );
  }
  return new WorkbenchError(
    'FILE_UNREADABLE',
    text('{name} cannot be read from the disk. Check the file and the drive it is on.', { name }),
    { cause },
  );
}

/** `FILE_UNWRITABLE` */
export function unwritable(path: string, cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'FILE_UNWRITABLE',
    text('{name} cannot be written. Check the folder, its permissions and the free space.', {
      name: basename(path),
    }),
    { cause },
  );
}
