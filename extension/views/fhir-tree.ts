import * as vscode from 'vscode';
import type { FhirClient } from '#core/fhir/client.ts';
import type { CapabilityStatement } from '#core/fhir/r4.ts';
import type { SearchParams } from '#core/fhir/search.ts';
import { isAbort } from '../platform/abort.ts';
import { sentenceOf } from '../platform/failures.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import type { FhirServerKey, Servers } from '../servers.ts';
import {
  type FhirNode,
  type ResourceNode,
  type ServerNode,
  type TypeNode,
  treeItemOf,
} from './fhir-nodes.ts';

export interface FhirTreeDeps {
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  /** False for the mock profile while no mock server runs. */
  isReachable(): boolean;
  onState(state: 'nothing' | 'failed' | 'ready'): void;
  pageSize(): number;
}

interface Listing {
  readonly resources: ResourceNode[];
  /** Where the server says that it goes on. */
  nextUrl?: string;
  /** Fetched already: OpenEMR has no pages and sends everything at once. */
  rest: unknown[];
  total?: number;
}

const COUNT_LIMIT_MS = 4000;
const COUNTS_AT_ONCE = 6;

/** Servers, resource types with counts, resources page by page. */
export class FhirTree implements vscode.TreeDataProvider<FhirNode>, vscode.Disposable {
  readonly #deps: FhirTreeDeps;
  readonly #changed = new vscode.EventEmitter<FhirNode | undefined>();
  readonly #capabilities = new Map<FhirServerKey, CapabilityStatement>();
  readonly #types = new Map<string, TypeNode>();
  readonly #listings = new Map<string, Listing>();
  readonly #searches = new Map<string, Record<string, string>>();
  #ending = new AbortController();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(deps: FhirTreeDeps) {
    this.#deps = deps;
  }

  getTreeItem(node: FhirNode): vscode.TreeItem {
    return treeItemOf(node);
  }

  async getChildren(node?: FhirNode): Promise<FhirNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#servers();
      case 'server':
        return this.#orNote(() => this.#typesOf(node));
      case 'emptyTypes':
        return [...node.types];
      case 'type':
        return this.#orNote(() => this.#resourcesOf(node));
      default:
        return [];
    }
  }

  refresh(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#capabilities.clear();
    this.#types.clear();
    this.#listings.clear();
    this.#changed.fire(undefined);
  }

  async loadMore(node: TypeNode): Promise<void> {
    const listing = this.#listings.get(keyOf(node));
    if (!listing) return;
    await this.#readPage(node, listing);
    this.#changed.fire(this.#types.get(keyOf(node)) ?? node);
  }

  /** Search parameters that the server names for a type. */
  async searchParameters(node: TypeNode): Promise<readonly { name: string; about: string }[]> {
    const { rest } = await this.#capabilitiesOf(node.parent.server);
    const described =
      rest?.[0]?.resource?.find(({ type }) => type === node.type)?.searchParam ?? [];
    return described.map(({ name, documentation = '' }) => ({ name, about: documentation }));
  }

  /** Types of all servers, for pickers. */
  async types(): Promise<TypeNode[]> {
    const servers = (await this.#servers()).filter((node) => node.kind === 'server');
    await Promise.all(servers.map((server) => this.#orNote(() => this.#typesOf(server))));
    return [...this.#types.values()];
  }

  search(node: TypeNode, params: Record<string, string> | undefined): void {
    const key = keyOf(node);
    if (params) this.#searches.set(key, params);
    else this.#searches.delete(key);
    this.#listings.delete(key);
    this.#setType(node, {
      search:
        params &&
        Object.entries(params)
          .map((pair) => pair.join('='))
          .join('&'),
    });
    this.#changed.fire(undefined);
  }

  clearSearches(): void {
    this.#searches.clear();
    this.refresh();
  }

  get isSearching(): boolean {
    return this.#searches.size > 0;
  }

  dispose(): void {
    this.#ending.abort();
    this.#changed.dispose();
  }

  async #servers(): Promise<FhirNode[]> {
    const { profiles, servers, isReachable, onState } = this.#deps;
    const keys = isReachable() ? servers.fhirServers(profiles.active) : [];
    if (keys.length === 0) {
      onState('nothing');
      return [];
    }
    const { signal } = this.#ending;
    const answers = await Promise.allSettled(keys.map((key) => this.#capabilitiesOf(key)));
    if (signal.aborted) return [];
    const isAlive = answers.some(({ status }) => status === 'fulfilled');
    onState(isAlive ? 'ready' : 'failed');
    return isAlive ? Promise.all(keys.map((key) => this.#serverNode(key))) : [];
  }

  async #serverNode(server: FhirServerKey): Promise<ServerNode> {
    const { active } = this.#deps.profiles;
    const { baseUrl } = await this.#deps.servers.fhir(active, server);
    return { kind: 'server', server, profile: active.name, baseUrl };
  }

  async #capabilitiesOf(server: FhirServerKey): Promise<CapabilityStatement> {
    const known = this.#capabilities.get(server);
    if (known) return known;
    const { profiles, servers } = this.#deps;
    const statement = await servers.capabilities(profiles.active, server, this.#ending);
    this.#capabilities.set(server, statement);
    return statement;
  }

  async #typesOf(parent: ServerNode): Promise<FhirNode[]> {
    const { rest } = await this.#capabilitiesOf(parent.server);
    const names = (rest?.[0]?.resource ?? [])
      .filter(({ interaction }) => interaction?.some(({ code }) => code === 'search-type') ?? true)
      .map(({ type }) => type)
      .sort(byInterest);
    for (const type of names) {
      const node: TypeNode = { kind: 'type', parent, type, count: undefined, search: undefined };
      if (!this.#types.has(keyOf(node))) this.#types.set(keyOf(node), node);
    }
    // OpenEMR 7.0.3 takes _summary for an unknown field and finds nothing: there a type is counted when it is opened.
    if (parent.server === 'fhir') await this.#countTypes(parent, names);
    const nodes = names.flatMap((type) => this.#types.get(`${parent.server}/${type}`) ?? []);
    const empty = nodes.filter(({ count, search }) => count === 0 && search === undefined);
    const filled = nodes.filter((node) => !empty.includes(node));
    return empty.length === 0 ? filled : [...filled, { kind: 'emptyTypes', parent, types: empty }];
  }

  async #countTypes(parent: ServerNode, names: readonly string[]): Promise<void> {
    const client = await this.#client(parent.server);
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(COUNT_LIMIT_MS)]);
    const queue = names.filter(
      (type) => this.#types.get(`${parent.server}/${type}`)?.count === undefined,
    );
    const countNext = async (): Promise<void> => {
      for (let type = queue.shift(); type !== undefined; type = queue.shift()) {
        const page = await client.searchPage(type as 'Patient', { _summary: 'count' }, { signal });
        const node = this.#types.get(`${parent.server}/${type}`);
        if (node && page.total !== undefined) this.#setType(node, { count: page.total });
      }
    };
    // A server that cannot count in time still has its types listed, without numbers.
    await Promise.allSettled(Array.from({ length: COUNTS_AT_ONCE }, countNext));
  }

  async #resourcesOf(node: TypeNode): Promise<FhirNode[]> {
    const key = keyOf(node);
    const known = this.#listings.get(key);
    const listing = known ?? { resources: [], rest: [] };
    if (!known) {
      await this.#readPage(node, listing);
      this.#listings.set(key, listing);
      this.#showCount(node, listing);
    }
    if (listing.resources.length === 0) {
      return [{ kind: 'note', level: 'info', text: vscode.l10n.t('No resources found.') }];
    }
    const hasMore = listing.rest.length > 0 || listing.nextUrl !== undefined;
    return hasMore ? [...listing.resources, { kind: 'more', parent: node }] : listing.resources;
  }

  async #readPage(node: TypeNode, listing: Listing): Promise<void> {
    const size = this.#deps.pageSize();
    if (listing.rest.length === 0) await this.#fetchPage(node, listing, size);
    for (const resource of listing.rest.splice(0, size)) {
      const id = (resource as { id?: unknown }).id;
      listing.resources.push({ kind: 'resource', parent: node, id: String(id), resource });
    }
  }

  async #fetchPage(node: TypeNode, listing: Listing, size: number): Promise<void> {
    const client = await this.#client(node.parent.server);
    // Any type that the server names; the tree reads no field that depends on it.
    const type = node.type as 'Patient';
    const { nextUrl } = listing;
    const page = nextUrl
      ? await client.nextPage(type, nextUrl, this.#ending)
      : await client.searchPage(type, this.#query(node, size), this.#ending);
    listing.rest.push(...page.matches);
    delete listing.nextUrl;
    if (page.nextUrl !== undefined) listing.nextUrl = page.nextUrl;
    if (page.total !== undefined) listing.total = page.total;
  }

  #query(node: TypeNode, size: number): SearchParams {
    const params = this.#searches.get(keyOf(node)) ?? {};
    // OpenEMR 7.0.3 answers an empty bundle to _count.
    return node.parent.server === 'openemr' ? params : { ...params, _count: size };
  }

  #showCount(node: TypeNode, { total, resources, rest, nextUrl }: Listing): void {
    const count = total ?? (nextUrl === undefined ? resources.length + rest.length : undefined);
    if (count !== undefined && count !== node.count)
      this.#changed.fire(this.#setType(node, { count }));
  }

  #setType(node: TypeNode, change: Partial<Pick<TypeNode, 'count' | 'search'>>): TypeNode {
    // The tree knows its nodes by identity, so the one that it has is changed.
    return Object.assign(this.#types.get(keyOf(node)) ?? node, change);
  }

  #client(server: FhirServerKey): Promise<FhirClient> {
    return this.#deps.servers.fhir(this.#deps.profiles.active, server);
  }

  /** Below a node that exists, a failure is a row: the rest of the tree stays. */
  async #orNote(read: () => Promise<FhirNode[]>): Promise<FhirNode[]> {
    try {
      return await read();
    } catch (error) {
      return isAbort(error) ? [] : [{ kind: 'note', level: 'error', text: sentenceOf(error) }];
    }
  }
}

/** Patients first: almost every way through the records begins there. */
function byInterest(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'Patient' || b === 'Patient') return a === 'Patient' ? -1 : 1;
  return a < b ? -1 : 1;
}

function keyOf({ parent, type }: TypeNode): string {
  return `${parent.server}/${type}`;
}
