// Operations: $validate, $meta, $meta-add, $meta-delete, Patient/$everything.
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { operationOutcome, outcomeIssue, refuse, refuseParameter } from '../outcome.ts';
import { compartmentCriterion } from '../search/compartment.ts';
import { findIncluded } from '../search/include.ts';
import { oneOf, parseQuery } from '../search/query.ts';
import { foundNumbers, runSearch } from '../search/search.ts';
import { type FhirRequest, type FhirResponse, type JsonObject, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { information } from './answer.ts';
import { requireMatchingId, requireStored } from './instance.ts';
import { firstPage, searchUrl } from './searchset.ts';
import { requireResource, typeNumber, writeResource } from './write.ts';

/** The resource of the body, of a Parameters in it, or the stored one. Never stores anything. */
export async function validate(world: World, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.segments;
  typeNumber(world, type);
  requireKnownProfile(type, optionOf(request, 'profile'));
  const mode = oneOf('mode', optionOf(request, 'mode'), modes);
  if (mode === 'delete') {
    if (request.segments.length < 3) throw refuse(400, 'mode=delete needs an id.', 'required');
    requireStored(world, type, id);
    return { status: 200, body: information('The resource may be deleted.') };
  }
  const resource = resourceToValidate(world, request);
  if (mode === 'update') {
    const stated = (resource as JsonObject)['id'];
    requireMatchingId(stated, request.segments.length < 3 ? String(stated) : id);
  }
  const issues = (await validateResource(resource)).map(outcomeIssue);
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

/** http://hl7.org/fhir/R4/resource-operation-validate.html */
const modes = ['create', 'update', 'delete', 'profile'] as const;

function optionOf(request: FhirRequest, name: string): string | undefined {
  const value = termOf(request, name) ?? parameterOf(request.body, name);
  return value === undefined ? undefined : String(value);
}

function requireKnownProfile(type: string, profile: string | undefined): void {
  const [url] = profile?.split('|') ?? [];
  const known = [type, 'DomainResource', 'Resource'];
  if (url === undefined || known.some((name) => url === `${structures}/${name}`)) return;
  throw refuse(
    400,
    `The profile "${profile}" is not known: this server validates against the base definitions of R4.`,
    'not-supported',
  );
}

const structures = 'http://hl7.org/fhir/StructureDefinition';

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
  const found = parametersOf(body).find((candidate) => candidate['name'] === name);
  return found === undefined ? undefined : (found['resource'] ?? valueIn(found));
}

/** Parameters of a POST, as the query of a GET says them. */
function termsOf(body: unknown): FhirRequest['terms'] {
  return parametersOf(body).map((item) => [String(item['name']), String(valueIn(item))]);
}

function parametersOf(body: unknown): readonly JsonObject[] {
  const { resourceType, parameter } = (body ?? {}) as Record<string, unknown>;
  if (resourceType !== 'Parameters' || !Array.isArray(parameter)) return [];
  return parameter.filter((item) => typeof item === 'object' && item !== null);
}

function valueIn(parameter: JsonObject): unknown {
  const key = Object.keys(parameter).find((name) => name.startsWith('value'));
  return key === undefined ? undefined : parameter[key];
}

export function meta(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = ''] = request.segments;
  const stored = parseExact(requireStored(world, type, id).body) as JsonObject;
  return metaAnswer(stored['meta']);
}

/** A new version when something changes: the tags are part of what a version says. */
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
  const terms = [...request.terms, ...termsOf(request.body)];
  for (const [name] of terms) {
    if (!['_since', '_type', '_count', '_format', '_pretty'].includes(name))
      throw refuseParameter(`Parameter ${name} is not supported by $everything.`);
  }
  const wanted = termOf({ terms }, '_type')?.split(',');
  const since = termOf({ terms }, '_since');
  const query = parseQuery(since === undefined ? [] : [['_lastUpdated', `ge${since}`]]);
  const numbers = [patient.rid];
  for (const type of wanted ?? context.definitions.types) {
    typeNumber(world, type);
    if (!world.allows(request, type)) continue;
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
  const shown = parseQuery(terms.filter(([name]) => name === '_count'));
  const selfUrl = searchUrl(`${world.baseUrl()}/Patient/${id}/$everything`, terms);
  return firstPage(world, request, { found, query: shown, selfUrl, total: found.numbers.length });
}
