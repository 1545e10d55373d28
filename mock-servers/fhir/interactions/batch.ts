// A batch: each entry for itself, in order; a refused one does not touch the others.
import type { FhirRequest, FhirResponse, JsonObject } from '../wire.ts';
import type { World } from '../world.ts';
import { entryText, requestOf, responseBundle } from './entry.ts';

export async function batch(
  world: World,
  request: FhirRequest,
  entries: readonly JsonObject[],
): Promise<FhirResponse> {
  const answers: string[] = [];
  for (const entry of entries) {
    const answer = await world.dispatch(() => requestOf(world, entry, request), request);
    answers.push(entryText(world, answer));
  }
  return responseBundle(world, 'batch', answers);
}
