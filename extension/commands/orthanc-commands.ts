import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { OrthancClient } from '#core/orthanc/client.ts';
import { CommandId } from '../ids.ts';
import { toSignal } from '../platform/abort.ts';
import { configuredSendBy, rememberSendBy, SendBy } from '../send-route.ts';
import { isLevelNode, type LevelNode, uidOf } from '../views/orthanc-nodes.ts';
import type { OrthancTree } from '../views/orthanc-tree.ts';
import { deleteFromOrthanc } from './delete-command.ts';
import type { Handlers } from './handlers.ts';
import {
  failedPaths,
  type SendDeps,
  sendByNames,
  sendFailedAgain,
  sendFiles,
} from './send-command.ts';

export interface OrthancCommandDeps extends SendDeps {
  readonly tree: OrthancTree;
}

export function orthancCommands(deps: OrthancCommandDeps): Handlers {
  const { tree, profiles, servers, transfers } = deps;
  const { env, l10n, window } = vscode;
  const send = (uris: readonly vscode.Uri[] | undefined) =>
    uris && uris.length > 0
      ? sendFiles(
          deps,
          uris.map(({ fsPath }) => fsPath),
        )
      : undefined;

  return {
    [CommandId.refreshOrthanc]: () => tree.refresh(),
    [CommandId.loadMoreOrthanc]: () => tree.loadMore(),
    async [CommandId.sendFiles](given) {
      return send(
        urisIn(given) ??
          (await window.showOpenDialog({
            canSelectMany: true,
            openLabel: l10n.t('Send'),
            title: l10n.t('DICOM files to send to Orthanc'),
          })),
      );
    },
    async [CommandId.sendFolder](given) {
      return send(
        urisIn(given) ??
          (await window.showOpenDialog({
            canSelectFiles: false,
            canSelectFolders: true,
            openLabel: l10n.t('Send'),
            title: l10n.t('Folder with DICOM files to send to Orthanc'),
          })),
      );
    },
    /** From the Explorer: the file under the mouse, then everything selected. */
    [CommandId.sendSelected]: (clicked, selected) => send(urisIn(selected) ?? urisIn(clicked)),
    [CommandId.retryFailed]() {
      const { last } = transfers;
      if (last && failedPaths(last).length > 0) return sendFailedAgain(deps, last);
      void window.showInformationMessage(l10n.t('Nothing failed in the last sending.'));
      return undefined;
    },
    [CommandId.clearResults]: () => transfers.set(undefined),
    async [CommandId.download](node) {
      if (!isLevelNode(node)) return;
      const client = await servers.orthanc(profiles.active);
      return download(client, node);
    },
    [CommandId.deleteFromOrthanc]: (node) =>
      isLevelNode(node) ? deleteFromOrthanc(deps, node) : undefined,
    async [CommandId.chooseSendBy]() {
      const by = await pickSendBy();
      if (by) await rememberSendBy(by);
    },
    async [CommandId.copyUid](node) {
      if (!isLevelNode(node)) return;
      await env.clipboard.writeText(uidOf(node.resource)[0] ?? '');
      window.setStatusBarMessage(l10n.t('DICOM identifier copied.'), 3000);
    },
  };
}

async function pickSendBy(): Promise<SendBy | undefined> {
  const { l10n, window } = vscode;
  const current = configuredSendBy();
  const details = {
    rest: l10n.t("Orthanc's own API: tells new files from known ones"),
    stow: l10n.t('DICOMweb: the way to other archives with this standard'),
    cstore: l10n.t('DICOM network: what scanners do; may need our name in the archive'),
  };
  const items = Object.values(SendBy).map((by) => ({
    label: sendByNames[by],
    description: by === current ? l10n.t('in use') : '',
    detail: details[by],
    by,
  }));
  const title = l10n.t('How to Send DICOM Files');
  return (await window.showQuickPick(items, { title }))?.by;
}

async function download(client: OrthancClient, { level, resource }: LevelNode): Promise<void> {
  const { l10n, window, workspace } = vscode;
  const extension = level === 'instances' ? 'dcm' : 'zip';
  const name = `${uidOf(resource)[0] ?? resource.ID}.${extension}`.replace(/[\\/:*?"<>|]/g, '_');
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    title: l10n.t('Download from Orthanc'),
  });
  if (!target) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: l10n.t('Downloading {name}', { name: basename(target.fsPath) }),
    cancellable: true,
  };
  const { bytes } = await window.withProgress(options, (_progress, token) =>
    client.download(level, resource.ID, target.fsPath, { signal: toSignal(token) }),
  );
  const kilobytes = Math.ceil(bytes / 1024);
  window.setStatusBarMessage(
    `$(pass) ${l10n.t('Downloaded {name}, {size} KB.', { name: basename(target.fsPath), size: kilobytes })}`,
    8000,
  );
}

function urisIn(value: unknown): vscode.Uri[] | undefined {
  if (value instanceof vscode.Uri) return [value];
  if (!Array.isArray(value)) return undefined;
  const uris = value.filter((item) => item instanceof vscode.Uri);
  return uris.length === 0 ? undefined : uris;
}
