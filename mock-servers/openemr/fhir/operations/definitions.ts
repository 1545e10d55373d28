// GET OperationDefinition: the operations of this server, named with their dollar sign. The shape is
// OpenEMR's own, with codings where R4 has codes.
import type { Handler } from '../../rest/api-route.ts';
import { contextOf } from '../interactions.ts';

const dataTypes = 'http://hl7.org/fhir/data-types';
const searchTypes = 'http://hl7.org/fhir/ValueSet/search-param-type';

const bulkStatus = {
  resourceType: 'OperationDefinition',
  name: '$bulkdata-status',
  status: 'active',
  kind: 'operation',
  parameter: [
    {
      name: 'job',
      use: 'in',
      min: 1,
      max: 1,
      type: { system: dataTypes, code: 'string', display: 'string' },
      searchType: { system: searchTypes, code: 'string', display: 'string' },
    },
  ],
};

const definitions = [bulkStatus];

export const listDefinitions: Handler = (_request, world) => {
  const { fhirUrl } = contextOf(world);
  return {
    status: 200,
    body: {
      meta: { lastUpdated: world.records.now().replace(' ', 'T') },
      resourceType: 'Bundle',
      type: 'collection',
      total: definitions.length,
      link: [{ relation: 'self', url: `${fhirUrl}/OperationDefinition` }],
      entry: definitions.map((resource) => ({
        fullUrl: `${fhirUrl}/OperationDefinition/${resource.name}`,
        resource,
      })),
    },
  };
};

export const readDefinition: Handler = ({ params }) => {
  const found = definitions.find((definition) => definition.name === params['operation']);
  return found ? { status: 200, body: found } : { status: 404, body: [] };
};
