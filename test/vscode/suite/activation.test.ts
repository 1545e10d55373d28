import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in a real VS Code', () => {
  it('is known and activates', async () => {
    const extension = vscode.extensions.getExtension('openemr-workbench.openemr-workbench');
    assert.ok(extension);
    await extension.activate();
    assert.ok(extension.isActive);
  });
});
