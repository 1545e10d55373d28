import * as vscode from 'vscode';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import type { Servers } from '../servers.ts';
import { type LevelNode, resourceName } from '../views/orthanc-nodes.ts';

export interface DeleteDeps {
  readonly tree: { refresh(): void };
  readonly profiles: Pick<ProfileStore, 'active'>;
  readonly servers: Pick<Servers, 'orthanc'>;
  readonly guard: Pick<WriteGuard, 'askToAllow' | 'assertWritable'>;
}

/**
 * Deletes what a row of the tree stands for, after a question that says what and how much.
 *
 * @returns true when it is deleted
 */
export async function deleteFromOrthanc(
  { tree, profiles, servers, guard }: DeleteDeps,
  { level, resource }: LevelNode,
): Promise<boolean> {
  const { active } = profiles;
  if (!(await guard.askToAllow(active.orthancUrl))) return false;
  const client = await servers.orthanc(active);
  const count = await client.countInstances(level, resource.ID);
  const what = resourceName({ kind: 'resource', level, resource });
  const { l10n, window } = vscode;
  const remove = l10n.t('Delete');
  const answer = await window.showWarningMessage(
    l10n.t('Delete {what} from Orthanc at {host}?', { what, host: new URL(client.baseUrl).host }),
    {
      modal: true,
      detail: l10n.t('Images that go with it: {count}. This cannot be undone.', { count }),
    },
    remove,
  );
  if (answer !== remove) return false;
  // While the question stood there, a real server may have taken the place of a mock.
  await guard.assertWritable(active.orthancUrl);
  const options = { location: { viewId: 'openemrWorkbench.orthanc' } };
  try {
    await window.withProgress(options, () => client.delete(level, resource.ID));
  } finally {
    // Also when it failed: what is still there, the server knows.
    tree.refresh();
  }
  window.setStatusBarMessage(
    `$(trash) ${l10n.t('Deleted {what}. Images: {count}.', { what, count })}`,
    8000,
  );
  return true;
}
