import * as vscode from 'vscode';
import type { Level } from '#core/orthanc/wire.ts';
import { isAbort } from '../platform/abort.ts';
import { sentenceOf } from '../platform/failures.ts';
import type { ProfileStore } from '../platform/profile-store.ts';
import { worstFirst } from '../send-results.ts';
import type { Servers } from '../servers.ts';
import type { Transfers } from '../transfers.ts';
import { type LevelNode, type OrthancNode, orthancItem } from './orthanc-nodes.ts';

export interface OrthancTreeDeps {
  readonly profiles: ProfileStore;
  readonly servers: Servers;
  readonly transfers: Transfers;
  /** False for the mock profile while no mock server runs. */
  isReachable(): boolean;
  onState(state: 'nothing' | 'failed' | 'empty' | 'ready'): void;
}

const PAGE_SIZE = 100;
const below: Readonly<Partial<Record<Level, Level>>> = {
  patients: 'studies',
  studies: 'series',
  series: 'instances',
};

/** Results of the last sending, then patients, studies, series, instances. */
export class OrthancTree implements vscode.TreeDataProvider<OrthancNode>, vscode.Disposable {
  readonly #deps: OrthancTreeDeps;
  readonly #changed = new vscode.EventEmitter<OrthancNode | undefined>();
  #ending = new AbortController();
  #shown = PAGE_SIZE;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(deps: OrthancTreeDeps) {
    this.#deps = deps;
  }

  getTreeItem(node: OrthancNode): vscode.TreeItem {
    return orthancItem(node);
  }

  async getChildren(node?: OrthancNode): Promise<OrthancNode[]> {
    switch (node?.kind) {
      case undefined:
        return [...this.#results(), ...(await this.#patients())];
      case 'results':
        return worstFirst(node.transfer.rows).map((row) => ({ kind: 'result', row }));
      case 'resource':
        return this.#childrenOf(node);
      default:
        return [];
    }
  }

  refresh(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#changed.fire(undefined);
  }

  loadMore(): void {
    this.#shown += PAGE_SIZE;
    this.refresh();
  }

  dispose(): void {
    this.#ending.abort();
    this.#changed.dispose();
  }

  #results(): OrthancNode[] {
    const transfer = this.#deps.transfers.last;
    return transfer ? [{ kind: 'results', transfer }] : [];
  }

  async #patients(): Promise<OrthancNode[]> {
    const { profiles, servers, isReachable, onState } = this.#deps;
    if (!isReachable() || profiles.active.orthancUrl.trim() === '') {
      onState('nothing');
      return [];
    }
    const ending = this.#ending;
    try {
      const client = await servers.orthanc(profiles.active);
      const { resources, next } = await client.list('patients', { limit: this.#shown }, ending);
      onState(resources.length === 0 ? 'empty' : 'ready');
      const nodes = resources.map(
        (resource): OrthancNode => ({ kind: 'resource', level: 'patients', resource }),
      );
      return next === undefined ? nodes : [...nodes, { kind: 'more' }];
    } catch (error) {
      if (ending.signal.aborted || isAbort(error)) return [];
      onState('failed');
      // Beside the results of a sending there is no room for the welcome text.
      return this.#deps.transfers.last ? [{ kind: 'note', text: sentenceOf(error) }] : [];
    }
  }

  async #childrenOf({ level, resource }: LevelNode): Promise<OrthancNode[]> {
    const child = below[level];
    if (!child) return [];
    try {
      const client = await this.#deps.servers.orthanc(this.#deps.profiles.active);
      const children = await client.children(level, resource.ID, child, this.#ending);
      return children
        .toSorted((a, b) => instanceNumber(a.MainDicomTags) - instanceNumber(b.MainDicomTags))
        .map((found) => ({ kind: 'resource', level: child, resource: found }));
    } catch (error) {
      return isAbort(error) ? [] : [{ kind: 'note', text: sentenceOf(error) }];
    }
  }
}

function instanceNumber(tags: Readonly<Record<string, unknown>>): number {
  return Number(tags['InstanceNumber'] ?? tags['SeriesNumber'] ?? 0) || 0;
}
