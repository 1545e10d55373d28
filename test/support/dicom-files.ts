// Where DICOM test files lie: the project's own, and the larger shared collection when it is there.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const ownFolder = path.join(root, 'fixtures/dicom');
export const sharedFolder = path.resolve(root, '../shared/data/dicom');

/** Path of one of the project's own files. */
export function ownFile(name: string): string {
  return path.join(ownFolder, name);
}

/** Every DICOM file at hand, own ones first; broken ones included. */
export function allFiles(): readonly string[] {
  return [ownFolder, sharedFolder].filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.dcm'))
      .sort()
      .map((name) => path.join(folder, name)),
  );
}

/** Why the shared collection is not used; undefined when it is there. */
export function missingShared(): string | undefined {
  return existsSync(sharedFolder)
    ? undefined
    : 'the shared DICOM collection is not on this machine';
}
