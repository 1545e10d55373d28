// What the FHIR tree consists of, and how each part looks.
import * as vscode from 'vscode';
import { resourceUri } from '../documents/resource-uri.ts';
import { CommandId } from '../ids.ts';
import type { FhirServerKey } from '../servers.ts';
import { labelOf } from './resource-label.ts';

export interface ServerNode {
  readonly kind: 'server';
  readonly server: FhirServerKey;
  readonly profile: string;
  readonly baseUrl: string;
}

export interface TypeNode {
  readonly kind: 'type';
  readonly parent: ServerNode;
  readonly type: string;
  /** Undefined while nobody has counted. */
  readonly count: number | undefined;
  readonly search: string | undefined;
}

export interface EmptyTypesNode {
  readonly kind: 'emptyTypes';
  readonly parent: ServerNode;
  readonly types: readonly TypeNode[];
}

export interface ResourceNode {
  readonly kind: 'resource';
  readonly parent: TypeNode;
  readonly id: string;
  readonly resource: unknown;
}

export interface MoreNode {
  readonly kind: 'more';
  readonly parent: TypeNode;
}

export interface NoteNode {
  readonly kind: 'note';
  readonly level: 'error' | 'info';
  readonly text: string;
}

export type FhirNode = ServerNode | TypeNode | EmptyTypesNode | ResourceNode | MoreNode | NoteNode;

export function treeItemOf(node: FhirNode): vscode.TreeItem {
  switch (node.kind) {
    case 'server':
      return serverItem(node);
    case 'type':
      return typeItem(node);
    case 'emptyTypes':
      return emptyTypesItem(node);
    case 'resource':
      return resourceItem(node);
    case 'more':
      return moreItem(node);
    case 'note':
      return noteItem(node);
  }
}

function serverItem({ server, profile, baseUrl }: ServerNode): vscode.TreeItem {
  const name = server === 'openemr' ? 'OpenEMR' : vscode.l10n.t('FHIR server');
  const { Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(name, Expanded);
  item.id = `${profile}/${server}`;
  item.description = baseUrl.replace(/^https?:\/\//, '');
  item.tooltip = baseUrl;
  item.iconPath = new vscode.ThemeIcon(server === 'openemr' ? 'server' : 'database');
  item.contextValue = 'server';
  return item;
}

function typeItem({ parent, type, count, search }: TypeNode): vscode.TreeItem {
  const { Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(type, Collapsed);
  item.id = `${parent.profile}/${parent.server}/${type}`;
  item.description = [count === undefined ? '' : String(count), search]
    .filter((part) => part)
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon(icons[type] ?? 'list-flat');
  item.contextValue = 'type';
  return item;
}

function emptyTypesItem({ parent, types }: EmptyTypesNode): vscode.TreeItem {
  const { Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(vscode.l10n.t('Types without resources'), Collapsed);
  item.id = `${parent.profile}/${parent.server}/empty`;
  item.description = String(types.length);
  item.iconPath = new vscode.ThemeIcon('circle-slash');
  return item;
}

function resourceItem({ parent, id, resource }: ResourceNode): vscode.TreeItem {
  const { label, description } = labelOf(resource);
  const { profile, server } = parent.parent;
  const item = new vscode.TreeItem(label);
  item.id = `${profile}/${server}/${parent.type}/${id}`;
  item.description = description;
  item.tooltip = `${parent.type}/${id}`;
  item.iconPath = new vscode.ThemeIcon('json');
  item.contextValue = 'resource';
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open'),
    arguments: [resourceUri({ profile, server, type: parent.type, id })],
  };
  return item;
}

function moreItem({ parent }: MoreNode): vscode.TreeItem {
  const title = vscode.l10n.t('Load more…');
  const item = new vscode.TreeItem(title);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: CommandId.loadMoreFhir, title, arguments: [parent] };
  return item;
}

function noteItem({ level, text }: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.tooltip = text;
  item.iconPath =
    level === 'error'
      ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
      : new vscode.ThemeIcon('info');
  return item;
}

const icons: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'warning',
  Appointment: 'calendar',
  CarePlan: 'checklist',
  CareTeam: 'organization',
  Condition: 'pulse',
  Coverage: 'shield',
  Device: 'device-mobile',
  DiagnosticReport: 'file-text',
  DocumentReference: 'file',
  Encounter: 'calendar',
  Goal: 'target',
  Group: 'organization',
  ImagingStudy: 'device-camera',
  Immunization: 'shield',
  Location: 'location',
  Medication: 'beaker',
  MedicationRequest: 'note',
  Observation: 'graph',
  Organization: 'organization',
  Patient: 'account',
  Person: 'person',
  Practitioner: 'person',
  PractitionerRole: 'person',
  Procedure: 'tools',
  Provenance: 'history',
  RelatedPerson: 'person',
  ServiceRequest: 'mail',
  Specimen: 'beaker',
};
