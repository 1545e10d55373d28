// Everything a handler may use; one per running server.
import type { Clock } from '#core/clock.ts';
import type { SearchContext } from './search/context.ts';
import type { SearchDefinitions } from './search/definitions.ts';
import type { SearchSessions } from './search/sessions.ts';
import type { ResourceStore } from './store/store.ts';

export interface World {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly sessions: SearchSessions;
  newUuid(): string;
  /** With `/fhir`, without a slash at the end. */
  baseUrl(): string;
  definitions(): SearchDefinitions;
  searchContext(): SearchContext;
  /** @throws FhirError 400 or 422 */
  validate(resource: unknown): Promise<void>;
}
