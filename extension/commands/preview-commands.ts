import * as vscode from 'vscode';
import type { PreviewFiles } from '../documents/preview-files.ts';
import {
  nameOfPreview,
  type PreviewAddress,
  parsePreviewUri,
  previewUri,
} from '../documents/preview-uri.ts';
import { CommandId, orthancScheme } from '../ids.ts';
import { render } from '../platform/l10n.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { Servers } from '../servers.ts';
import { isLevelNode } from '../views/orthanc-nodes.ts';
import type { Handlers } from './handlers.ts';

export interface PreviewDeps {
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  readonly files: PreviewFiles;
}

type ChooseFrame = (address: PreviewAddress) => number | undefined | Promise<number | undefined>;

export function previewCommands({ profiles, servers, files }: PreviewDeps): Handlers {
  const { l10n, window } = vscode;

  /** @returns its URI */
  const show = async (address: PreviewAddress, name: string): Promise<vscode.Uri> => {
    const uri = previewUri(address, name);
    await files.prepare(uri);
    await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
    return uri;
  };
  const showFrame = async (given: unknown, choose: ChooseFrame) => {
    const uri = given instanceof vscode.Uri ? given : activePreview();
    const address = uri && parsePreviewUri(uri);
    if (!uri || !address) return undefined;
    const frame = await choose(address);
    if (frame === undefined || frame < 1 || frame > address.frames) return undefined;
    return show({ ...address, frame }, nameOfPreview(uri));
  };

  return {
    async [CommandId.preview](given) {
      const profile = profiles.active;
      const client = await servers.orthanc(profile);
      const node = isLevelNode(given) && given.level === 'instances' ? given : undefined;
      const idOrUid = node?.resource.ID ?? (await askInstance());
      if (!idOrUid) return undefined;
      const { id: instance, note } = await client.resolve('instances', idOrUid);
      if (note) window.setStatusBarMessage(render(note), 8000);
      const { MainDicomTags: tags } = node?.resource ?? (await client.read('instances', instance));
      const number = String(tags['InstanceNumber'] ?? '?').trim();
      const frames = await client.countFrames(instance);
      return show(
        { profile: profile.name, instance, frame: 1, frames },
        l10n.t('Image {number}', { number }),
      );
    },
    [CommandId.previousFrame]: (uri) => showFrame(uri, ({ frame }) => frame - 1),
    [CommandId.nextFrame]: (uri) => showFrame(uri, ({ frame }) => frame + 1),
    [CommandId.chooseFrame]: (uri) => showFrame(uri, askFrame),
  };
}

function activePreview(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputCustom ? input.uri : undefined;
  return uri?.scheme === orthancScheme ? uri : undefined;
}

function askInstance(): Thenable<string | undefined> {
  const { l10n, window } = vscode;
  return window
    .showInputBox({
      title: l10n.t('Preview'),
      prompt: l10n.t('Orthanc id or SOP Instance UID'),
      validateInput: (value) =>
        /^\s*(?:[0-9a-f]{8}(?:-[0-9a-f]{8}){4}|[0-9]+(?:\.[0-9]+)+)\s*$/.test(value)
          ? undefined
          : l10n.t('Enter an Orthanc id or a SOP Instance UID, such as 1.2.840.10008.1.'),
    })
    .then((value) => value?.trim());
}

async function askFrame({ frame, frames }: PreviewAddress): Promise<number | undefined> {
  const { l10n, window } = vscode;
  const value = await window.showInputBox({
    title: l10n.t('Choose Frame'),
    prompt: l10n.t('A number from 1 to {frames}', { frames }),
    value: String(frame),
    validateInput: (input) =>
      /^\d+$/.test(input.trim()) && Number(input) >= 1 && Number(input) <= frames
        ? undefined
        : l10n.t('Enter a number from 1 to {frames}.', { frames }),
  });
  return value === undefined ? undefined : Number(value);
}
