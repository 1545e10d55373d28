import type { Bundle, BundleEntry, FhirResource, OperationOutcome } from './r4.ts';
import type { ResourceOf, ResourceType } from './wire.ts';

export interface SearchPage<T> {
  readonly matches: readonly T[];
  /** Brought along by `_include` or `_revinclude`. */
  readonly included: readonly FhirResource[];
  /** What the server had to say about the search, such as a parameter it ignored. */
  readonly outcomes: readonly OperationOutcome[];
  /** Over all pages, when the server tells. */
  readonly total?: number;
  /** As the server wrote it. */
  readonly nextUrl?: string;
}

/** OpenEMR sends a `collection` without `search.mode` and without a next link: there the type decides. */
export function toSearchPage<T extends ResourceType>(
  bundle: Bundle<FhirResource>,
  type: T,
): SearchPage<ResourceOf<T>> {
  const matches: ResourceOf<T>[] = [];
  const included: FhirResource[] = [];
  const outcomes: OperationOutcome[] = [];
  for (const { resource, search } of bundle.entry ?? []) {
    if (resource === undefined) continue;
    if (isOutcome(resource, search)) outcomes.push(resource);
    else if (isMatch(resource, type, search)) matches.push(resource);
    else included.push(resource);
  }
  const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
  return {
    matches,
    included,
    outcomes,
    ...(bundle.total === undefined ? {} : { total: bundle.total }),
    ...(next === undefined ? {} : { nextUrl: next }),
  };
}

function isOutcome(
  resource: FhirResource,
  search: BundleEntry['search'],
): resource is OperationOutcome {
  return resource.resourceType === 'OperationOutcome' && search?.mode === 'outcome';
}

function isMatch<T extends ResourceType>(
  resource: FhirResource,
  type: T,
  search: BundleEntry['search'],
): resource is ResourceOf<T> {
  return resource.resourceType === type && (search?.mode ?? 'match') === 'match';
}
