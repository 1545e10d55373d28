// read and search, the two interactions that every resource type has.
import type { FhirResource } from '#core/fhir/r4.ts';
import { isUuid } from '../records/records.ts';
import { ApiRefusal } from '../refusals.ts';
import type { ApiAnswer, ApiRequest, ApiWorld, Handler } from '../rest/api-route.ts';
import { withinCategories } from './granted-categories.ts';
import { provenanceOf } from './resources/provenance.ts';
import { searchResources } from './search.ts';
import { SearchFieldError } from './search-field.ts';
import type { FhirContext, FhirService } from './service.ts';

const invalidId =
  'The search field argument was invalid, improperly formatted, or could not be parsed.  Inner message: UUID columns must be a valid UUID string';

/** GET {type}/:uuid */
export function readHandler(service: FhirService): Handler {
  return (request, world) => {
    const id = request.params['uuid'] ?? '';
    const patient = request.bearer?.patientUuid;
    // A patient may not even ask for another one.
    if (service.type === 'Patient' && patient !== undefined && patient !== id) {
      throw new ApiRefusal('aclDenied');
    }
    if (!service.hasOtherIds && !isUuid(id)) {
      return { status: 400, body: { validationErrors: { _id: invalidId } } };
    }
    const found = findResource(service, id, world, patient);
    const call = { type: service.type, interaction: 'r' } as const;
    const [resource] = withinCategories(found ? [found] : [], call, request.bearer, world.profile);
    // OpenEMR 7.0.4: not there, also when the scopes hide it
    return resource ? { status: 200, body: resource } : { status: 404, body: [] };
  };
}

/** GET {type}: a wrong or unknown parameter gives an empty Bundle, not an error. */
export function searchHandler(service: FhirService): Handler {
  return (request, world) => {
    const context = contextOf(world);
    const isControl = ([name]: readonly [string, string]) => name === '_revinclude';
    const query = request.query.filter((parameter) => !isControl(parameter));
    const withProvenance = request.query.some(
      ([name, value]) => name === '_revinclude' && value === 'Provenance:target',
    );
    const boundTo = request.bearer?.patientUuid;
    try {
      const found = searchResources(
        service,
        // In a patient's context OpenEMR replaces the _id that was asked for.
        { query: withBoundId(service, query, boundTo), ...(boundTo ? { boundTo } : {}) },
        context,
        world.settings(),
      );
      const included = withProvenance ? found.flatMap((one) => provenanceOf(one, context)) : [];
      const call = { type: service.type, interaction: 's' } as const;
      const all = [...found, ...included];
      const visible = withinCategories(all, call, request.bearer, world.profile);
      return collection(service.type, visible, world);
    } catch (error) {
      if (!(error instanceof SearchFieldError)) throw error;
      request.note({ key: 'openemr.fhir-search-ignored', args: { parameter: error.field } });
      return collection(service.type, [], world);
    }
  };
}

/** One resource by its id, within a patient's compartment when there is one. */
export function findResource(
  service: FhirService,
  id: string,
  world: ApiWorld,
  boundTo?: string,
): FhirResource | undefined {
  return searchResources(
    service,
    { query: [], id, ...(boundTo ? { boundTo } : {}) },
    contextOf(world),
    world.settings(),
  )[0];
}

/** OpenEMR's Bundle: type `collection`, a self link without the query, no search mode (facts 3.2). */
export function collection(
  type: string,
  resources: readonly FhirResource[],
  world: ApiWorld,
): ApiAnswer {
  const { fhirUrl } = contextOf(world);
  const entry = resources.map((resource) => ({
    fullUrl: `${fhirUrl}/${resource.resourceType}/${resource.id}`,
    resource,
  }));
  return {
    status: 200,
    body: {
      // Without a time zone, unlike every other time.
      meta: { lastUpdated: world.records.now().replace(' ', 'T') },
      resourceType: 'Bundle',
      type: 'collection',
      total: entry.length,
      link: [{ relation: 'self', url: `${fhirUrl}/${type}` }],
      ...(entry.length > 0 ? { entry } : {}),
    },
  };
}

export function contextOf(world: ApiWorld): FhirContext {
  const { records, profile } = world;
  return { records, profile, fhirUrl: `${world.apisUrl()}/fhir` };
}

function withBoundId(
  service: FhirService,
  query: ApiRequest['query'],
  boundTo: string | undefined,
): ApiRequest['query'] {
  if (boundTo === undefined) return query;
  if (service.type === 'Patient') {
    return [...query.filter(([name]) => name !== '_id'), ['_id', boundTo]];
  }
  return service.inPatientCompartment ? query.filter(([name]) => name !== 'patient') : query;
}
