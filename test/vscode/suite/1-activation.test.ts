import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CommandId, ViewId } from '#extension/ids.ts';
import { extension } from './workbench.ts';

const { _cache: loaded } = createRequire(__filename)('node:module') as {
  _cache: Readonly<Record<string, unknown>>;
};

describe('activation in a real VS Code', () => {
  it('loads neither the clients nor a server', async () => {
    await extension().activate();

    const dist = join(extension().extensionPath, 'dist');
    const own = Object.keys(loaded).filter((file) => file.startsWith(dist));
    assert.deepEqual(own, [join(dist, 'extension.cjs')]);
  });

  it('keeps express and undici out of the bundle that activates', () => {
    const bundle = readFileSync(join(extension().extensionPath, 'dist/extension.cjs'), 'utf8');

    assert.doesNotMatch(bundle, /x-powered-by|UND_ERR_|node:sqlite/);
  });

  it('registers every command', async () => {
    const known = new Set(await vscode.commands.getCommands(true));

    assert.deepEqual(
      Object.values(CommandId).filter((id) => !known.has(id)),
      [],
    );
  });

  it('opens every view', async () => {
    await vscode.commands.executeCommand('workbench.view.extension.openemrWorkbench');
    for (const id of Object.values(ViewId)) await vscode.commands.executeCommand(`${id}.focus`);
  });

  it('has a title in both languages for every command and view', () => {
    const { contributes } = extension().packageJSON;
    const source = JSON.parse(
      readFileSync(join(extension().extensionPath, 'package.json'), 'utf8'),
    );
    const english = names('package.nls.json');
    const korean = names('package.nls.ko.json');
    const keyed: { title?: string; name?: string }[] = [
      ...source.contributes.commands,
      ...source.contributes.views.openemrWorkbench,
    ];

    for (const { title, name = title } of keyed) {
      const key = name?.slice(1, -1) ?? '';
      assert.ok(english[key], `${key} in English`);
      assert.ok(korean[key], `${key} in Korean`);
    }
    // VS Code has put in the words of its own language.
    const shown = contributes.commands.map((command: { title: string }) => command.title);
    assert.ok(shown.every((title: string) => !title.startsWith('%')));
  });
});

function names(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(extension().extensionPath, file), 'utf8'));
}
