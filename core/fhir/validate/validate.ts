import { checkInvariants } from './invariants.ts';
import type { Issue } from './issue.ts';
import { loadModel } from './model.ts';
import { checkStructure } from './structure.ts';

/**
 * Checks a resource against the base definitions of R4: structure, cardinality, types, choices,
 * formats, required bindings, targets of references and invariants. Profiles are not looked at.
 * The definitions load at the first call, fhirpath.js when a rule first needs it.
 *
 * @param resource - as parsed from JSON; numbers may be raw ones of `parseExact`
 * @returns errors and warnings in document order, invariants of FHIRPath last
 */
export async function validateResource(resource: unknown): Promise<readonly Issue[]> {
  const walk = checkStructure(await loadModel(), resource);
  return [...walk.issues, ...(await checkInvariants(walk.pending))];
}
