// A refusal of a FHIR server, whatever dialect it is told in, as one error with its issues.
import { type ErrorCode, WorkbenchError } from '../errors.ts';
import { isRecord, parseJson } from '../guards.ts';
import type { HttpResponse } from '../http.ts';
import { HttpError } from '../http-error.ts';
import { isValidationMessages, type ValidationMessages } from '../openemr/wire.ts';
import { type Text, text } from '../text.ts';
import type { OperationOutcomeIssue } from './r4.ts';
import { isOperationOutcome } from './wire.ts';

type OutcomeCode = 'FHIR_OUTCOME' | 'FHIR_NOT_FOUND' | 'FHIR_CONFLICT';

export class OutcomeError extends WorkbenchError<OutcomeCode> {
  readonly status: number;
  /** Without query and userinfo. */
  readonly url: string;
  /** May quote the resource: for the person who sent it, never for a log. */
  readonly issues: readonly OperationOutcomeIssue[];

  constructor(
    code: OutcomeCode,
    sentence: Text,
    { status, url }: HttpResponse,
    issues: readonly OperationOutcomeIssue[],
  ) {
    super(code, sentence);
    this.name = 'OutcomeError';
    this.status = status;
    this.url = url;
    this.issues = issues;
  }
}

/** The error for an answer whose status is not 2xx. */
export async function refusal(response: HttpResponse): Promise<WorkbenchError> {
  const body = await response.text();
  const issues = issuesIn(body);
  const { status, url } = response;
  const code = codes[status];
  if (code !== undefined) return new OutcomeError(code, sentence(code, url), response, issues);
  if (issues.length === 0) return new HttpError(response, body);
  const refused = text(
    '{url} refused the request (status {status}). Problems named by the server: {count}. Read them and correct the resource.',
    { url, status, count: issues.length },
  );
  return new OutcomeError('FHIR_OUTCOME', refused, response, issues);
}

const codes: Readonly<Record<number, Exclude<OutcomeCode, 'FHIR_OUTCOME'>>> = {
  404: 'FHIR_NOT_FOUND',
  409: 'FHIR_CONFLICT',
  410: 'FHIR_NOT_FOUND',
  412: 'FHIR_CONFLICT',
} satisfies Record<number, ErrorCode>;

function sentence(code: Exclude<OutcomeCode, 'FHIR_OUTCOME'>, url: string): Text {
  return code === 'FHIR_CONFLICT'
    ? text(
        '{url} was changed by someone else since you read it. Read it again and repeat your change.',
        { url },
      )
    : text(
        '{url} does not exist on this server, or no longer. Check the resource type and the id.',
        { url },
      );
}

function issuesIn(body: string): readonly OperationOutcomeIssue[] {
  const value = tryParse(body);
  if (isOperationOutcome(value)) return value.issue;
  // OpenEMR 7.0.3: semantic faults come as validationErrors, not as an OperationOutcome.
  if (!isRecord(value) || !('validationErrors' in value)) return [];
  const { validationErrors } = value;
  if (isValidationMessages(validationErrors)) return issuesOf(validationErrors);
  return isRecord(validationErrors) ? flatIssues(validationErrors) : [];
}

function tryParse(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined; // a body that is no JSON names no issue; the status speaks
  }
}

function issuesOf(messages: ValidationMessages): readonly OperationOutcomeIssue[] {
  return Object.entries(messages).flatMap(([field, rules]) =>
    Object.values(rules).map((message) => issue(field, message)),
  );
}

/** OpenEMR 7.0.3: a malformed uuid gives `{"_id": "…"}`, one level less. */
function flatIssues(messages: Readonly<Record<string, unknown>>): readonly OperationOutcomeIssue[] {
  return Object.entries(messages).map(([field, message]) => issue(field, String(message)));
}

function issue(field: string, message: string): OperationOutcomeIssue {
  return { severity: 'error', code: 'invalid', details: { text: message }, expression: [field] };
}
