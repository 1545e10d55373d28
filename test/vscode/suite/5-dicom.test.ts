import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transfer } from '#extension/transfers.ts';
import { fetchJson, run, startMocks, workspaceUri } from './workbench.ts';

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
});
