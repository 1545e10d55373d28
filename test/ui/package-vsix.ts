// Packages the extension as it is published.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export async function packageExtension(root: string, outDir: string): Promise<string> {
  mkdirSync(outDir, { recursive: true });
  const packagePath = join(outDir, 'openemr-workbench.vsix');
  // Half a second to load, which a list of benchmarks does not need.
  const { createVSIX } = await import('@vscode/vsce');
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
