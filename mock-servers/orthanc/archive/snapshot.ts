// The archive at one moment, for a named snapshot: the rows of the index, and hard links to the files,
// which never change once they are written.
import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexImage } from './database.ts';

export interface ArchiveImage {
  readonly index: IndexImage;
  /** UUIDs of the attachments. */
  readonly files: readonly string[];
  /** Folder that holds them. */
  readonly folder: string;
  /** Ids of what was not yet stable, with the time of the last arrival. */
  readonly unstable: readonly (readonly [string, number])[];
}

/** Gives the folder. */
export function keepFiles(
  uuids: readonly string[],
  pathOf: (uuid: string) => string,
  folder: string,
): string {
  mkdirSync(folder, { recursive: true });
  for (const uuid of uuids) linkOrCopy(pathOf(uuid), join(folder, uuid));
  return folder;
}

export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // A file system without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    copyFileSync(from, to);
  }
}
