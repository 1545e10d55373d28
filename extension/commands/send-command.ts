import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { SendOptions, SendProgress, SendResult } from '#core/workflows/send-dicom.ts';
import type { Batches } from '../batches.ts';
import { toSignal } from '../platform/abort.ts';
import type { Failures } from '../platform/failures.ts';
import type { LoadClients } from '../platform/load-clients.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { WriteGuard } from '../platform/write-guard.ts';
import { tallyOf } from '../send-results.ts';
import {
  configuredSendBy,
  type Destination,
  findAgain,
  openSendRoute,
  type SendBy,
  sendAddress,
} from '../send-route.ts';
import type { Servers } from '../servers.ts';
import type { Transfer, Transfers } from '../transfers.ts';
import { tallyLabel } from '../views/orthanc-nodes.ts';

export interface SendDeps {
  readonly tree: { refresh(): void };
  readonly profiles: Pick<ProfileStore, 'active' | 'find'>;
  readonly servers: Servers;
  readonly transfers: Transfers;
  readonly guard: Pick<WriteGuard, 'askToAllow' | 'assertWritable'>;
  readonly load: LoadClients;
  readonly batches: Batches;
  readonly failures: Pick<Failures, 'guard'>;
}

interface Selection {
  readonly inputs: readonly string[];
  /** The person has said so already. */
  readonly isContinued?: boolean;
}

export const sendByNames: Readonly<Record<SendBy, string>> = {
  rest: 'REST',
  stow: 'STOW-RS',
  cstore: 'C-STORE',
};

/** What a person chose goes to the profile in use. */
export async function sendFiles(
  deps: SendDeps,
  inputs: readonly string[],
): Promise<Transfer | undefined> {
  const to = { profile: deps.profiles.active, by: configuredSendBy() };
  if (!(await deps.guard.askToAllow(sendAddress(to.profile, to.by)))) return undefined;
  return sendTo(deps, to, { inputs });
}

/** What failed goes where it was to go, whatever profile is in use by now. */
export async function sendFailedAgain(
  deps: SendDeps,
  transfer: Transfer,
): Promise<Transfer | undefined> {
  return sendTo(deps, await sameDestination(deps, transfer.to), { inputs: failedPaths(transfer) });
}

async function sameDestination(
  { profiles, guard }: SendDeps,
  before: Destination,
): Promise<Destination> {
  const to = findAgain(before, profiles);
  await guard.assertWritable(sendAddress(to.profile, to.by));
  return to;
}

async function sendTo(
  deps: SendDeps,
  to: Destination,
  { inputs, isContinued = false }: Selection,
): Promise<Transfer | undefined> {
  const { transfers, tree, batches, failures } = deps;
  const target = `${to.by} ${sendAddress(to.profile, to.by)}`;
  const goesOn = isContinued || (await askToGoOn(batches.isInterrupted(inputs, target)));
  if (goesOn === undefined) return undefined;
  const batch = await batches.open(inputs, target, { isContinued: goesOn });
  // Where nothing has begun, there is nothing to go on with either.
  let isWhole = !goesOn;
  try {
    const { rows, isCancelled, error } = await withSending(deps, to, {
      inputs,
      journal: batch.journal,
    });
    if (rows.length > 0) isWhole = !isCancelled && error === undefined;
    const transfer = { to, rows, isCancelled };
    // Of nothing sent there is nothing to list.
    transfers.set(rows.length > 0 ? transfer : undefined);
    tree.refresh();
    if (error !== undefined) throw error;
    void announce(transfer, {
      goOn: failures.guard(async () =>
        sendTo(deps, await sameDestination(deps, to), { inputs, isContinued: true }),
      ),
      sendFailed: failures.guard(() => sendFailedAgain(deps, transfer)),
    });
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
  { servers, load }: SendDeps,
  { profile, by }: Destination,
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

function progressLabel(done: number, failed: number, name: string): string {
  const { t } = vscode.l10n;
  const file = basename(name);
  return failed === 0
    ? t('{done} files, {file}', { done, file })
    : t('{done} files, {failed} failed, {file}', { done, failed, file });
}

async function announce(
  { rows, isCancelled }: Transfer,
  { goOn, sendFailed }: Readonly<Record<'goOn' | 'sendFailed', () => unknown>>,
): Promise<void> {
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
    ...(tally.failed > 0 ? [{ title: l10n.t('Send Failed Again'), run: sendFailed }] : []),
  ];
  const titles = actions.map(({ title }) => title);
  const answer = await window.showWarningMessage(message, ...titles);
  await actions.find(({ title }) => title === answer)?.run();
}

/** A ZIP is sent again as a whole. */
export function failedPaths({ rows }: Transfer): string[] {
  const failed = rows.filter(({ status }) => status === 'Failed');
  return [...new Set(failed.map(({ path }) => path))];
}
