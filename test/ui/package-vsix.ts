// Packages the extension as it is published, and a language pack that makes VS Code speak Korean.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
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

/**
 * VS Code takes another display language only from an installed language pack. The official Korean one
 * is not on npm; this one is empty but for a few words, which is enough for our own strings to be used.
 */
export async function packageKorean(outDir: string): Promise<string> {
  const folder = join(outDir, 'korean-pack');
  mkdirSync(join(folder, 'translations'), { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'test-language-pack-ko',
      publisher: 'openemr-workbench-test',
      version: '1.0.0',
      license: 'MIT',
      engines: { vscode: '^1.125.0' },
      categories: ['Language Packs'],
      contributes: {
        localizations: [
          {
            languageId: 'ko',
            languageName: 'Korean',
            localizedLanguageName: '한국어',
            translations: [{ id: 'vscode', path: './translations/main.i18n.json' }],
          },
        ],
      },
    }),
  );
  writeFileSync(join(folder, 'README.md'), 'Korean for tests.\n');
  writeFileSync(
    join(folder, 'translations/main.i18n.json'),
    JSON.stringify({ version: '1.0.0', contents: {} }),
  );
  const packagePath = join(outDir, 'korean-pack.vsix');
  await createVSIX({
    cwd: folder,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return packagePath;
}
