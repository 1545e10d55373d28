// Named states of the whole suite, kept in memory.
import type { MockApp } from './mock-app.ts';

export interface Snapshots {
  /** Gives the names of the servers whose state it holds. */
  save(name: string): Promise<readonly string[]>;
  /** False when there is no snapshot of that name. */
  load(name: string): Promise<boolean>;
  list(): readonly { readonly name: string; readonly servers: readonly string[] }[];
  remove(name: string): boolean;
}

export function createSnapshots(mocks: () => Promise<readonly MockApp[]>): Snapshots {
  const byName = new Map<string, ReadonlyMap<string, unknown>>();
  return {
    async save(name) {
      const states = new Map<string, unknown>();
      for (const mock of await mocks()) {
        if (mock.snapshot) states.set(mock.name, await mock.snapshot());
      }
      byName.set(name, states);
      return [...states.keys()];
    },
    async load(name) {
      const states = byName.get(name);
      if (!states) return false;
      for (const mock of await mocks()) {
        if (mock.restore && states.has(mock.name)) await mock.restore(states.get(mock.name));
      }
      return true;
    },
    list: () => [...byName].map(([name, states]) => ({ name, servers: [...states.keys()] })),
    remove: (name) => byName.delete(name),
  };
}
