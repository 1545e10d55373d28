// What a person typed, as a resource that may be sent to one address.
import { WorkbenchError } from '#core/errors.ts';
import type { FhirResource } from '#core/fhir/r4.ts';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { isResource } from '#core/fhir/wire.ts';
import { text } from '#core/text.ts';

interface Target {
  readonly type: string;
  readonly id: string;
}

/** @throws WorkbenchError `JSON_SYNTAX` | `FHIR_BAD_RESOURCE`; numbers keep the digits they were typed with */
export function parseTyped(typed: string, target: Target): FhirResource {
  const value = parseJsonText(typed);
  if (!isResource(value)) throw notAResource();
  const { resourceType, id } = value;
  if (resourceType !== target.type || id !== target.id) throw otherResource(target);
  return value;
}

function parseJsonText(typed: string): unknown {
  try {
    return parseExact(typed);
  } catch (cause) {
    throw syntaxError(typed, cause);
  }
}

/** The engine's message quotes what was typed, so only the place is taken from it. */
function syntaxError(typed: string, cause: unknown): WorkbenchError {
  const message = cause instanceof Error ? cause.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  const before = typed.slice(0, position === undefined ? typed.length : Number(position));
  const line = before.split('\n').length;
  return new WorkbenchError(
    'JSON_SYNTAX',
    text(
      'Not saved: the JSON is not complete or has a typing error near line {line}. Correct it and save again.',
      { line },
    ),
    { cause },
  );
}

function notAResource(): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_RESOURCE',
    text('Not saved: this is not a FHIR resource. It must be a JSON object with "resourceType".'),
  );
}

function otherResource({ type, id }: Target): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_RESOURCE',
    text(
      'Not saved: this editor belongs to {type}/{id}. Set "resourceType" and "id" back to these values.',
      { type, id },
    ),
  );
}

/** The same sentence as for a server that notices it itself. */
export function conflict({ type, id }: Target): WorkbenchError {
  return new WorkbenchError(
    'FHIR_CONFLICT',
    text(
      '{url} was changed by someone else since you read it. Read it again and repeat your change.',
      { url: `${type}/${id}` },
    ),
  );
}
