// Plants violations of ARCHITECTURE's table in a copy of the tree's configuration: the linter must find
// each of them and nothing in the files beside them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasShape, isArrayOf, isRecord, isString, parseJson } from '#core/guards.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const restricted = 'lint/style/noRestrictedImports';
const cycle = 'lint/suspicious/noImportCycles';

const uses = (specifier: string): string =>
  `import { x } from '${specifier}';\n\nexport const y = x;\n`;
const exportsX = 'export const x = 1;\n';

/** Path, content, and the rule that must strike (undefined: must be clean). */
const planted: readonly (readonly [string, string, string | undefined])[] = [
  ['core/imports-vscode.ts', uses('vscode'), restricted],
  ['core/imports-express.ts', uses('express'), restricted],
  ['core/imports-undici.ts', uses('undici'), restricted],
  ['core/imports-cli.ts', uses('#cli/run.ts'), restricted],
  ['core/oauth/imports-workflow.ts', uses('../workflows/doctor.ts'), restricted],
  ['core/fhir/wire.ts', uses('./client.ts'), restricted],
  ['core/fhir/client.ts', uses('#core/errors.ts'), undefined],
  ['core/errors.ts', exportsX, undefined],
  ['core/undici-http.ts', uses('undici'), undefined],
  ['core/workflows/doctor.ts', uses('../fhir/client.ts'), undefined],
  [
    'core/prints.ts',
    "export const say = (): void => console.log('x');\n",
    'lint/suspicious/noConsole',
  ],
  [
    'core/reads-environment.ts',
    "export const home = process.env['HOME'];\n",
    'lint/style/noProcessEnv',
  ],
  ['extension/imports-mocks.ts', uses('#mock-servers/start.ts'), restricted],
  ['extension/imports-mocks-relative.ts', uses('../mock-servers/start.ts'), restricted],
  ['extension/imports-express.ts', uses('express'), restricted],
  ['extension/imports-vscode.ts', uses('vscode'), undefined],
  ['mock-servers/start.ts', exportsX, undefined],
  ['mock-servers/imports-express.ts', uses('express'), undefined],
  ['mock-servers/imports-vscode.ts', uses('vscode'), restricted],
  ['mock-servers/imports-client.ts', uses('#core/fhir/client.ts'), restricted],
  ['mock-servers/imports-client-relative.ts', uses('../core/fhir/client.ts'), restricted],
  ['mock-servers/imports-grants.ts', uses('#core/oauth/grants.ts'), restricted],
  ['mock-servers/imports-workflow.ts', uses('#core/workflows/doctor.ts'), restricted],
  ['mock-servers/imports-vocabulary.ts', uses('#core/errors.ts'), undefined],
  ['cli/run.ts', uses('#mock-servers/start.ts'), undefined],
  ['cli/imports-mock.ts', uses('#mock-servers/imports-express.ts'), restricted],
  ['cli/imports-mock-relative.ts', uses('../mock-servers/imports-express.ts'), restricted],
  ['cli/imports-vscode.ts', uses('vscode'), restricted],
  ['core/sync/ring-a.ts', "export { b as a } from './ring-b.ts';\n", cycle],
  ['core/sync/ring-b.ts', "export { a as b } from '#core/sync/ring-a.ts';\n", cycle],
  ['core/has-default.ts', 'export default 1;\n', 'lint/style/noDefaultExport'],
  ['core/CamelCase.ts', exportsX, 'lint/style/useFilenamingConvention'],
  [
    'core/long.ts',
    `${exportsX}${'x.toFixed();\n'.repeat(300)}`,
    'lint/style/noExcessiveLinesPerFile',
  ],
];

const isReport = hasShape<{ diagnostics: Record<string, unknown>[] }>({
  diagnostics: isArrayOf(isRecord),
});

describe('layer rules', () => {
  let folder = '';
  let found: Map<string, string[]>;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'layers-'));
    for (const name of ['biome.json', 'package.json', '.gitignore']) {
      await copyFile(path.join(root, name), path.join(folder, name));
    }
    for (const [file, content] of planted) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), content);
    }
    found = lint(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [file, , rule] of planted) {
    it(rule ? `finds ${rule} in ${file}` : `lets ${file} pass`, () => {
      assert.deepEqual(found.get(file) ?? [], rule ? [rule] : []);
    });
  }
});

/** Rules by file, errors only. */
function lint(folder: string): Map<string, string[]> {
  const biome = path.join(root, 'node_modules/.bin/biome');
  const args = [
    'lint',
    '--reporter=json',
    '--diagnostic-level=error',
    '--max-diagnostics=none',
    '.',
  ];
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' });
  const report = parseJson(stdout);
  assert.ok(isReport(report));
  const rules = new Map<string, string[]>();
  for (const { category, location } of report.diagnostics) {
    const file = fileOf(location);
    if (isString(category)) rules.set(file, [...(rules.get(file) ?? []), category]);
  }
  return rules;
}

function fileOf(location: unknown): string {
  const place = isRecord(location) ? location['path'] : undefined;
  return String(isRecord(place) ? place['file'] : place);
}
