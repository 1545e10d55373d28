import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Transfer } from '#extension/transfers.ts';
import type { LevelNode } from '#extension/views/orthanc-nodes.ts';
import { fetchJson, run, startMocks, until, workspaceUri } from './workbench.ts';

describe('sending DICOM to Orthanc', () => {
  let orthanc: string;
  const count = async () => (await fetchJson(`${orthanc}/statistics`)).CountInstances as number;
  const statusOf = ({ rows }: Transfer, name: string) =>
    rows.find((row) => row.name.endsWith(name))?.status;

  before(async () => {
    orthanc = (await startMocks()).orthanc;
  });

  it('stores a file, and knows it the second time', async () => {
    const file = workspaceUri('images', 'korean-ct-1.dcm');

    const first = await run<Transfer>('openemrWorkbench.sendFiles', file);
    const second = await run<Transfer>('openemrWorkbench.sendFiles', file);

    assert.deepEqual(
      [first, second].map((sent) => statusOf(sent, 'korean-ct-1.dcm')),
      ['Success', 'AlreadyStored'],
    );
    const { orthancId } = first.rows[0] ?? {};
    const tags = await fetchJson(`${orthanc}/instances/${orthancId}/simplified-tags`);
    assert.match(tags.PatientName, /[가-힣]/);
  });

  it('sends a folder: each broken file gets its reason, the good ones arrive', async () => {
    const before = await count();

    const sent = await run<Transfer>('openemrWorkbench.sendFolder', workspaceUri('images'));

    const stored = sent.rows.filter(({ status }) => status === 'Success').length;
    assert.ok(stored > 5);
    assert.equal(await count(), before + stored);
    for (const name of ['broken-empty.dcm', 'broken-cut-header.dcm', 'broken-no-study-uid.dcm']) {
      const row = sent.rows.find((one) => one.name.endsWith(name));
      assert.equal(row?.status, 'Failed', name);
      assert.ok(row.reason, `${name} has a reason`);
    }
  });

  it('sends what failed again, and only that', async () => {
    const path = workspaceUri('late.dcm').fsPath;
    writeFileSync(path, 'not DICOM yet');
    const first = await run<Transfer>('openemrWorkbench.sendFiles', workspaceUri('late.dcm'));
    assert.equal(statusOf(first, 'late.dcm'), 'Failed');

    const again = await run<Transfer>('openemrWorkbench.retryFailed');

    assert.deepEqual(
      again.rows.map(({ name }) => name),
      first.rows.map(({ name }) => name),
    );
  });

  it('sends the files of other makers', async function () {
    const folder = workspaceUri('foreign').fsPath;
    if (!existsSync(folder)) return this.skip();
    const names = readdirSync(folder);

    const sent = await run<Transfer>('openemrWorkbench.sendFolder', workspaceUri('foreign'));

    assert.equal(sent.rows.length, names.length);
    const failed = sent.rows.filter(({ status }) => status === 'Failed').map(({ name }) => name);
    assert.deepEqual(
      failed.filter((name) => !/truncated|no_meta/.test(name)),
      [],
      join(folder, ...failed),
    );
  });

  it('takes several files from the Explorer', async () => {
    const files = ['utf8-ct.dcm', 'rle.dcm'].map((name) => workspaceUri('images', name));

    const sent = await run<Transfer>('openemrWorkbench.sendSelected', files[0], files);

    assert.equal(sent.rows.length, 2);
  });

  for (const by of ['stow', 'cstore']) {
    it(`sends by ${by} when that was chosen`, async () => {
      const config = vscode.workspace.getConfiguration('openemrWorkbench');
      await config.update('orthanc.sendBy', by, vscode.ConfigurationTarget.Global);
      try {
        const before = await count();

        const sent = await run<Transfer>('openemrWorkbench.sendFiles', workspaceUri(`${by}.dcm`));

        assert.equal(statusOf(sent, `${by}.dcm`), 'Success', JSON.stringify(sent.rows));
        assert.equal(await count(), before + 1);
      } finally {
        await config.update('orthanc.sendBy', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  }

  describe('a film in the archive', () => {
    let node: LevelNode;
    const tab = () => vscode.window.tabGroups.activeTabGroup.activeTab;
    const pictureOf = async (uri: vscode.Uri | undefined) =>
      Buffer.from(await vscode.workspace.fs.readFile(uri ?? vscode.Uri.file('/none')));

    before(async () => {
      const { rows } = await run<Transfer>('openemrWorkbench.sendFiles', workspaceUri('stow.dcm'));
      const resource = await fetchJson(`${orthanc}/instances/${rows[0]?.orthancId}`);
      node = { kind: 'resource', level: 'instances', resource };
    });
    after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

    it("is shown in VS Code's own image viewer, frame by frame", async () => {
      const first = await run<vscode.Uri | undefined>('openemrWorkbench.preview', node);
      const input = await until(() => {
        const shown = tab()?.input;
        return shown instanceof vscode.TabInputCustom ? shown : undefined;
      });
      const second = await run<vscode.Uri | undefined>('openemrWorkbench.nextFrame');

      assert.equal(input.viewType, 'imagePreview.previewEditor');
      assert.equal(input.uri.toString(), first?.toString());
      assert.equal(tab()?.label, 'Image 7 (2∕3).png');
      const [a, b] = [await pictureOf(first), await pictureOf(second)];
      assert.equal(a.toString('latin1', 1, 4), 'PNG');
      assert.notDeepEqual(a, b);
      const { permissions } = await vscode.workspace.fs.stat(input.uri);
      assert.equal(permissions, vscode.FilePermission.Readonly);
    });

    it('is not deleted without an answer', async () => {
      // Tests refuse modal questions, as a person does who closes them.
      await run('openemrWorkbench.deleteFromOrthanc', node);

      assert.ok(await fetchJson(`${orthanc}/instances/${node.resource.ID}`));
    });
  });
});
