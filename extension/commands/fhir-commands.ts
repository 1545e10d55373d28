import * as vscode from 'vscode';
import { WorkbenchError } from '#core/errors.ts';
import type { ResourceType } from '#core/fhir/wire.ts';
import { isRecord, isString } from '#core/guards.ts';
import { text } from '#core/text.ts';
import { parseResourceUri, resourceUri } from '../documents/resource-uri.ts';
import { CommandId, ContextKey, fhirScheme, fhirServerScheme } from '../ids.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { Profile } from '../profile.ts';
import type { FhirServerKey, Servers } from '../servers.ts';
import type { TypeNode } from '../views/fhir-nodes.ts';
import type { FhirTree } from '../views/fhir-tree.ts';
import type { Handlers } from './handlers.ts';

export interface FhirCommandDeps {
  readonly tree: FhirTree;
  readonly profiles: ProfileStore;
  readonly servers: Servers;
}

export function fhirCommands({ tree, profiles, servers }: FhirCommandDeps): Handlers {
  const { commands, env, l10n, window } = vscode;
  const setSearching = () =>
    commands.executeCommand('setContext', ContextKey.fhirSearch, tree.isSearching);

  return {
    [CommandId.refreshFhir]: () => tree.refresh(),
    [CommandId.loadMoreFhir]: (node) => (isTypeNode(node) ? tree.loadMore(node) : undefined),
    async [CommandId.findResources](given) {
      const node = isTypeNode(given) ? given : await pickType(tree, profiles.active, servers);
      if (!node) return;
      const name = await pickParameter(tree, node);
      if (!name) return;
      const value = await window.showInputBox({
        title: `${node.type} · ${name}`,
        prompt: l10n.t('Value to search for'),
      });
      if (!value) return;
      tree.search(node, { [name]: value });
      await setSearching();
    },
    async [CommandId.clearSearch]() {
      tree.clearSearches();
      await setSearching();
    },
    /** @returns the editor's URI */
    async [CommandId.openResource](given) {
      const { active } = profiles;
      const keys = servers.fhirServers(active);
      if (keys.length === 0) throw noFhirServer();
      const server = keys.length > 1 ? await pickServer(given) : keys[0];
      const reference = isRecord(given) ? given['reference'] : await askReference();
      if (!server || !isString(reference)) return;
      const [type = '', id = ''] = reference.trim().split('/');
      const uri = resourceUri({ profile: active.name, server, type, id });
      try {
        await window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      } catch (error) {
        // VS Code does not hand on why it could not read: asked once more, the server says it.
        await (await servers.fhir(active, server)).read(type as ResourceType, id);
        throw error;
      }
      return uri;
    },
    async [CommandId.compareWithServer](given) {
      const uri = given instanceof vscode.Uri ? given : window.activeTextEditor?.document.uri;
      if (uri?.scheme !== fhirScheme) return;
      const { type = '', id = '' } = parseResourceUri(uri) ?? {};
      const title = l10n.t('{reference}: server ↔ this editor', { reference: `${type}/${id}` });
      // The query keeps VS Code from showing what it fetched for an earlier comparison.
      const server = uri.with({ scheme: fhirServerScheme, query: String(Date.now()) });
      await commands.executeCommand('vscode.diff', server, uri, title);
    },
    async [CommandId.copyReference](node) {
      if (!isRecord(node) || !isRecord(node['parent'])) return;
      await env.clipboard.writeText(`${node['parent']['type']}/${node['id']}`);
      window.setStatusBarMessage(l10n.t('Reference copied.'), 3000);
    },
  };
}

function isTypeNode(value: unknown): value is TypeNode {
  return isRecord(value) && value['kind'] === 'type';
}

async function pickType(
  tree: FhirTree,
  profile: Profile,
  servers: Servers,
): Promise<TypeNode | undefined> {
  const [server] = servers.fhirServers(profile);
  if (!server) throw noFhirServer();
  // Says so when the mock servers do not run.
  await servers.fhir(profile, server);
  const types = await tree.types();
  if (types.length === 0) throw noTypes();
  const items = types.map((node) => ({
    label: node.type,
    description: node.parent.server === 'openemr' ? 'OpenEMR' : vscode.l10n.t('FHIR server'),
    node,
  }));
  const title = vscode.l10n.t('Find Resources');
  const placeHolder = vscode.l10n.t('Choose a resource type');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.node;
}

async function pickParameter(tree: FhirTree, node: TypeNode): Promise<string | undefined> {
  const parameters = await tree.searchParameters(node);
  if (parameters.length === 0) throw noParameters(node.type);
  const items = parameters.map(({ name, about }) => ({ label: name, detail: about }));
  const placeHolder = vscode.l10n.t('Choose a search parameter that the server names');
  return (await vscode.window.showQuickPick(items, { title: node.type, placeHolder }))?.label;
}

async function pickServer(given: unknown): Promise<FhirServerKey | undefined> {
  if (isRecord(given) && (given['server'] === 'openemr' || given['server'] === 'fhir')) {
    return given['server'];
  }
  const items = [
    { label: 'OpenEMR', server: 'openemr' as const },
    { label: vscode.l10n.t('FHIR server'), server: 'fhir' as const },
  ];
  const title = vscode.l10n.t('Open Resource');
  return (await vscode.window.showQuickPick(items, { title }))?.server;
}

function askReference(): Thenable<string | undefined> {
  const { l10n, window } = vscode;
  return window.showInputBox({
    title: l10n.t('Open Resource'),
    prompt: l10n.t('Type and id, such as Patient/42'),
    validateInput: (value) =>
      /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(value.trim())
        ? undefined
        : l10n.t('Enter a type and an id, such as Patient/42.'),
  });
}

function noFhirServer(): WorkbenchError {
  return new WorkbenchError(
    'SETTINGS_INVALID',
    text(
      'This profile has no FHIR server. Enter an address in the Connections view, then try again.',
    ),
  );
}

function noTypes(): WorkbenchError {
  return new WorkbenchError(
    'NOT_READY',
    text(
      'No FHIR server of this profile tells its resource types. Test the connection, then try again.',
    ),
  );
}

function noParameters(type: string): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_ANSWER',
    text(
      'The server names no search parameters for {type}. Open a resource by its reference instead.',
      { type },
    ),
  );
}
