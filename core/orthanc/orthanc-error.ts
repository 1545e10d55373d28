// Orthanc's refusals as sentences. Half of them come with an empty body (facts: level roots, 401, 405).
import { WorkbenchError } from '../errors.ts';
import { parseJson } from '../guards.ts';
import type { HttpResponse } from '../http.ts';
import { HttpError } from '../http-error.ts';
import { type Text, text } from '../text.ts';
import { type ErrorBody, isErrorBody, type Level, type ResourceType } from './wire.ts';

/** A refusal that Orthanc explained in its body. `details` may quote values: for a report, not for a log. */
export class OrthancError extends WorkbenchError<'ORTHANC_REJECTED' | 'ORTHANC_NOT_FOUND'> {
  readonly status: number;
  /** Orthanc's own error number. */
  readonly orthancStatus: number;
  readonly details: string | undefined;

  constructor(status: number, body: ErrorBody) {
    const isMissing = body.OrthancStatus === 7 || body.OrthancStatus === 17;
    super(isMissing ? 'ORTHANC_NOT_FOUND' : 'ORTHANC_REJECTED', sentenceOf(status, body));
    this.name = 'OrthancError';
    this.status = status;
    this.orthancStatus = body.OrthancStatus;
    this.details = body.Details;
  }
}

/** Reads the body of a refused request and says what it means. */
export async function refusal(response: HttpResponse): Promise<WorkbenchError> {
  const body = await response.text();
  if (response.status === 401) return needsLogin(new HttpError(response, body));
  const explained = errorBody(body);
  return explained === undefined
    ? new HttpError(response, body)
    : new OrthancError(response.status, explained);
}

export function notFound(level: Level, id: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text(
      'Orthanc has nothing with the id {id} among its {level}. Refresh the list and try again.',
      {
        id,
        level,
      },
    ),
    { cause },
  );
}

/** The mistake of the source notes: a StudyInstanceUID where an instance was asked for. */
export function wrongLevel(uid: string, found: ResourceType, wanted: ResourceType): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text(
      '{uid} identifies something of the level {found}, but the level {wanted} is needed here. Choose one below it.',
      {
        uid,
        found,
        wanted,
      },
    ),
  );
}

export function unknownUid(uid: string): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text('Orthanc stores nothing with the UID {uid}. Send the file first, or check the UID.', {
      uid,
    }),
  );
}

export function ambiguousUid(uid: string, ids: readonly string[]): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text('{uid} fits {count} things in Orthanc. Give one of their Orthanc ids: {ids}.', {
      uid,
      count: ids.length,
      ids: ids.join(', '),
    }),
  );
}

export function unknownId(id: string): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_NOT_FOUND',
    text('Orthanc has nothing with the id {id}. Search for it again, it may be gone.', { id }),
  );
}

/** Orthanc answers 415 (or 404 in 1.10) with an empty body. */
export function noImage(id: string, frame: number, cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_REJECTED',
    text(
      'Orthanc cannot draw image {frame} of {id}: there is none, or it has a form that Orthanc cannot show. Download the file instead.',
      { frame, id },
    ),
    { cause },
  );
}

export function unexpectedAnswer(what: string): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_BAD_ANSWER',
    text(
      '{what} did not get the answer of an Orthanc. Check that the address belongs to Orthanc.',
      {
        what,
      },
    ),
  );
}

function needsLogin(cause: WorkbenchError): WorkbenchError {
  return new WorkbenchError(
    'ORTHANC_REJECTED',
    text(
      'Orthanc wants a user name and a password. Enter those of RegisteredUsers in its configuration.',
    ),
    { cause },
  );
}

function errorBody(body: string): ErrorBody | undefined {
  try {
    const value = parseJson(body);
    return isErrorBody(value) ? value : undefined;
  } catch {
    // An empty or foreign body: the status alone has to say it
    return undefined;
  }
}

function sentenceOf(status: number, { Message, OrthancStatus }: ErrorBody): Text {
  switch (OrthancStatus) {
    case 15:
      return text(
        'Orthanc cannot read the file: it is not DICOM or it is damaged. Export it again.',
      );
    case 21:
      return text(
        'Orthanc cannot file the object: it lacks an instance, series or study UID. Correct it at its source.',
      );
    case 27:
      return text('Orthanc does not know a tag of the request. Check how its name is spelt.');
    case 7:
    case 17:
      return text('Orthanc does not have it (any more). Refresh the list and try again.');
    default:
      return text('Orthanc refused the request: {message} (status {status}).', {
        message: Message,
        status,
      });
  }
}
