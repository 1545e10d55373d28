// The /fhir route table of OpenEMR 7.0.3, with what 7.0.4 adds. The order matters: an operation stands
// before the id it could be taken for.
import type { ApiRoute, Handler, Method } from '../rest/api-route.ts';
import { readHandler, searchHandler } from './interactions.ts';
import { metadataHandler } from './metadata.ts';
import { readBinary } from './operations/binary.ts';
import { listDefinitions, readDefinition } from './operations/definitions.ts';
import { docref } from './operations/docref.ts';
import {
  deleteExport,
  exportAll,
  exportGroup,
  exportPatients,
  exportStatus,
} from './operations/export.ts';
import { readProvenance, searchProvenance } from './operations/provenance.ts';
import { serviceOf, services } from './services.ts';
import { createPatientResource, updatePatientResource } from './write-patient.ts';
import {
  createOrganization,
  createPractitioner,
  updateOrganization,
  updatePractitioner,
} from './write-practitioner.ts';

type Options = Omit<Partial<ApiRoute>, 'method' | 'path' | 'handle'>;

const route = (
  method: Method,
  path: string,
  acl: string,
  handle: Handler,
  options: Options = {},
) => ({
  method,
  path: `/fhir/${path}`,
  handle,
  ...(acl === '' ? {} : { acl }),
  ...options,
});

/**
 * Search and read of a type.
 *
 * @param readAcl - where the read asks for something else
 * @param readOptions - where the read differs
 */
function type(
  name: string,
  acl: string,
  options: Options = {},
  readAcl = acl,
  readOptions = options,
): ApiRoute[] {
  const service = serviceOf(name);
  return [
    route('GET', name, acl, searchHandler(service), options),
    route('GET', `${name}/:uuid`, readAcl, readHandler(service), readOptions),
  ];
}

const isNew = { isNew: true };
// The permission is asked whatever the role, so a patient is refused.
const staffOnly = { aclOfPatients: true };

export const fhirRoutes: readonly ApiRoute[] = [
  ...type('AllergyIntolerance', 'patients/med'),
  ...type('Appointment', 'patients/appt'),
  ...type('CarePlan', 'patients/med'),
  ...type('CareTeam', 'patients/med'),
  ...type('Condition', 'patients/med'),
  ...type('Coverage', 'admin/super'),
  ...type('Device', 'admin/super'),
  ...type('DiagnosticReport', 'admin/super'),
  route('POST', 'DocumentReference/$docref', 'patients/demo', docref),
  ...type('DocumentReference', 'admin/super'),
  route('GET', 'Binary/:id', 'admin/users', readBinary),
  ...type('Encounter', 'encounters/auth_a', {}, 'admin/super'),
  ...type('Goal', 'admin/super'),
  route('GET', 'Group/:id/$export', 'admin/users', exportGroup, staffOnly),
  ...type('Group', 'admin/users', staffOnly),
  ...type('Immunization', 'patients/med'),
  ...type('Location', ''),
  ...type('Media', 'patients/demo', isNew, ''),
  ...type('Medication', 'patients/med', staffOnly, 'patients/med', {}),
  ...type('MedicationDispense', 'patients/med', isNew),
  ...type('MedicationRequest', 'patients/med'),
  ...type('Observation', 'patients/med'),
  ...type('Organization', 'admin/users'),
  route('POST', 'Organization', 'admin/super', createOrganization, staffOnly),
  route('PUT', 'Organization/:uuid', 'admin/super', updateOrganization, staffOnly),
  route('POST', 'Patient', 'patients/demo', createPatientResource, staffOnly),
  route('PUT', 'Patient/:uuid', 'patients/demo', updatePatientResource, staffOnly),
  route('GET', 'Patient/$export', 'admin/users', exportPatients, staffOnly),
  ...type('Patient', 'patients/demo'),
  // The fhirUser of a token must be readable by whom it names.
  ...type('Person', 'admin/users', staffOnly, 'admin/users', { isOpenToSelf: true }),
  ...type('Practitioner', 'admin/users'),
  route('POST', 'Practitioner', 'admin/users', createPractitioner, staffOnly),
  route('PUT', 'Practitioner/:uuid', 'admin/users', updatePractitioner, staffOnly),
  ...type('PractitionerRole', 'admin/users', staffOnly),
  ...type('Procedure', 'patients/med'),
  route('GET', 'Provenance/:uuid', 'admin/super', readProvenance),
  route('GET', 'Provenance', 'admin/super', searchProvenance),
  // 7.0.4 serves no single Questionnaire.
  ...type('Questionnaire', '', isNew).slice(0, 1),
  ...type('QuestionnaireResponse', '', isNew),
  ...type('RelatedPerson', 'patients/demo', isNew),
  ...type('ServiceRequest', 'patients/med', isNew),
  ...type('Specimen', 'admin/super', isNew),
  ...type('ValueSet', 'admin/super'),
  route(
    'GET',
    'metadata',
    '',
    metadataHandler(() => fhirRoutes, services),
    { isOpen: true },
  ),
  route('GET', 'OperationDefinition', '', listDefinitions, { isOpen: true }),
  // The single one does ask for a token (_rest_config.php skipApiAuth), but has no scope to ask for.
  route('GET', 'OperationDefinition/:operation', '', readDefinition, { needsNoScope: true }),
  route('GET', '$export', 'admin/users', exportAll, staffOnly),
  route('GET', '$bulkdata-status', 'admin/users', exportStatus, staffOnly),
  route('DELETE', '$bulkdata-status', 'admin/users', deleteExport, staffOnly),
];
