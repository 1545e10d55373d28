// The types that `_type` names: in one parameter, or in several.
import type { FhirRequest } from '../wire.ts';
import type { World } from '../world.ts';
import { typeNumber } from './write.ts';

/**
 * @returns each type once; undefined without `_type`
 * @throws FhirError 404 for what is no type
 */
export function namedTypes(
  world: World,
  { terms }: Pick<FhirRequest, 'terms'>,
): readonly string[] | undefined {
  const named = terms.flatMap(([name, value]) => (name === '_type' ? value.split(',') : []));
  for (const type of named) typeNumber(world, type);
  return named.length === 0 ? undefined : [...new Set(named)];
}
