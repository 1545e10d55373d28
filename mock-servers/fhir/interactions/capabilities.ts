// The CapabilityStatement: what this server does, and in words what it refuses.
import type { FhirRequest, FhirResponse } from '../wire.ts';
import type { World } from '../world.ts';
import { instant } from './write.ts';

/** Of the team's guide. */
export const TOKEN_PATH = '/oauth/token';

export function capabilities(world: World, _request: FhirRequest): FhirResponse {
  const definitions = world.definitions();
  const statement = {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: instant(world.clock.now()),
    publisher: 'OpenEMR Workbench',
    kind: 'instance',
    software: { name: 'OpenEMR Workbench FHIR mock' },
    implementation: { description: 'FHIR R4 mock server', url: world.baseUrl() },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        documentation: notSupported,
        ...(world.requiresToken ? { security: security(world) } : {}),
        resource: definitions.types.map((type) => resourceCapability(world, type)),
        interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'history-system' }],
        searchParam: commonParameters,
        operation: operationsOf(['export']),
        compartment: definitions.compartmentNames.map(
          (name) => `http://hl7.org/fhir/CompartmentDefinition/${name.toLowerCase()}`,
        ),
      },
    ],
  };
  return { status: 200, body: JSON.stringify(statement) };
}

/** Each of these but the last is answered with an OperationOutcome that says so (406, 415, 404, 405 or 400). */
const notSupported = [
  'Not supported: XML and Turtle;',
  'FHIRPath Patch and XML Patch;',
  'the search modifiers :in, :not-in, :of-type, and :above and :below of tokens and references;',
  '_text, _content, _list, _filter, _query, _contained and _containedType;',
  'named queries, messaging, GraphQL, terminology operations;',
  '$validate against other profiles; start and end of $everything, and $everything of a type;',
  '$meta of a type or of the server;',
  '_typeFilter and _elements of $export, and its start by POST;',
  '_sort over several types by other parameters than _id and _lastUpdated;',
  'all types of a compartment at once (Patient/x/*); Binary in a media type of its own.',
  'Not done: notifications of subscriptions, conversion of units in quantities,',
  'canonical references in chains and includes, profiles that a resource claims,',
  'sounds: phonetic finds what name finds.',
].join(' ');

function security(world: World) {
  return {
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: [{ url: 'token', valueUri: new URL(TOKEN_PATH, world.baseUrl()).href }],
      },
    ],
    service: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
            code: 'SMART-on-FHIR',
          },
        ],
      },
    ],
  };
}

const commonParameters = [
  { name: '_id', type: 'token' },
  { name: '_lastUpdated', type: 'date' },
];

const operationUrls: Readonly<Record<string, string>> = {
  validate: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  meta: 'http://hl7.org/fhir/OperationDefinition/Resource-meta',
  'meta-add': 'http://hl7.org/fhir/OperationDefinition/Resource-meta-add',
  'meta-delete': 'http://hl7.org/fhir/OperationDefinition/Resource-meta-delete',
  everything: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
  export: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export',
};

function operationsOf(names: readonly string[]) {
  return names.map((name) => ({ name, definition: operationUrls[name] }));
}

const interactions = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
].map((code) => ({ code }));

function resourceCapability(world: World, type: string) {
  const definitions = world.definitions();
  const parameters = [...definitions.parameters(type).values()];
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: interactions,
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'multiple',
    referencePolicy: ['literal', 'logical', 'local'],
    searchInclude: [
      '*',
      ...parameters
        .filter(({ type: kind }) => kind === 'reference')
        .map(({ code }) => `${type}:${code}`),
    ],
    searchRevInclude: ['*'],
    operation: operationsOf([
      'validate',
      'meta',
      'meta-add',
      'meta-delete',
      ...(type === 'Patient' ? ['everything', 'export'] : type === 'Group' ? ['export'] : []),
    ]),
    searchParam: [
      ...commonParameters,
      ...parameters.map(({ code, type: kind }) => ({ name: code, type: kind })),
    ],
  };
}
