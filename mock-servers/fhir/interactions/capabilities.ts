// The CapabilityStatement: what this server does, and by silence what it does not.
import type { FhirRequest, FhirResponse } from '../wire.ts';
import type { World } from '../world.ts';
import { instant } from './write.ts';

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
        resource: definitions.types.map((type) => resourceCapability(world, type)),
        interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'history-system' }],
        searchParam: [
          { name: '_id', type: 'token' },
          { name: '_lastUpdated', type: 'date' },
        ],
        compartment: definitions.compartmentNames.map(
          (name) => `http://hl7.org/fhir/CompartmentDefinition/${name.toLowerCase()}`,
        ),
      },
    ],
  };
  return { status: 200, body: JSON.stringify(statement) };
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
    searchParam: [
      { name: '_id', type: 'token' },
      { name: '_lastUpdated', type: 'date' },
      ...parameters.map(({ code, type: kind }) => ({ name: code, type: kind })),
    ],
  };
}
