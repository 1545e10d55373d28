import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cineFile } from '#test/support/cine.ts';

const root = resolve(import.meta.dirname, '../..');
/** Files of many vendors, where they are at hand. */
const foreignDicom = resolve(root, '../shared/data/dicom');

/** The default ones may belong to somebody. */
const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 };

/** Fills the folder that the tests open: settings of its own and files to send. */
export function workspaceFiles(
  folder: string,
  ports: Readonly<Record<string, number>> = freePorts,
): void {
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(
    join(folder, '.vscode/settings.json'),
    JSON.stringify({ 'openemrWorkbench.mocks.ports': ports }),
  );
  copyDicom(join(root, 'fixtures/dicom'), join(folder, 'images'));
  for (const [at, name] of ['stow', 'cstore'].entries()) {
    writeFileSync(join(folder, `${name}.dcm`), cineFile(at));
  }
  if (existsSync(foreignDicom)) copyDicom(foreignDicom, join(folder, 'foreign'));
}

function copyDicom(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from).filter((file) => file.endsWith('.dcm'))) {
    copyFileSync(join(from, name), join(to, name));
  }
}
