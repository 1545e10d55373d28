// What the Orthanc tree consists of, and how each part looks.
import * as vscode from 'vscode';
import { isRecord } from '#core/guards.ts';
import type { Level, Resource } from '#core/orthanc/wire.ts';
import type { SendRow } from '#core/workflows/send-dicom.ts';
import { CommandId } from '../ids.ts';
import { render } from '../platform/l10n.ts';
import { type Tally, tallyOf } from '../send-results.ts';
import type { Transfer } from '../transfers.ts';

export interface LevelNode {
  readonly kind: 'resource';
  readonly level: Level;
  readonly resource: Resource;
}

export interface ResultsNode {
  readonly kind: 'results';
  readonly transfer: Transfer;
}

export interface ResultNode {
  readonly kind: 'result';
  readonly row: SendRow;
}

export interface MorePatientsNode {
  readonly kind: 'more';
}

export interface OrthancNote {
  readonly kind: 'note';
  readonly text: string;
}

export type OrthancNode = LevelNode | ResultsNode | ResultNode | MorePatientsNode | OrthancNote;

export function orthancItem(node: OrthancNode): vscode.TreeItem {
  switch (node.kind) {
    case 'resource':
      return levelItem(node);
    case 'results':
      return resultsItem(node);
    case 'result':
      return resultItem(node);
    case 'more':
      return moreItem();
    case 'note': {
      const item = new vscode.TreeItem(node.text);
      item.tooltip = node.text;
      item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
      return item;
    }
  }
}

const appearance: Readonly<Record<Level, { icon: string; contextValue: string }>> = {
  patients: { icon: 'account', contextValue: 'patient' },
  studies: { icon: 'folder-library', contextValue: 'study' },
  series: { icon: 'layers', contextValue: 'series' },
  instances: { icon: 'file-media', contextValue: 'instance' },
};

function levelItem(node: LevelNode): vscode.TreeItem {
  const { level, resource } = node;
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const { icon, contextValue } = appearance[level];
  const { label, description } = levelLabel(level, resource);
  const item = new vscode.TreeItem(label, level === 'instances' ? None : Collapsed);
  item.id = resource.ID;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = contextValue;
  if (level === 'instances') {
    const title = vscode.l10n.t('Preview');
    item.command = { command: CommandId.preview, title, arguments: [node] };
  }
  item.tooltip = new vscode.MarkdownString(
    [`Orthanc: \`${resource.ID}\``, ...uidOf(resource).map((uid) => `UID: \`${uid}\``)].join(
      '\n\n',
    ),
  );
  return item;
}

export function isLevelNode(value: unknown): value is LevelNode {
  return isRecord(value) && value['kind'] === 'resource';
}

/** For a sentence: its level and what the tree shows of it. */
export function resourceName({ level, resource }: LevelNode): string {
  const { t } = vscode.l10n;
  const parts = levelLabel(level, resource);
  const label = [parts.label, parts.description].filter((part) => part !== '').join(' · ');
  const names = {
    patients: () => t('the patient {label}', { label }),
    studies: () => t('the study {label}', { label }),
    series: () => t('the series {label}', { label }),
    instances: () => t('the instance {label}', { label }),
  };
  return names[level]();
}

/** The DICOM identifier of a level; a patient has an id that is no UID. */
export function uidOf({ MainDicomTags: tags }: Resource): string[] {
  return ['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID', 'PatientID']
    .map((name) => tags[name])
    .filter((value) => typeof value === 'string')
    .slice(0, 1);
}

function levelLabel(
  level: Level,
  { MainDicomTags: tags, Series, Instances }: Resource,
): { label: string; description: string } {
  const { t } = vscode.l10n;
  const tag = (name: string) => String(tags[name] ?? '').trim();
  const join = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ');
  switch (level) {
    case 'patients':
      return {
        label: personLabel(tag('PatientName')) || t('(no name)'),
        description: join(tag('PatientID'), tag('PatientSex'), dateLabel(tag('PatientBirthDate'))),
      };
    case 'studies':
      return {
        label: tag('StudyDescription') || t('(no description)'),
        description: join(dateLabel(tag('StudyDate')), tag('AccessionNumber'), countLabel(Series)),
      };
    case 'series':
      return {
        label: join(tag('Modality'), tag('SeriesDescription')) || t('(no description)'),
        description: countLabel(Instances),
      };
    case 'instances':
      return {
        label: t('Image {number}', { number: tag('InstanceNumber') || '?' }),
        description: tag('SOPInstanceUID'),
      };
  }
}

function countLabel(children: readonly unknown[] | undefined): string {
  return children === undefined ? '' : String(children.length);
}

/** `Hong^Gildong=洪^吉洞=홍^길동` reads as `Hong Gildong (洪吉洞, 홍길동)`. */
export function personLabel(name: string): string {
  const [latin = '', ...others] = name.split('=');
  const readable = latin
    .split('^')
    .filter((part) => part !== '')
    .join(' ');
  const native = others.map((group) => group.split('^').join('')).filter((group) => group !== '');
  if (native.length === 0) return readable;
  return readable === '' ? native.join(', ') : `${readable} (${native.join(', ')})`;
}

function dateLabel(date: string): string {
  return date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

function resultsItem({ transfer }: ResultsNode): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const tally = tallyOf(transfer.rows);
  const isClean = tally.failed === 0 && !transfer.isCancelled;
  const item = new vscode.TreeItem(t('Last sending'), isClean ? Collapsed : Expanded);
  item.id = 'results';
  item.description = tallyLabel(tally, transfer.isCancelled);
  item.iconPath = new vscode.ThemeIcon('cloud-upload');
  item.contextValue = tally.failed > 0 ? 'resultsFailed' : 'results';
  return item;
}

export function tallyLabel(
  { stored, known, failed, skipped }: Tally,
  isCancelled: boolean,
): string {
  const { t } = vscode.l10n;
  return [
    t('{count} stored', { count: stored }),
    known > 0 ? t('{count} already there', { count: known }) : '',
    failed > 0 ? t('{count} failed', { count: failed }) : '',
    skipped > 0 ? t('{count} skipped', { count: skipped }) : '',
    isCancelled ? t('cancelled') : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const statusIcons: Readonly<Record<SendRow['status'], vscode.ThemeIcon>> = {
  Success: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  AlreadyStored: new vscode.ThemeIcon('pass'),
  Failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  Skipped: new vscode.ThemeIcon('circle-slash'),
};

function resultItem({ row }: ResultNode): vscode.TreeItem {
  const { name, status, reason, orthancId, sopInstanceUid } = row;
  const item = new vscode.TreeItem(name.split(/[\\/]/).at(-1) ?? name);
  item.description = reason ? render(reason) : statusLabel(status);
  item.iconPath = statusIcons[status];
  item.contextValue = 'result';
  item.tooltip = [
    name,
    item.description,
    orthancId && `Orthanc: ${orthancId}`,
    sopInstanceUid && `UID: ${sopInstanceUid}`,
  ]
    .filter((line) => line)
    .join('\n');
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  return item;
}

function statusLabel(status: SendRow['status']): string {
  const { t } = vscode.l10n;
  const labels = {
    Success: t('stored'),
    AlreadyStored: t('already there'),
    Failed: t('failed'),
    Skipped: t('skipped'),
  };
  return labels[status];
}

function moreItem(): vscode.TreeItem {
  const title = vscode.l10n.t('Load more…');
  const item = new vscode.TreeItem(title);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: CommandId.loadMoreOrthanc, title };
  return item;
}
