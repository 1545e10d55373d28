// GET Provenance and Provenance/{type}:{uuid}: made from the resource that the id names.
import type { Provenance } from '#core/fhir/r4.ts';
import { isUuid } from '../../records/records.ts';
import type { ApiWorld, Handler } from '../../rest/api-route.ts';
import { collection, contextOf, findResource } from '../interactions.ts';
import { provenanceOf } from '../resources/provenance.ts';
import { services } from '../services.ts';

export const readProvenance: Handler = ({ params, bearer }, world) => {
  const found = provenance(params['uuid'] ?? '', world, bearer?.patientUuid);
  return found ? { status: 200, body: found } : { status: 404, body: [] };
};

/** Only `_id` is known; without it, or with anything else, nothing is found. */
export const searchProvenance: Handler = (request, world) => {
  const isKnown = request.query.every(([name]) => name === '_id');
  const ids = isKnown ? request.query.flatMap(([, value]) => value.split(',')) : [];
  const found = ids.flatMap((id) => provenance(id, world, request.bearer?.patientUuid) ?? []);
  return collection('Provenance', found, world);
};

function provenance(id: string, world: ApiWorld, boundTo?: string): Provenance | undefined {
  const [type = '', uuid = ''] = id.split(':');
  const service = services.get(type);
  if (!service || !(service.hasOtherIds || isUuid(uuid))) return undefined;
  const resource = findResource(service, uuid, world, boundTo);
  return resource && provenanceOf(resource, contextOf(world))[0];
}
