// JSON Patch by id or by condition. The result is validated before it is stored; because that
// waits, the resource may have changed meanwhile, and then the patch starts over.
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { refuse } from '../outcome.ts';
import type { StoredVersion } from '../store/store.ts';
import type { FhirRequest, FhirResponse } from '../wire.ts';
import type { World } from '../world.ts';
import { answerWritten } from './answer.ts';
import { conditionOf, findOne } from './conditional.ts';
import { requireStored, requireVersion } from './instance.ts';
import { applyPatch } from './json-patch.ts';
import { requireResource, writeResource } from './write.ts';

const jsonPatch = 'application/json-patch+json';

export async function patch(world: World, request: FhirRequest): Promise<FhirResponse> {
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.startsWith(jsonPatch)) {
    throw refuse(
      415,
      `HAPI-1270: Invalid Content-Type for PATCH operation: ${contentType}. Send ${jsonPatch}.`,
      'not-supported',
    );
  }
  for (;;) {
    const target = targetOf(world, request);
    const resource = await patched(world, request, target, request.body);
    const current = world.store.readByNumber(target.rid);
    if (current?.version !== target.version) continue;
    return answerWritten(
      world,
      request,
      writeResource(world, typeName(world, target), target.id, resource, 'PATCH'),
    );
  }
}

/** @throws FhirError 404 or 410, 412 for several matches or an If-Match that fails */
export function targetOf(
  world: World,
  request: FhirRequest,
): StoredVersion & { readonly body: string } {
  const [type = '', id] = request.segments;
  if (id !== undefined) {
    requireVersion(world, type, id, request);
    return requireStored(world, type, id);
  }
  const found = findOne(world, type, conditionOf(request), 'PATCH');
  if (found?.body == null)
    throw refuse(404, `No ${type} meets the condition of this patch.`, 'not-found');
  requireVersion(world, type, found.id, request);
  return { ...found, body: found.body };
}

/** The patched resource, validated. */
export async function patched(
  world: World,
  request: FhirRequest,
  target: StoredVersion & { readonly body: string },
  operations: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const [type = ''] = request.segments;
  const resource = requireResource(applyPatch(parseExact(target.body), operations), type);
  if (resource['id'] !== target.id)
    throw refuse(422, 'A patch may not change the id of a resource.', 'invariant');
  await world.validate(resource);
  return resource;
}

function typeName(world: World, { type }: StoredVersion): string {
  return world.definitions().types[type - 1] ?? '';
}
