// POST of a Bundle: batch or transaction.
import { refuse } from '../outcome.ts';
import type { FhirRequest, FhirResponse, JsonObject } from '../wire.ts';
import type { World } from '../world.ts';
import { batch } from './batch.ts';
import { transaction } from './transaction.ts';
import { requireResource } from './write.ts';

export async function processBundle(world: World, request: FhirRequest): Promise<FhirResponse> {
  const bundle = requireResource(request.body, 'Bundle');
  const entries = Array.isArray(bundle['entry']) ? (bundle['entry'] as JsonObject[]) : [];
  if (bundle['type'] === 'batch') return batch(world, request, entries);
  if (bundle['type'] === 'transaction') return transaction(world, request, bundle, entries);
  throw refuse(
    400,
    `HAPI-0527: Unable to process transaction where incoming Bundle.type = ${String(bundle['type'])}`,
    'invalid',
  );
}
