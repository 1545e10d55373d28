// A refusal of a FHIR server, whatever dialect it is told in, as one error with its issues.
import { WorkbenchError } from '../errors.ts';
import { isRecord, parseJson } from '../guards.ts';
import type { HttpResponse } from '../http.ts';
import { HttpError } from '../http-error.ts';
import { isValidationMessages, type ValidationMessages } from '../openemr/wire.ts';
import { type Text, text } from '../text.ts';
import type { OperationOutcomeIssue } from './r4.ts';
import { isOperationOutcome } from './wire.ts';

type OutcomeCode = 'FHIR_OUTCOME' | 'FHIR_NOT_FOUND' | 'FHIR_READ_ONLY' | 'FHIR_CONFLICT';

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
export async function refusal(response: HttpResponse, method: string): Promise<WorkbenchError> {
  const body = await response.text();
  const issues = issuesIn(body);
  const { status, url } = response;
  const kind = kinds.find(({ applies }) =>
    applies({ status, method, isMute: issues.length === 0 }),
  );
  if (kind === undefined) return new HttpError(response, body);
  const sentence = kind.sentence({ url, status, count: issues.length });
  return new OutcomeError(kind.code, sentence, response, issues);
}

interface Refused {
  readonly status: number;
  readonly method: string;
  /** The server names no problem. */
  readonly isMute: boolean;
}

interface Kind {
  readonly code: OutcomeCode;
  readonly applies: (refused: Refused) => boolean;
  readonly sentence: (args: Text['args']) => Text;
}

/** The first that applies. */
const kinds: readonly Kind[] = [
  {
    // OpenEMR 7.0.3: a resource without a route for writing is 404 with an empty body.
    code: 'FHIR_READ_ONLY',
    applies: ({ status, method, isMute }) =>
      (status === 404 || status === 405) && (method === 'POST' || (method === 'PUT' && isMute)),
    sentence: (args) =>
      text(
        '{url} cannot be written on this server (status {status}). OpenEMR takes only Patient, Practitioner and Organization through FHIR.',
        args,
      ),
  },
  {
    code: 'FHIR_NOT_FOUND',
    applies: ({ status }) => status === 404 || status === 410,
    sentence: (args) =>
      text(
        '{url} does not exist on this server, or no longer. Check the resource type and the id.',
        args,
      ),
  },
  {
    code: 'FHIR_CONFLICT',
    applies: ({ status, method }) => status === 409 && method === 'DELETE',
    sentence: (args) =>
      text('{url} was not deleted: other resources still refer to it. Delete those first.', args),
  },
  {
    code: 'FHIR_CONFLICT',
    applies: ({ status }) => status === 409 || status === 412,
    sentence: (args) =>
      text(
        '{url} was changed by someone else since you read it. Read it again and repeat your change.',
        args,
      ),
  },
  {
    code: 'FHIR_OUTCOME',
    applies: ({ isMute }) => !isMute,
    sentence: (args) =>
      text(
        '{url} refused the request (status {status}). Problems named by the server: {count}. Read them and correct the resource.',
        args,
      ),
  },
];

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
