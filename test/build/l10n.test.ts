// Every sentence has its Korean, and every Korean sentence its place in the program.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord, parseJson } from '#core/guards.ts';
import { mergeBundles } from '../../build/l10n.mjs';
import { placeholdersOf, templatesOf } from '../../build/l10n-templates.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = globSync('{core,cli,extension,mock-servers}/**/*.ts', { cwd: root });

describe('Korean sentences', () => {
  let templates: ReadonlyMap<string, string>;
  let korean: Readonly<Record<string, string>>;
  before(async () => {
    templates = new Map(
      sources.flatMap((file) => templatesOf(read(file)).map((template) => [template, file])),
    );
    korean = await mergeBundles(path.join(root, 'l10n/ko'));
  });

  it('exist for every template in the sources', () => {
    const missing = [...templates].filter(([template]) => korean[template] === undefined);

    assert.ok(templates.size > 0);
    assert.deepEqual(
      missing.map(([template, file]) => `${file}: ${template}`),
      [],
    );
  });

  it('have the placeholders of their template', () => {
    const different = Object.entries(korean).filter(
      ([template, sentence]) => placeholdersOf(template).join() !== placeholdersOf(sentence).join(),
    );

    assert.deepEqual(different, []);
  });

  it('are Korean and not the English again', () => {
    const english = Object.entries(korean).filter(
      ([template, sentence]) => /[a-z]{3,} [a-z]{2,}/.test(template) && !/[가-힣]/.test(sentence),
    );

    assert.deepEqual(english, []);
  });

  it('are all in use', () => {
    assert.deepEqual(
      Object.keys(korean).filter((template) => !templates.has(template)),
      [],
    );
  });
});

describe('manifest', () => {
  const english = manifestKeys('package.nls.json');
  const korean = manifestKeys('package.nls.ko.json');

  it('has the same keys in both languages', () => {
    assert.deepEqual(Object.keys(korean).sort(), Object.keys(english).sort());
  });

  it('uses every key, and no key that is not there', () => {
    const used = new Set(
      [...read('package.json').matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key),
    );

    assert.deepEqual([...used].sort(), Object.keys(english).sort());
  });
});

function manifestKeys(file: string): Record<string, unknown> {
  const keys = parseJson(read(file));
  assert.ok(isRecord(keys));
  return keys;
}

describe('templatesOf', () => {
  const imported = `import * as vscode from 'vscode';\nimport { type Text, text } from '#core/text.ts';\n`;

  it('reads literals with escapes and over lines', () => {
    const source = `${imported}text('It\\'s {n}'); text(\n  "Say \\"x\\""); vscode.l10n.t('a\\u00e4'); l10n.t('b');`;

    assert.deepEqual(templatesOf(source).sort(), ['Say "x"', "It's {n}", 'aä', 'b'].sort());
  });

  it('leaves other calls alone', () => {
    assert.deepEqual(
      templatesOf(`${imported}response.text('x'); context('y'); text(set, 'z')`),
      [],
    );
  });

  it('leaves functions alone that are called text and are not ours', () => {
    const source = `import { text } from './values.ts-not';\nconst t = text('lname');`;

    assert.deepEqual(templatesOf(source), []);
  });

  it('refuses a template in pieces', () => {
    assert.throws(() => templatesOf(`${imported}text('one ' + two)`), /one literal/);
  });
});

describe('mergeBundles', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'l10n-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const put = (name: string, sentences: Record<string, string>): Promise<void> =>
    writeFile(path.join(folder, name), JSON.stringify(sentences));

  it('merges the areas; the same translation twice is no conflict', async () => {
    await put('a.json', { One: '하나', Two: '둘' });
    await put('b.json', { One: '하나' });

    assert.deepEqual(await mergeBundles(folder), { One: '하나', Two: '둘' });
  });

  it('refuses two translations of one template and names both files', async () => {
    await put('a.json', { One: '하나' });
    await put('b.json', { One: '일' });

    await assert.rejects(mergeBundles(folder), /a\.json and b\.json.*One/);
  });
});
