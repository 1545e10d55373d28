// Named states of the whole suite, kept in memory; a server may keep parts of its own elsewhere.
import type { MockApp, ServerName } from './mock-app.ts';

export interface Snapshots {
  /** Gives the names of the servers whose state it holds. */
  save(name: string): Promise<readonly string[]>;
  /** All servers or none; false when there is no snapshot of that name. */
  load(name: string): Promise<boolean>;
  has(name: string): boolean;
  list(): readonly { readonly name: string; readonly servers: readonly string[] }[];
  /** False when there is no snapshot of that name. */
  remove(name: string): Promise<boolean>;
}

type States = ReadonlyMap<ServerName, unknown>;

export function createSnapshots(mocks: () => Promise<readonly MockApp[]>): Snapshots {
  const byName = new Map<string, States>();
  return {
    async save(name) {
      const states = await statesOf(await mocks());
      const old = byName.get(name);
      byName.set(name, states);
      if (old) await discard(old, await mocks());
      return [...states.keys()];
    },
    async load(name) {
      const states = byName.get(name);
      if (!states) return false;
      await restoreAll(states, await mocks());
      return true;
    },
    has: (name) => byName.has(name),
    list: () => [...byName].map(([name, states]) => ({ name, servers: [...states.keys()] })),
    async remove(name) {
      const states = byName.get(name);
      if (!states) return false;
      byName.delete(name);
      await discard(states, await mocks());
      return true;
    },
  };
}

async function statesOf(mocks: readonly MockApp[]): Promise<States> {
  const states = new Map<ServerName, unknown>();
  try {
    for (const mock of mocks) {
      if (mock.snapshot) states.set(mock.name, await mock.snapshot());
    }
  } catch (error) {
    await discard(states, mocks);
    throw error;
  }
  return states;
}

/** A server that cannot go back takes the others with it to where all were before. */
async function restoreAll(states: States, mocks: readonly MockApp[]): Promise<void> {
  const restored = mocks.filter(({ name }) => states.has(name));
  const before = await statesOf(restored);
  const touched: MockApp[] = [];
  try {
    for (const mock of restored) {
      touched.push(mock);
      await mock.restore?.(states.get(mock.name));
    }
  } catch (error) {
    await rollBack(touched, before, error);
    throw error;
  } finally {
    await discard(before, mocks);
  }
}

/** @throws AggregateError when a server can go neither forward nor back */
async function rollBack(
  touched: readonly MockApp[],
  before: States,
  cause: unknown,
): Promise<void> {
  const failures: unknown[] = [];
  for (const mock of touched) {
    try {
      await mock.restore?.(before.get(mock.name));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError([cause, ...failures], 'A snapshot could be neither loaded nor undone');
}

async function discard(states: States, mocks: readonly MockApp[]): Promise<void> {
  for (const mock of mocks) {
    if (states.has(mock.name)) await mock.discard?.(states.get(mock.name));
  }
}
