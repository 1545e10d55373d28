// Everything a handler may use; one per running server.
import type { Clock } from '#core/clock.ts';
import type { Model } from '#core/fhir/validate/model.ts';
import type { SearchContext } from './search/context.ts';
import type { SearchDefinitions } from './search/definitions.ts';
import type { SearchSessions } from './search/sessions.ts';
import type { ResourceStore } from './store/store.ts';
import type { FhirRequest, FhirResponse } from './wire.ts';

export interface World {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly sessions: SearchSessions;
  /** Bulk exports under way or done, by id. */
  readonly exports: Map<string, ExportJob>;
  readonly requiresToken: boolean;
  newUuid(): string;
  /** With `/fhir`, without a slash at the end. */
  baseUrl(): string;
  definitions(): SearchDefinitions;
  searchContext(): SearchContext;
  /** The structure of R4, once `loadModel` has resolved. */
  model(): Model;
  loadModel(): Promise<void>;
  /** @throws FhirError 400 or 422 */
  validate(resource: unknown): Promise<void>;
  /**
   * Checks that the token of `outer` allows a request, which may be an entry of its Bundle.
   *
   * @throws FhirError 401 or 403
   */
  authorize(request: FhirRequest, outer: FhirRequest): void;
  /** Whether the token of a request lets resources of a type into its answer. */
  allows(request: FhirRequest, type: string): boolean;
  /**
   * What the server would do with a request.
   *
   * @throws FhirError 404 for an unknown path, 405 for a method it does not know
   */
  route(request: FhirRequest): { readonly validates: boolean; readonly waits: boolean };
  /** Answers a request that does not wait, as part of another. */
  run(request: FhirRequest): FhirResponse;
  /** Answers any request as part of `outer`; a refusal becomes an answer too. */
  dispatch(make: () => FhirRequest, outer: FhirRequest): Promise<FhirResponse>;
}

export interface ExportJob {
  readonly request: string;
  readonly startedAt: number;
  /** Numbers of the resources, by type. */
  readonly files: ReadonlyMap<string, readonly number[]>;
  /** The first look at the state finds it under way, so that clients learn to wait. */
  polls: number;
}
