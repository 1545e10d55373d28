// Bulk Data: $export to NDJSON (http://hl7.org/fhir/uv/bulkdata/export.html), with HAPI's paths.
import { refuse, refuseParameter } from '../outcome.ts';
import { compartmentCriterion } from '../search/compartment.ts';
import { parseLocal } from '../search/reference.ts';
import { readAll, runSearch } from '../search/search.ts';
import { type FhirRequest, type FhirResponse, termOf } from '../wire.ts';
import type { ExportJob, World } from '../world.ts';
import { information } from './answer.ts';
import { requireStored } from './instance.ts';
import { namedTypes } from './named-types.ts';
import { searchUrl } from './searchset.ts';
import { changedSince } from './since.ts';
import { instant } from './write.ts';

const ndjson = 'application/fhir+ndjson';
const formats = [ndjson, 'application/ndjson', 'ndjson'];
/** Jobs are kept until their client deletes them, a day is over, or so many others came. */
const MAX_JOBS = 50;
const LIFETIME_MS = 24 * 60 * 60 * 1000;

export function startExport(world: World, request: FhirRequest): FhirResponse {
  if (!(request.headers['prefer'] ?? '').includes('respond-async')) {
    throw refuse(
      400,
      'HAPI-0513: Must request async processing for $export: send Prefer: respond-async',
      'invalid',
    );
  }
  // A "+" that was not percent-encoded arrives as a space.
  const format = (termOf(request, '_outputFormat') ?? ndjson).replace(' ', '+');
  if (!formats.includes(format))
    throw refuseParameter(`Invalid value for parameter _outputFormat: "${format}".`);
  for (const [name] of request.terms) {
    if (!['_outputFormat', '_type', '_since', '_format'].includes(name))
      throw refuseParameter(`Parameter ${name} is not supported by $export.`);
  }
  const id = world.newUuid();
  world.exports.set(id, {
    request: searchUrl(`${world.baseUrl()}/${request.segments.join('/')}`, request.terms),
    startedAt: world.clock.now(),
    files: collect(world, request),
    polls: 0,
  });
  for (const oldest of world.exports.keys()) {
    if (world.exports.size <= MAX_JOBS) break;
    world.exports.delete(oldest);
  }
  return {
    status: 202,
    headers: { 'Content-Location': `${world.baseUrl()}/$export-poll-status?_jobId=${id}` },
  };
}

/** What belongs to the export at its start: what comes later is not in it. */
function collect(world: World, request: FhirRequest): Map<string, readonly number[]> {
  const context = world.searchContext();
  const query = changedSince(request);
  const [level, id = ''] = request.segments;
  const members = level === 'Group' ? groupMembers(world, id) : undefined;
  const files = new Map<string, readonly number[]>();
  for (const type of typesOf(world, request)) {
    const inCompartment =
      type === 'Patient' || context.definitions.compartment('Patient', type) !== undefined;
    if (level !== '$export' && !inCompartment) continue;
    const numbers =
      members === undefined ? all(type) : members.flatMap((member) => ofPatient(member, type));
    if (numbers.length > 0) files.set(type, [...new Set(numbers)]);
  }
  return files;

  function all(type: string): readonly number[] {
    const found = runSearch(world.store, type, query, context);
    found.extend(Number.MAX_SAFE_INTEGER);
    return found.numbers;
  }

  function ofPatient(patient: string, type: string): readonly number[] {
    const filters =
      type === 'Patient'
        ? [context.compile(type, { name: '_id', modifier: undefined, value: patient }, context)]
        : [compartmentCriterion('Patient', patient, type, context)];
    const found = runSearch(world.store, type, query, context, filters);
    found.extend(Number.MAX_SAFE_INTEGER);
    return found.numbers;
  }
}

/** All that the token allows, or those that `_type` names. @throws FhirError 403 or 404 */
function typesOf(world: World, request: FhirRequest): readonly string[] {
  const named = namedTypes(world, request);
  for (const type of named ?? []) if (!world.allows(request, type)) throw notAllowed(type);
  return named ?? world.definitions().types.filter((type) => world.allows(request, type));
}

function notAllowed(type: string): Error {
  return refuse(403, `The token allows no reading of ${type}.`, 'forbidden');
}

function groupMembers(world: World, id: string): string[] {
  const group = JSON.parse(requireStored(world, 'Group', id).body) as {
    member?: { entity?: { reference?: string }; inactive?: boolean }[];
  };
  return (group.member ?? [])
    .filter(({ inactive }) => inactive !== true)
    .flatMap(({ entity }) => {
      const target = parseLocal(entity?.reference ?? '', world.baseUrl());
      return target?.type === 'Patient' ? target.id : [];
    });
}

export function exportStatus(world: World, request: FhirRequest): FhirResponse {
  const { id, job } = requireJob(world, request);
  job.polls += 1;
  if (job.polls === 1)
    return { status: 202, headers: { 'X-Progress': 'Build in progress', 'Retry-After': '1' } };
  const output = [...job.files].map(([type, numbers]) => ({
    type,
    url: `${world.baseUrl()}/$export-file?_jobId=${id}&_type=${type}`,
    count: numbers.length,
  }));
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      Expires: new Date(job.startedAt + LIFETIME_MS).toUTCString(),
    },
    body: JSON.stringify({
      transactionTime: instant(job.startedAt),
      request: job.request,
      requiresAccessToken: world.requiresToken,
      output,
      error: [],
    }),
  };
}

export function cancelExport(world: World, request: FhirRequest): FhirResponse {
  const { id } = requireJob(world, request);
  world.exports.delete(id);
  return { status: 202, body: information(`Job instance <${id}> successfully cancelled.`) };
}

/** One file, written while it is sent. */
export function exportFile(world: World, request: FhirRequest): FhirResponse {
  const { job } = requireJob(world, request);
  const type = termOf(request, '_type') ?? '';
  if (!world.allows(request, type)) throw notAllowed(type);
  const numbers = job.files.get(type);
  if (numbers === undefined)
    throw refuse(404, 'This export has no file of that type.', 'not-found');
  return { status: 200, headers: { 'Content-Type': ndjson }, chunks: linesOf(world, numbers) };
}

function* linesOf(world: World, numbers: readonly number[]): Iterable<string> {
  const size = 500;
  for (let start = 0; start < numbers.length; start += size) {
    const stored = readAll(world.store, numbers.slice(start, start + size));
    yield stored.map(({ body }) => `${body}\n`).join('');
  }
}

function requireJob(
  world: World,
  request: FhirRequest,
): { readonly id: string; readonly job: ExportJob } {
  const id = termOf(request, '_jobId') ?? '';
  const job = world.exports.get(id);
  if (job === undefined || job.startedAt + LIFETIME_MS <= world.clock.now())
    throw refuse(404, `HAPI-2039: Unknown job "${id}"`, 'not-found');
  return { id, job };
}
