// The archive at one moment, for a named snapshot: the rows of the index, and hard links to the files, in which
// nothing changes that is written once.
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexImage } from './database.ts';
import type { Located } from './model.ts';

export interface ArchiveImage {
  readonly index: IndexImage;
  readonly files: readonly Located[];
  /** Folder that holds them. */
  readonly folder: string;
  /** Ids of what was not yet stable, with the time of the last arrival. */
  readonly unstable: readonly (readonly [string, number])[];
}

/** Links these files, by name, into a folder; gives it. */
export function keepFiles(paths: ReadonlyMap<string, string>, folder: string): string {
  mkdirSync(folder, { recursive: true });
  try {
    for (const [name, path] of paths) linkOrCopy(path, join(folder, name));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Gives the disk of a snapshot back, at once; files that the archive still has stay under their own names. */
export async function dropFiles({ folder }: ArchiveImage): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
}

/** A file that is gone is lost anyway: it keeps no snapshot from being made or loaded. */
export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || (code === 'ENOENT' && !existsSync(from))) return;
    // A file system without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    copyFileSync(from, to);
  }
}
