// The /fhir route table. The order matters: an operation stands before the id it could be taken for.
import type { ApiRoute } from '../rest/api-route.ts';
import { readHandler, searchHandler } from './interactions.ts';
import { metadataHandler } from './metadata.ts';
import { encounterService } from './resources/encounter.ts';
import { observationService } from './resources/observation.ts';
import { patientService } from './resources/patient.ts';
import type { FhirService } from './service.ts';
import { services } from './services.ts';
import { createPatientResource, updatePatientResource } from './write-patient.ts';

type Options = Partial<ApiRoute>;

export const fhirRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/fhir/metadata',
    isOpen: true,
    handle: metadataHandler(() => fhirRoutes, services),
  },
  { method: 'POST', path: '/fhir/Patient', acl: 'patients/demo', handle: createPatientResource },
  {
    method: 'PUT',
    path: '/fhir/Patient/:uuid',
    acl: 'patients/demo',
    handle: updatePatientResource,
  },
  ...readable(patientService, 'patients/demo'),
  ...readable(encounterService, 'encounters/auth_a', { acl: 'admin/super' }),
  ...readable(observationService, 'patients/med'),
];

/** Search and read. @param one - what differs at the read */
function readable(service: FhirService, acl?: string, one: Options = {}): ApiRoute[] {
  const common = { method: 'GET' as const, ...(acl ? { acl } : {}) };
  const path = `/fhir/${service.type}`;
  return [
    { ...common, path, handle: searchHandler(service) },
    { ...common, path: `${path}/:uuid`, handle: readHandler(service), ...one },
  ];
}
