// Interactions on a type: create, and update and delete by a condition in place of an id.
import { refuse } from '../outcome.ts';
import { type FhirRequest, type FhirResponse, shown } from '../wire.ts';
import type { World } from '../world.ts';
import { answerStored, answerWritten, information } from './answer.ts';
import { conditionOf, findAll, findOne } from './conditional.ts';
import { requireMatchingId, requireVersion } from './instance.ts';
import { deleteResource, requireResource, typeNumber, writeResource } from './write.ts';

export function create(world: World, request: FhirRequest): FhirResponse {
  const [type = ''] = request.segments;
  const number = typeNumber(world, type);
  const resource = requireResource(request.body, type);
  const condition = request.headers['if-none-exist'];
  const existing = condition === undefined ? undefined : findOne(world, type, condition, 'CREATE');
  // R4 3.1.0.8.1: found once, the create is not done and 200 says so.
  if (existing !== undefined) return answerStored(world, type, existing, existing.body ?? '');
  const id = world.store.nextId(number);
  return answerWritten(world, request, writeResource(world, type, id, resource, 'POST'));
}

export function conditionalUpdate(world: World, request: FhirRequest): FhirResponse {
  const [type = ''] = request.segments;
  const number = typeNumber(world, type);
  const resource = requireResource(request.body, type);
  const id = conditionalId(world, request, resource['id']) ?? world.store.nextId(number);
  requireVersion(world, type, id, request);
  return answerWritten(world, request, writeResource(world, type, id, resource, 'PUT'));
}

/**
 * Id that a conditional update writes to: of the one match, else the one the body states.
 *
 * @throws FhirError 400 when both are there and differ (R4 3.1.0.6.1)
 */
export function conditionalId(
  world: World,
  request: FhirRequest,
  stated: unknown,
): string | undefined {
  const [type = ''] = request.segments;
  const match = findOne(world, type, conditionOf(request), 'UPDATE');
  if (match === undefined) {
    if (typeof stated !== 'string') return undefined;
    requireMatchingId(stated, stated);
    return stated;
  }
  if (stated === undefined || stated === match.id) return match.id;
  throw refuse(
    400,
    `HAPI-2279: Failed to process conditional update: the condition matched ${type}/${match.id}, but the resource states the id "${shown(stated)}"`,
    'invalid',
  );
}

/** Deletes every match, as the guides' server is set up (allow_multiple_delete). */
export function conditionalDelete(world: World, request: FhirRequest): FhirResponse {
  const [type = ''] = request.segments;
  typeNumber(world, type);
  const matches = findAll(world, type, conditionOf(request), 'DELETE');
  for (const match of matches) requireVersion(world, type, match.id, request);
  world.store.transaction(() => {
    for (const match of matches) deleteResource(world, match);
  });
  return {
    status: 200,
    body: information(
      matches.length === 0
        ? `Unable to find resource matching URL "${type}?${conditionOf(request)}". Nothing was deleted.`
        : `Successfully deleted ${matches.length} resource(s).`,
    ),
  };
}
