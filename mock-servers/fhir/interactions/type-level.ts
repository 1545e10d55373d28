// Interactions on a type: create, with or without a condition.
import type { FhirRequest, FhirResponse } from '../wire.ts';
import type { World } from '../world.ts';
import { answerStored, answerWritten } from './answer.ts';
import { findOne } from './conditional.ts';
import { requireResource, typeNumber, writeResource } from './write.ts';

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
