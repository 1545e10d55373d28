// Searches with more than one page. The links name the search, as HAPI's `_getpages` does, so that
// pages stay what they were when the first was sent, whatever changes meanwhile.
import { refuse } from '../outcome.ts';
import type { SearchQuery } from './query.ts';
import type { Found } from './search.ts';

export interface Session {
  readonly id: string;
  readonly found: Found;
  readonly query: SearchQuery;
  readonly selfUrl: string;
  readonly total: number | undefined;
}

/** The oldest go first; HAPI forgets them after an hour. */
const MAX_SESSIONS = 200;

export class SearchSessions {
  readonly #sessions = new Map<string, Session>();

  add(session: Session): void {
    this.#sessions.set(session.id, session);
    if (this.#sessions.size <= MAX_SESSIONS) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      return;
    }
  }

  /** @throws FhirError 410 */
  get(id: string): Session {
    const session = this.#sessions.get(id);
    // HAPI-0418
    if (session === undefined)
      throw refuse(410, `Search ID "${id}" does not exist and may have expired`);
    return session;
  }

  clear(): void {
    this.#sessions.clear();
  }
}
