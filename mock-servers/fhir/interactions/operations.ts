// Operations: $validate, $meta, $meta-add, $meta-delete, Patient/$everything.
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { operationOutcome, outcomeIssue, refuse } from '../outcome.ts';
import { compartmentCriterion } from '../search/compartment.ts';
import { findIncluded } from '../search/include.ts';
import { parseQuery } from '../search/query.ts';
import { foundNumbers, runSearch } from '../search/search.ts';
import { type FhirRequest, type FhirResponse, type JsonObject, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { requireStored } from './instance.ts';
import { firstPage, searchUrl } from './searchset.ts';
import { requireResource, typeNumber, writeResource } from './write.ts';

/** The resource of the body, of a Parameters in it, or the stored one. Never stores anything. */
export async function validate(world: World, request: FhirRequest): Promise<FhirResponse> {
  const [type = ''] = request.segments;
  typeNumber(world, type);
  const issues = [...(await validateResource(resourceToValidate(world, request)))].map(
    outcomeIssue,
  );
  const answer =
    issues.length > 0
      ? issues
      : [
          {
            severity: 'information',
            code: 'informational',
            diagnostics: 'No issues detected during validation',
          } as const,
        ];
  return { status: 200, body: JSON.stringify(operationOutcome(answer)) };
}

function resourceToValidate(world: World, { method, segments, body }: FhirRequest): unknown {
  const [type = '', id = ''] = segments;
  const sent = parameterOf(body, 'resource') ?? body;
  if (sent !== undefined && (sent as JsonObject)['resourceType'] !== 'Parameters')
    return requireResource(sent, type);
  if (method === 'POST' && type === 'Parameters' && sent !== undefined) return sent;
  if (segments.length < 3)
    throw refuse(400, 'There is nothing to validate: send a resource.', 'required');
  return parseExact(requireStored(world, type, id).body);
}

/** A parameter of a Parameters resource: its resource or its value. */
function parameterOf(body: unknown, name: string): unknown {
  const { resourceType, parameter } = (body ?? {}) as Record<string, unknown>;
  if (resourceType !== 'Parameters' || !Array.isArray(parameter)) return undefined;
  const found = (parameter as JsonObject[]).find((candidate) => candidate['name'] === name);
  if (found === undefined) return undefined;
  const valueKey = Object.keys(found).find((key) => key.startsWith('value'));
  return found['resource'] ?? (valueKey === undefined ? undefined : found[valueKey]);
}

export function meta(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = ''] = request.segments;
  const stored = parseExact(requireStored(world, type, id).body) as JsonObject;
  return metaAnswer(stored['meta']);
}

/** HAPI makes no new version of $meta-add and $meta-delete; R4 asks for none either. */
export function changeMeta(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = '', operation] = request.segments;
  const change = parameterOf(request.body, 'meta');
  if (typeof change !== 'object' || change === null) {
    throw refuse(400, 'HAPI-0426: Input contains no parameter with name "meta"', 'required');
  }
  const stored = parseExact(requireStored(world, type, id).body) as JsonObject;
  const before = stored['meta'] as JsonObject;
  const merged = mergeMeta(before, change as JsonObject, operation === '$meta-delete');
  const written = writeResource(world, type, id, { ...stored, meta: merged }, 'PUT');
  return metaAnswer((parseExact(written.body) as JsonObject)['meta']);
}

function mergeMeta(before: JsonObject, change: JsonObject, removes: boolean): JsonObject {
  const merged: Record<string, unknown> = { ...before };
  for (const name of ['profile', 'security', 'tag']) {
    const had = listOf(before[name]);
    const changed = listOf(change[name]).map(identity);
    const kept = had.filter((item) => !changed.includes(identity(item)));
    const next = removes ? kept : [...kept, ...listOf(change[name])];
    if (next.length > 0) merged[name] = next;
    else delete merged[name];
  }
  return merged;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Codings are the same when system and code are. */
function identity(item: unknown): string {
  if (typeof item === 'string') return item;
  const { system, code } = item as JsonObject;
  return JSON.stringify([system, code]);
}

function metaAnswer(value: unknown): FhirResponse {
  return {
    status: 200,
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [{ name: 'return', valueMeta: value }],
    }),
  };
}

/** The patient, all of its compartment, and what these refer to. */
export function everything(world: World, request: FhirRequest): FhirResponse {
  const [, id = ''] = request.segments;
  const patient = requireStored(world, 'Patient', id);
  const context = world.searchContext();
  const wanted = termOf(request, '_type')?.split(',');
  const since = termOf(request, '_since');
  const query = parseQuery(since === undefined ? [] : [['_lastUpdated', `ge${since}`]]);
  const numbers = [patient.rid];
  for (const type of wanted ?? context.definitions.types) {
    typeNumber(world, type);
    if (type === 'Patient' || context.definitions.compartment('Patient', type) === undefined)
      continue;
    const found = runSearch(world.store, type, query, context, [
      compartmentCriterion('Patient', id, type, context),
    ]);
    found.extend(Number.MAX_SAFE_INTEGER);
    numbers.push(...found.numbers);
  }
  const all = { reverse: false, iterate: false, source: '*', code: '*', target: undefined };
  const around = wanted === undefined ? findIncluded(world.store, numbers, [all], context) : [];
  const found = foundNumbers([...new Set([...numbers, ...around])]);
  const shown = parseQuery(request.terms.filter(([name]) => name === '_count'));
  const selfUrl = searchUrl(`${world.baseUrl()}/Patient/${id}/$everything`, request.terms);
  return firstPage(world, { found, query: shown, selfUrl, total: found.numbers.length });
}
