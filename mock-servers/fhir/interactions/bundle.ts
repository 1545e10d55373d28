// POST of a Bundle: batch or transaction.
import { FhirError, refuse } from '../outcome.ts';
import { type FhirRequest, type FhirResponse, type JsonObject, shown } from '../wire.ts';
import type { World } from '../world.ts';
import { batch } from './batch.ts';
import { transaction } from './transaction.ts';
import { requireResource } from './write.ts';

export async function processBundle(world: World, request: FhirRequest): Promise<FhirResponse> {
  const bundle = requireResource(request.body, 'Bundle');
  const entries = entriesOf(bundle);
  if (bundle['type'] === 'batch') return batch(world, request, entries);
  if (bundle['type'] === 'transaction') return transaction(world, request, bundle, entries);
  throw refuse(
    400,
    `HAPI-0527: Unable to process transaction where incoming Bundle.type = ${shown(bundle['type'])}`,
    'invalid',
  );
}

/** @throws FhirError 400 naming what is no entry */
function entriesOf({ entry = [] }: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(entry)) throw notAnEntry('Bundle.entry', 'a list');
  for (const [index, item] of entry.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw notAnEntry(`Bundle.entry[${index}]`, 'an object');
  }
  return entry;
}

function notAnEntry(path: string, wanted: string): FhirError {
  const diagnostics = `${path} must be ${wanted}.`;
  return new FhirError(400, [
    { severity: 'error', code: 'structure', diagnostics, expression: [path] },
  ]);
}
