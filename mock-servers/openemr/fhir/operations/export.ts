// Bulk export: the files are ready before the 202 (FhirOperationExportRestController.php).
import type { FhirResource } from '#core/fhir/r4.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import { queryOf } from '../../rest/answers.ts';
import type { ApiAnswer, ApiRequest, ApiWorld, Handler } from '../../rest/api-route.ts';
import { atom } from '../elements.ts';
import { contextOf, findResource } from '../interactions.ts';
import { searchResources } from '../search.ts';
import type { FhirService } from '../service.ts';
import { serviceOf, services } from '../services.ts';
import { storeDocument } from './binary.ts';
import { outcomeOf } from './outcome.ts';

type Level = 'System' | 'Patient' | 'Group';

export const exportAll = kickOff('System');
export const exportPatients = kickOff('Patient');
export const exportGroup = kickOff('Group');

function kickOff(level: Level): Handler {
  return (request, world) => {
    if (!world.settings().rest_system_scopes_api) return { status: 501 };
    const refusal = headerRefusal(request);
    if (refusal) return refusal;
    const patients = patientsOf(level, request, world);
    if (!patients) return { status: 404, body: [] };
    const job = world.records.database.transaction(() => run(level, patients, request, world));
    const location = `${contextOf(world).fhirUrl}/$bulkdata-status?job=${job}`;
    return { status: 202, headers: { 'Content-Location': location } };
  };
}

function headerRefusal(request: ApiRequest): ApiAnswer | undefined {
  if (request.header('accept') !== 'application/fhir+json') {
    return outcomeOf(400, 'processing', "'Accept' header invalid");
  }
  if (request.header('prefer') !== 'respond-async') {
    return outcomeOf(400, 'processing', "'Prefer' header invalid");
  }
  const format = queryOf(request)['_outputFormat'];
  const known = ['application/fhir+ndjson', 'application/ndjson', 'ndjson'];
  if (format !== undefined && !known.includes(format)) {
    return outcomeOf(400, 'processing', "'_outputFormat' parameter invalid");
  }
  return undefined;
}

/** Ids of the patients of a group; everyone is an empty set. */
function patientsOf(
  level: Level,
  request: ApiRequest,
  world: ApiWorld,
): ReadonlySet<string> | undefined {
  if (level !== 'Group') return new Set();
  const group = findResource(serviceOf('Group'), request.params['id'] ?? '', world);
  if (group?.resourceType !== 'Group') return undefined;
  return new Set(group.member?.map((member) => member.entity.reference ?? ''));
}

function run(
  level: Level,
  patients: ReadonlySet<string>,
  request: ApiRequest,
  world: ApiWorld,
): string {
  const { records } = world;
  const query = queryOf(request);
  const uuid = records.newUuid();
  const started = records.now();
  const output = exported(level, query['_type'] ?? query['type'], world).flatMap((service) => {
    const found = collect(service, level, patients, query['_since'], world);
    if (found.length === 0) return [];
    const { id } = storeDocument(records, {
      name: `${service.type}-${uuid}.ndjson`,
      mimetype: 'application/fhir+ndjson',
      category: 'fhir export document',
      content: found.map((resource) => `${JSON.stringify(resource)}\n`).join(''),
      pid: 0,
    });
    return [{ url: `${contextOf(world).fhirUrl}/Binary/${id}`, type: service.type }];
  });
  records.database.insert('export_job', {
    uuid,
    user: request.bearer?.username ?? '',
    client_id: request.bearer?.clientId ?? '',
    start_time: started,
    status: 'completed',
    output: JSON.stringify(output),
    errors: '[]',
    request_uri: `${world.apisUrl()}${request.path}${search(request)}`,
  });
  return uuid;
}

function search(request: ApiRequest): string {
  const sent = request.query.map(([name, value]): [string, string] => [name, value]);
  const text = new URLSearchParams(sent).toString();
  return text === '' ? '' : `?${text}`;
}

// A patient export leaves out what belongs to no patient.
function exported(level: Level, types: string | undefined, { profile }: ApiWorld): FhirService[] {
  const wanted = types?.split(',');
  const added = new Set(['Media', 'MedicationDispense', 'Questionnaire', 'QuestionnaireResponse']);
  for (const type of ['RelatedPerson', 'ServiceRequest', 'Specimen']) added.add(type);
  return [...services.values()].filter(
    (service) =>
      (profile.hasServiceRequest || !added.has(service.type)) &&
      (level === 'System' || service.inPatientCompartment) &&
      (wanted === undefined || wanted.includes(service.type)),
  );
}

function collect(
  service: FhirService,
  level: Level,
  patients: ReadonlySet<string>,
  since: string | undefined,
  world: ApiWorld,
): FhirResource[] {
  const found = searchResources(service, { query: [] }, contextOf(world), world.settings());
  return found.filter((resource) => {
    const isLater = !since || (resource.meta?.lastUpdated ?? '') >= since;
    return isLater && (level !== 'Group' || patients.has(subjectOf(resource)));
  });
}

function subjectOf(resource: FhirResource): string {
  if (resource.resourceType === 'Patient') return `Patient/${resource.id}`;
  const { subject, patient, beneficiary, participant } = resource as unknown as Record<
    string,
    unknown
  >;
  const actors = Array.isArray(participant)
    ? participant.map((one) => isRecord(one) && one['actor'])
    : [];
  const references = [subject, patient, beneficiary, ...actors].map((reference) =>
    isRecord(reference) ? String(reference['reference'] ?? '') : '',
  );
  return references.find((reference) => reference.startsWith('Patient/')) ?? '';
}

export const exportStatus: Handler = (request, world) => {
  const job = findJob(request, world);
  if (!job) return outcomeOf(400, 'processing', 'The job id you submitted was invalid');
  return {
    status: 200,
    body: {
      transactionTime: atom(job['start_time']),
      request: job['request_uri'],
      requiresAccessToken: true,
      output: parseJson(String(job['output'])),
      error: [],
    },
  };
};

/** The files go with the job. */
export const deleteExport: Handler = (request, world) => {
  const job = findJob(request, world);
  if (!job) return outcomeOf(404, 'not-found', 'The job id you submitted was invalid');
  const { database } = world.records;
  database.run('UPDATE documents SET deleted = 1 WHERE name LIKE ?', `%-${job['uuid']}.ndjson`);
  database.run('DELETE FROM export_job WHERE uuid = ?', job['uuid'] ?? null);
  return { status: 202 };
};

function findJob(request: ApiRequest, world: ApiWorld) {
  const uuid = queryOf(request)['job'] ?? '';
  return world.records.database.get('SELECT * FROM export_job WHERE uuid = ?', uuid);
}
