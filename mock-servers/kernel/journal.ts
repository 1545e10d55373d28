// The last requests of the whole suite. Redacted by construction: values of queries, headers and
// bodies never enter.
import type { IncomingMessage } from 'node:http';
import type { JournalEntry, JournalNote, ServerName } from '#core/control/wire.ts';

/** A request under way; kept as it is once answered. */
export interface OpenEntry {
  readonly id: string;
  readonly server: ServerName;
  readonly atMs: number;
  readonly method: string;
  /** As received; cut at the query when shown. */
  readonly url: string;
  status: number | undefined;
  ms: number;
  scenario: string | undefined;
  notes: JournalNote[] | undefined;
}

export interface JournalFilter {
  readonly server?: string;
  readonly method?: string;
  readonly status?: number;
  /** Entries after this id. */
  readonly since?: number;
  readonly limit?: number;
}

export interface Journal {
  open(server: ServerName, request: IncomingMessage, atMs: number): OpenEntry;
  note(id: string, note: JournalNote): void;
  find(id: string): JournalEntry | undefined;
  /** Oldest first. */
  list(filter?: JournalFilter): JournalEntry[];
  counts(): Readonly<Record<string, number>>;
  clear(): void;
}

const journalId = Symbol('journal id');

type JournaledRequest = IncomingMessage & { [journalId]?: string };

/** The id under which a mock notes an explanation for the request that it is answering. */
export function journalIdOf(request: IncomingMessage): string | undefined {
  return (request as JournaledRequest)[journalId];
}

export function createJournal(capacity = 2000): Journal {
  const ring: OpenEntry[] = [];
  const counts: Record<string, number> = {};
  let next = 0;

  const at = (id: string): OpenEntry | undefined => {
    const entry = ring[Number(id) % capacity];
    return entry?.id === id ? entry : undefined;
  };
  return {
    open(server, request, atMs) {
      const id = String(next);
      const entry: OpenEntry = {
        id,
        server,
        atMs,
        method: request.method ?? 'GET',
        url: request.url ?? '/',
        status: undefined,
        ms: 0,
        scenario: undefined,
        notes: undefined,
      };
      ring[next % capacity] = entry;
      next += 1;
      counts[server] = (counts[server] ?? 0) + 1;
      (request as JournaledRequest)[journalId] = id;
      return entry;
    },
    note(id, note) {
      const entry = at(id);
      if (entry) entry.notes = [...(entry.notes ?? []), note];
    },
    find(id) {
      const entry = at(id);
      return entry && shown(entry);
    },
    list(filter = {}) {
      const oldest = next > capacity ? next % capacity : 0;
      const inOrder = [...ring.slice(oldest), ...ring.slice(0, oldest)];
      const matching = inOrder.filter((entry) => matches(entry, filter));
      return matching.slice(-(filter.limit ?? capacity)).map(shown);
    },
    counts: () => ({ ...counts }),
    clear() {
      ring.length = 0;
      next = Math.ceil(next / capacity) * capacity;
    },
  };
}

function matches(entry: OpenEntry, filter: JournalFilter): boolean {
  return (
    (filter.server === undefined || entry.server === filter.server) &&
    (filter.method === undefined || entry.method === filter.method.toUpperCase()) &&
    (filter.status === undefined || entry.status === filter.status) &&
    (filter.since === undefined || Number(entry.id) > filter.since)
  );
}

function shown(entry: OpenEntry): JournalEntry {
  const [path = '/', query = ''] = entry.url.split('?', 2);
  return {
    id: entry.id,
    server: entry.server,
    atMs: entry.atMs,
    method: entry.method,
    path,
    query: query === '' ? [] : [...new Set(new URLSearchParams(query).keys())],
    ...(entry.status !== undefined && { status: entry.status }),
    ms: Math.round(entry.ms * 100) / 100,
    ...(entry.scenario !== undefined && { scenario: entry.scenario }),
    notes: entry.notes ?? [],
  };
}
