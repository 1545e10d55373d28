// OpenEMR 7.0.4: scopes such as `user/Observation.rs?category=system|code` narrow what is found, once it is found
// (openemr PR 9515, in the release by PR 9544: ResourceConstraintFilterer, FhirGenericRestController).
import type { CodeableConcept, FhirResource } from '#core/fhir/r4.ts';
import { type Interaction, permissionsFor } from '../api-access.ts';
import type { Bearer } from '../contracts.ts';
import type { Profile } from '../profiles.ts';

/** Other types are granted such scopes too and give everything: only these go through the generic controller. */
const narrowedTypes: ReadonlySet<string> = new Set(['Condition', 'Observation']);

/** What the scopes of a call let through; other resources in the answer, such as Provenance, have no category. */
export function withinCategories(
  resources: readonly FhirResource[],
  call: { readonly type: string; readonly interaction: Interaction },
  bearer: Bearer | undefined,
  profile: Profile,
): readonly FhirResource[] {
  if (bearer === undefined || !narrowedTypes.has(call.type)) return resources;
  // All are merged: one with a category narrows one without.
  const granted = permissionsFor(bearer, call.type, call.interaction, profile).flatMap(
    (permission) => new URLSearchParams(permission.split('?')[1]).getAll('category'),
  );
  if (granted.length === 0) return resources;
  return resources.filter((resource) =>
    codingsOf(resource).some(
      ({ system, code }) => granted.includes(`${system}|${code}`) || granted.includes(`${code}`),
    ),
  );
}

function codingsOf(resource: FhirResource) {
  const { category } = resource as { readonly category?: readonly CodeableConcept[] };
  return (category ?? []).flatMap(({ coding }) => coding ?? []);
}
