import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the DICOM files of other makers lie, when they are there. */
export const sharedDicom = resolve(import.meta.dirname, '../../../shared/data/dicom');

/** Fills the folder that the tests open: settings of its own and some files to send. */
export function workspaceFiles(folder: string): void {
  mkdirSync(join(folder, 'images'));
  if (existsSync(sharedDicom)) {
    for (const name of readdirSync(sharedDicom).filter((file) => file.endsWith('.dcm'))) {
      copyFileSync(join(sharedDicom, name), join(folder, 'images', name));
    }
  }
  writeFileSync(join(folder, 'notes.txt'), 'not a DICOM file\n');
}
