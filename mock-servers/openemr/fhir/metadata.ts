// GET /fhir/metadata: what the route table and the parameters say (FhirMetaDataRestController.php).
import type { CapabilityStatement, CapabilityStatementRestResource } from '#core/fhir/r4.ts';
import type { Profile } from '../profiles.ts';
import type { ApiRoute, ApiWorld, Handler } from '../rest/api-route.ts';
import type { FhirService, ParameterKind } from './service.ts';

/** @param routes - the whole /fhir table, `GET /fhir/metadata` included */
export function metadataHandler(
  routes: () => readonly ApiRoute[],
  services: ReadonlyMap<string, FhirService>,
): Handler {
  return (_request, world) => ({
    status: 200,
    body: capabilityStatement(routes(), services, world),
  });
}

function capabilityStatement(
  routes: readonly ApiRoute[],
  services: ReadonlyMap<string, FhirService>,
  world: ApiWorld,
): CapabilityStatement {
  const { profile, records } = world;
  const bulk = 'http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data';
  const usCore = 'http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server';
  const served = routes.filter((route) => !route.isNew || profile.hasServiceRequest);
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: records.today(),
    kind: 'instance',
    instantiates: profile.smartConfiguration === 'v2' ? [bulk, usCore] : [bulk],
    software: { name: 'OpenEMR', version: profile.version },
    implementation: { description: 'OpenEMR FHIR API', url: `${world.apisUrl()}/fhir` },
    fhirVersion: '4.0.1',
    format: ['application/json'],
    rest: [
      {
        mode: 'server',
        security: security(world),
        resource: [...typesOf(served)].map((type) => resource(type, served, services, profile)),
      },
    ],
  };
}

// The address of every endpoint that a client needs before it has a token.
function security({ apisUrl, profile }: ApiWorld) {
  const oauth = apisUrl().replace('/apis/', '/oauth2/');
  const isSmart2 = profile.smartConfiguration === 'v2';
  const smart = 'http://fhir-registry.smarthealthit.org/StructureDefinition';
  const terminology = isSmart2 ? 'http://terminology.hl7.org/CodeSystem' : 'http://hl7.org/fhir';
  return {
    extension: [
      {
        extension: [
          { valueUri: `${oauth}/token`, url: 'token' },
          { valueUri: `${oauth}/authorize`, url: 'authorize' },
          { valueUri: `${oauth}/registration`, url: 'register' },
          { valueUri: `${oauth}/introspect`, url: 'introspect' },
        ],
        url: `${smart}/oauth-uris`,
      },
      ...(isSmart2 ? [...capabilities, ...capabilities2] : capabilities).map((valueCode) => ({
        valueCode,
        url: `${smart}/capabilities`,
      })),
    ],
    service: [
      {
        coding: [{ system: `${terminology}/restful-security-service`, code: 'SMART-on-FHIR' }],
        text: 'OAuth2 using SMART-on-FHIR profile (see http://docs.smarthealthit.org)',
      },
    ],
  };
}

// Here, unlike in smart-configuration, the banner and the style are called context-passthrough.
const capabilities = [
  'launch-ehr',
  'context-passthrough-banner',
  'context-ehr-patient',
  'context-passthrough-style',
  'sso-openid-connect',
  'client-confidential-symmetric',
  'permission-user',
  'context-standalone-patient',
  'launch-standalone',
  'permission-patient',
  'permission-offline',
  'client-public',
];

const capabilities2 = [
  'client-confidential-asymmetric',
  'permission-v1',
  'permission-v2',
  'authorize-post',
  'context-ehr-encounter',
];

// The bulk operations stand under the type OperationDefinition.
function typesOf(routes: readonly ApiRoute[]): Set<string> {
  const names = routes.map((route) => route.path.split('/')[2] ?? '');
  const types = names.filter((name) => /^[A-Z]/.test(name));
  return new Set([...types].sort());
}

const searchTypes: Readonly<Record<ParameterKind, 'token' | 'string' | 'date' | 'reference'>> = {
  token: 'token',
  uuid: 'token',
  string: 'string',
  date: 'date',
  datetime: 'date',
  reference: 'reference',
};

function resource(
  type: string,
  routes: readonly ApiRoute[],
  services: ReadonlyMap<string, FhirService>,
  profile: Profile,
): CapabilityStatementRestResource {
  const own = routes.filter((route) => route.path.split('/')[2] === type);
  const parameters = Object.entries(services.get(type)?.parameters ?? {});
  const searchParam = parameters
    .filter(([, parameter]) => !parameter.isNew || profile.hasServiceRequest)
    .map(([name, { kind }]) => ({ name, type: searchTypes[kind] }));
  const operation = operationsOf(type, type === 'OperationDefinition' ? routes : own);
  return {
    type: type as CapabilityStatementRestResource['type'],
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    ...supportedProfiles(type, profile),
    interaction: interactionsOf(type, own).map((code) => ({ code })),
    updateCreate: false,
    searchInclude: ['*'],
    searchRevInclude: ['Provenance:target'],
    ...(searchParam.length > 0 ? { searchParam } : {}),
    ...(operation.length > 0 ? { operation } : {}),
  };
}

type InteractionCode = 'read' | 'search-type' | 'create' | 'update';

function interactionsOf(type: string, routes: readonly ApiRoute[]): InteractionCode[] {
  const byRoute: readonly [string, InteractionCode][] = [
    [`GET /fhir/${type}/:`, 'read'],
    [`GET /fhir/${type}`, 'search-type'],
    [`POST /fhir/${type}`, 'create'],
    [`PUT /fhir/${type}/:`, 'update'],
  ];
  const known = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+$/, ':')}`);
  return byRoute.filter(([route]) => known.includes(route)).map(([, code]) => code);
}

function operationsOf(
  type: string,
  routes: readonly ApiRoute[],
): { name: string; definition: string }[] {
  const depth = type === 'OperationDefinition' ? 3 : 4;
  const names = routes
    .map((route) => route.path.split('/'))
    .filter((parts) => parts.at(-1)?.startsWith('$') && (parts.length === depth || depth === 4))
    .map((parts) => (parts.at(-1) ?? '').slice(1));
  return [...new Set(names)].map((name) => ({ name, definition: definitionOf(type, name) }));
}

function definitionOf(type: string, name: string): string {
  const bulk = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';
  if (name === 'docref') return 'http://hl7.org/fhir/us/core/OperationDefinition/docref';
  if (name !== 'export') return `$${name}`;
  return `${bulk}/${type === 'OperationDefinition' ? 'export' : `${type.toLowerCase()}-export`}`;
}

const usCoreProfiles: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['us-core-allergyintolerance'],
  CarePlan: ['us-core-careplan'],
  CareTeam: ['us-core-careteam'],
  Condition: ['us-core-condition'],
  Coverage: [],
  Device: ['us-core-implantable-device'],
  DiagnosticReport: ['us-core-diagnosticreport-lab', 'us-core-diagnosticreport-note'],
  DocumentReference: ['us-core-documentreference'],
  Encounter: ['us-core-encounter'],
  Goal: ['us-core-goal'],
  Immunization: ['us-core-immunization'],
  Location: ['us-core-location'],
  Medication: ['us-core-medication'],
  MedicationRequest: ['us-core-medicationrequest'],
  Observation: ['us-core-observation-lab', 'us-core-smokingstatus'],
  Organization: ['us-core-organization'],
  Patient: ['us-core-patient'],
  Practitioner: ['us-core-practitioner'],
  PractitionerRole: ['us-core-practitionerrole'],
  Procedure: ['us-core-procedure'],
  Provenance: ['us-core-provenance'],
};

// 7.0.3: US Core 3.1.x; 7.0.4 declares 3.1.1, 7.0.0 and 8.0.0 beside each other.
function supportedProfiles(type: string, profile: Profile): { supportedProfile?: string[] } {
  const names = usCoreProfiles[type] ?? [];
  const base = 'http://hl7.org/fhir/us/core/StructureDefinition';
  const versions = profile.smartConfiguration === 'v2' ? ['', '|3.1.1', '|7.0.0', '|8.0.0'] : [''];
  const supportedProfile = names.flatMap((name) =>
    versions.map((version) => `${base}/${name}${version}`),
  );
  return supportedProfile.length > 0 ? { supportedProfile } : {};
}
