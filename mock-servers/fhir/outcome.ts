// Refusals as the handlers throw them and as they are sent: an OperationOutcome.
import type { Issue } from '#core/fhir/validate/issue.ts';
import { english } from '#core/text.ts';

export interface OutcomeIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** http://hl7.org/fhir/issue-type */
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

/** A refusal with its HTTP status. What it says is for the client, so it holds no secret. */
export class FhirError extends Error {
  readonly status: number;
  readonly issues: readonly OutcomeIssue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    issues: readonly OutcomeIssue[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(issues[0]?.diagnostics ?? `HTTP ${status}`);
    this.name = 'FhirError';
    this.status = status;
    this.issues = issues;
    this.headers = headers;
  }
}

/** One error, in the words of the server. `code` defaults to what HAPI gives for nearly all. */
export function refuse(status: number, diagnostics: string, code = 'processing'): FhirError {
  return new FhirError(status, [{ severity: 'error', code, diagnostics }]);
}

/** A parameter of a search that is unknown or malformed. */
export function refuseParameter(diagnostics: string): FhirError {
  return refuse(400, diagnostics, 'invalid');
}

const parserCodes: ReadonlySet<string> = new Set(['structure', 'value', 'code-invalid']);

/**
 * Findings of the validator as a refusal. What a parser stumbles over is 400; what it would read and
 * a rule forbids is 422 (http://hl7.org/fhir/R4/http.html#create, and HAPI's split of the two).
 */
export function refuseInvalid(issues: readonly Issue[]): FhirError {
  const isMalformed = issues.some(
    ({ severity, code }) => severity === 'error' && parserCodes.has(code),
  );
  return new FhirError(isMalformed ? 400 : 422, issues.map(outcomeIssue));
}

export function outcomeIssue({ severity, code, path, message }: Issue): OutcomeIssue {
  return { severity, code, diagnostics: english(message), expression: [path] };
}

export function operationOutcome(issues: readonly OutcomeIssue[]): Record<string, unknown> {
  return { resourceType: 'OperationOutcome', issue: issues };
}
