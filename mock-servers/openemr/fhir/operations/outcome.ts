// OperationOutcome of the operations ($export and its kin).
import type { OperationOutcome } from '#core/fhir/r4.ts';
import type { ApiAnswer } from '../../rest/api-route.ts';

export function outcomeOf(
  status: number,
  code: OperationOutcome['issue'][number]['code'],
  text: string,
): ApiAnswer {
  const body: OperationOutcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code, details: { text } }],
  };
  return { status, body };
}
