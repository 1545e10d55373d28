// Operations: $validate, $meta, $meta-add, $meta-delete.
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { operationOutcome, outcomeIssue, refuse } from '../outcome.ts';
import { oneOf } from '../search/query.ts';
import { type FhirRequest, type FhirResponse, type JsonObject, shown, termOf } from '../wire.ts';
import type { World } from '../world.ts';
import { information } from './answer.ts';
import { requireMatchingId, requireStored } from './instance.ts';
import { parameterOf } from './parameters.ts';
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
    requireMatchingId(stated, request.segments.length < 3 ? shown(stated) : id);
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
  return value === undefined ? undefined : shown(value);
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
  if (sent !== undefined && (sent as JsonObject | null)?.['resourceType'] !== 'Parameters')
    return requireResource(sent, type);
  if (method === 'POST' && type === 'Parameters' && sent !== undefined) return sent;
  if (segments.length < 3)
    throw refuse(400, 'There is nothing to validate: send a resource.', 'required');
  return parseExact(requireStored(world, type, id).body);
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
