// How files travel to Orthanc and where to: by the setting, which is also what was chosen last.
import * as vscode from 'vscode';
import { WorkbenchError } from '#core/errors.ts';
import { isOneOf } from '#core/guards.ts';
import type { DicomWebClient } from '#core/orthanc/dicomweb.ts';
import { text } from '#core/text.ts';
import type { Sender } from '#core/workflows/send-dicom.ts';
import type { LoadClients } from './platform/load-clients.ts';
import type { ProfileStore } from './platform/profile-store.ts';
import type { Profile } from './profile.ts';
import type { Servers } from './servers.ts';

export const SendBy = { rest: 'rest', stow: 'stow', cstore: 'cstore' } as const;
export type SendBy = (typeof SendBy)[keyof typeof SendBy];

/** Where a sending goes, as it was when it began. */
export interface Destination {
  readonly profile: Profile;
  readonly by: SendBy;
}

export interface SendRoute {
  readonly sender: Sender;
  close(): Promise<void>;
}

const section = 'openemrWorkbench';
const setting = 'orthanc.sendBy';
const isSendBy = isOneOf('rest', 'stow', 'cstore');

export function configuredSendBy(): SendBy {
  const value = vscode.workspace.getConfiguration(section).get(setting);
  return isSendBy(value) ? value : SendBy.rest;
}

/** Where the setting is kept already, else for all workspaces. */
export async function rememberSendBy(by: SendBy): Promise<void> {
  const config = vscode.workspace.getConfiguration(section);
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const isOfWorkspace = config.inspect(setting)?.workspaceValue !== undefined;
  await config.update(setting, by, isOfWorkspace ? Workspace : Global);
}

/** Address whose owner decides whether it may be written to: a DICOM node of its own is another server. */
export function sendAddress({ orthancUrl, dicomNode }: Profile, by: SendBy): string {
  const node = dicomNode.trim();
  if (by !== SendBy.cstore || node === '') return orthancUrl;
  return `dicom://${node.replace(/^.*@/, '')}`;
}

/**
 * The same destination later, with the login that its profile has by then.
 *
 * @throws WorkbenchError `SETTINGS_INVALID` when the profile is gone or leads elsewhere
 */
export function findAgain(
  { profile, by }: Destination,
  profiles: Pick<ProfileStore, 'find'>,
): Destination {
  const found = profiles.find(profile.name);
  if (!found || archiveOf(found, by) !== archiveOf(profile, by)) throw leadsElsewhere(profile);
  return { profile: found, by };
}

/** One address may hold several archives, told apart by their AE titles. */
function archiveOf(profile: Profile, by: SendBy): string {
  const address = sendAddress(profile, by);
  return by === SendBy.cstore ? `${address} ${profile.dicomNode.trim()}` : address;
}

/**
 * Asks the server once whether it is there: otherwise each file would fail for the same reason.
 *
 * @throws WorkbenchError `SETTINGS_INVALID`, `ORTHANC_NOT_FOUND` without DICOMweb, `HTTP_*`, `DIMSE_*`
 */
export async function openSendRoute(
  by: SendBy,
  profile: Profile,
  { servers, load }: { readonly servers: Servers; readonly load: LoadClients },
  cancel: { readonly signal: AbortSignal },
): Promise<SendRoute> {
  const close = async () => {};
  switch (by) {
    case 'rest':
      return { sender: load().restSender(await servers.orthanc(profile)), close };
    case 'stow': {
      const web = await servers.dicomWeb(profile);
      await assertDicomWeb(web, cancel);
      return { sender: load().stowSender(web), close };
    }
    case 'cstore': {
      const { defaultAet, dicomNodeOf, echo, parseDicomNode, storeSender } = load();
      const typed = profile.dicomNode.trim();
      const node =
        typed === ''
          ? await dicomNodeOf(await servers.orthanc(profile), cancel)
          : parseDicomNode(typed);
      const { host, port, aet = defaultAet.called } = node;
      const callingAet = vscode.workspace.getConfiguration(section).get('orthanc.callingAet', '');
      const peer = {
        host,
        port,
        calledAet: aet,
        callingAet: callingAet.trim() || defaultAet.calling,
      };
      await echo({ ...peer, ...cancel });
      const sender = storeSender(peer);
      return { sender, close: () => sender.close() };
    }
  }
}

async function assertDicomWeb(
  web: DicomWebClient,
  cancel: { readonly signal: AbortSignal },
): Promise<void> {
  try {
    await web.search('studies', { limit: '1' }, undefined, cancel);
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : undefined;
    if (status === 404) throw noDicomWeb(web.baseUrl);
    // Some proxies let uploads through and nothing else
    if (status === undefined || status === 401) throw error;
  }
}

function noDicomWeb(url: string): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text(
      'There is no DICOMweb at {url}. Install the plug-in in Orthanc, or choose another transfer protocol.',
      { url },
    ),
  );
}

function leadsElsewhere({ name }: Profile): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      'Nothing was sent: the profile "{name}" was removed, renamed or leads to another archive by now. Choose the files again and send them to the right one.',
      { name },
    ),
  );
}
