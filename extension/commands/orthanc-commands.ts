import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { OrthancClient } from '#core/orthanc/client.ts';
import type { SendOptions, SendProgress, SendResult } from '#core/workflows/send-dicom.ts';
import type { Batches } from '../batches.ts';
import { CommandId } from '../ids.ts';
import { toSignal } from '../platform/abort.ts';
import type { Failures } from '../platform/failures.ts';
import type { LoadClients } from '../platform/load-clients.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import type { Profile } from '../profile.ts';
import { tallyOf } from '../send-results.ts';
import {
  configuredSendBy,
  openSendRoute,
  rememberSendBy,
  SendBy,
  sendAddress,
} from '../send-route.ts';
import type { Servers } from '../servers.ts';
import type { Transfer, Transfers } from '../transfers.ts';
import { isLevelNode, type LevelNode, tallyLabel, uidOf } from '../views/orthanc-nodes.ts';
import type { OrthancTree } from '../views/orthanc-tree.ts';
import { deleteFromOrthanc } from './delete-command.ts';
import type { Handlers } from './handlers.ts';

export interface OrthancCommandDeps {
  readonly tree: OrthancTree;
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  readonly transfers: Transfers;
  readonly guard: WriteGuard;
  readonly load: LoadClients;
  readonly batches: Batches;
  readonly failures: Failures;
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
      const failed = transfers.last ? failedPaths(transfers.last) : [];
      if (failed.length > 0) return sendFiles(deps, failed);
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

async function sendFiles(
  deps: OrthancCommandDeps,
  inputs: readonly string[],
  isContinued = false,
): Promise<Transfer | undefined> {
  const { profiles, transfers, guard, tree, batches, failures } = deps;
  const { active } = profiles;
  const by = configuredSendBy();
  const address = sendAddress(active, by);
  if (!(await guard.askToAllow(address))) return undefined;
  const target = `${by} ${address}`;
  const goesOn = isContinued || (await askToGoOn(batches.isInterrupted(inputs, target)));
  if (goesOn === undefined) return undefined;
  const batch = await batches.open(inputs, target, { isContinued: goesOn });
  // Where nothing has begun, there is nothing to go on with either.
  let isWhole = !goesOn;
  try {
    const { rows, isCancelled, error } = await withSending(deps, active, by, {
      inputs,
      journal: batch.journal,
    });
    if (rows.length > 0) isWhole = !isCancelled && error === undefined;
    const transfer = { rows, isCancelled };
    // Of nothing sent there is nothing to list.
    transfers.set(rows.length > 0 ? transfer : undefined);
    tree.refresh();
    if (error !== undefined) throw error;
    void announce(
      transfer,
      failures.guard(() => sendFiles(deps, inputs, true)),
    );
    return transfer;
  } finally {
    await batch.close(isWhole);
  }
}

/** @returns undefined when the question was closed */
async function askToGoOn(isInterrupted: boolean): Promise<boolean | undefined> {
  if (!isInterrupted) return false;
  const { l10n, window } = vscode;
  const goOn = l10n.t('Go On');
  const startOver = l10n.t('Start Over');
  const answer = await window.showInformationMessage(
    l10n.t('An earlier sending of this selection was interrupted.'),
    { modal: true, detail: l10n.t('Going on sends only what has not arrived yet.') },
    goOn,
    startOver,
  );
  return answer === undefined ? undefined : answer === goOn;
}

function withSending(
  { servers, load }: OrthancCommandDeps,
  profile: Profile,
  by: SendBy,
  batch: Pick<SendOptions, 'inputs' | 'journal'>,
): Thenable<SendResult> {
  const concurrency = vscode.workspace
    .getConfiguration('openemrWorkbench')
    .get('orthanc.sendConcurrency', 4);
  const options = {
    location: vscode.ProgressLocation.Notification,
    title:
      by === 'rest'
        ? vscode.l10n.t('Sending to Orthanc')
        : vscode.l10n.t('Sending to Orthanc by {way}', { way: sendByNames[by] }),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const signal = toSignal(token);
    const { sender, close } = await openSendRoute(by, profile, { servers, load }, { signal });
    const onProgress = ({ done, failed, row }: SendProgress) =>
      progress.report({ message: progressLabel(done, failed, row.name) });
    try {
      return await load().sendDicom({ ...batch, sender, concurrency, onProgress, signal });
    } finally {
      await close();
    }
  });
}

const sendByNames: Readonly<Record<SendBy, string>> = {
  rest: 'REST',
  stow: 'STOW-RS',
  cstore: 'C-STORE',
};

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

function progressLabel(done: number, failed: number, name: string): string {
  const { t } = vscode.l10n;
  const file = basename(name);
  return failed === 0
    ? t('{done} files, {file}', { done, file })
    : t('{done} files, {failed} failed, {file}', { done, failed, file });
}

async function announce({ rows, isCancelled }: Transfer, goOn: () => unknown): Promise<void> {
  const { commands, l10n, window } = vscode;
  if (rows.length === 0 && !isCancelled) {
    void window.showWarningMessage(
      l10n.t('No DICOM files were found in what you chose. Choose other files or another folder.'),
    );
    return;
  }
  const tally = tallyOf(rows);
  const message = l10n.t('Sent to Orthanc: {result}.', { result: tallyLabel(tally, isCancelled) });
  if (tally.failed === 0 && !isCancelled) {
    window.setStatusBarMessage(`$(pass) ${message}`, 8000);
    return;
  }
  const actions = [
    {
      title: l10n.t('Show Results'),
      run: () => commands.executeCommand('openemrWorkbench.orthanc.focus'),
    },
    ...(isCancelled ? [{ title: l10n.t('Go On'), run: goOn }] : []),
    ...(tally.failed > 0
      ? [
          {
            title: l10n.t('Send Failed Again'),
            run: () => commands.executeCommand(CommandId.retryFailed),
          },
        ]
      : []),
  ];
  const titles = actions.map(({ title }) => title);
  const answer = await window.showWarningMessage(message, ...titles);
  await actions.find(({ title }) => title === answer)?.run();
}

/** A ZIP is sent again as a whole. */
function failedPaths({ rows }: Transfer): string[] {
  const failed = rows.filter(({ status }) => status === 'Failed');
  return [...new Set(failed.map(({ path }) => path))];
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
