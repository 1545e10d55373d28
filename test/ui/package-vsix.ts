// Packages the extension as it is published.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

export async function packageExtension(root: string, outDir: string): Promise<string> {
  mkdirSync(outDir, { recursive: true });
  const packagePath = join(outDir, 'openemr-workbench.vsix');
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return packagePath;
}

export function sizeOf(path: string): number {
  return statSync(path).size;
}
