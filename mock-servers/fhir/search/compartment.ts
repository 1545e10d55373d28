// Compartments: `Patient/1/Observation` (http://hl7.org/fhir/R4/compartmentdefinition.html).
import { refuse } from '../outcome.ts';
import { requireParameter, type SearchContext } from './context.ts';
import { type Criterion, condition, indexCriterion } from './criterion.ts';

/** Resources of `type` that belong to `name/id`. @throws FhirError 404 when none ever can */
export function compartmentCriterion(
  name: string,
  id: string,
  type: string,
  { definitions }: SearchContext,
): Criterion {
  const codes = definitions.compartment(name, type);
  if (codes === undefined) {
    throw refuse(
      404,
      `${type} is not in the compartment of ${name}, or ${name} has none.`,
      'not-found',
    );
  }
  const keys = codes.map((code) => requireParameter(type, code, definitions).key);
  return indexCriterion(
    'reference',
    keys,
    condition((row) => `${row}.id=? AND ${row}.target=?`, id, definitions.typeNumber(name)),
  );
}
