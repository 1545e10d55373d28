// What a server tells of a resource beside its content, and what it leaves of a write to find out.
import { WorkbenchError } from '../errors.ts';
import type { HttpResponse } from '../http.ts';
import { parseBody } from '../http-error.ts';
import { isCreatedPatient } from '../openemr/wire.ts';
import { text } from '../text.ts';
import type { FhirResource } from './r4.ts';
import { parseExact } from './validate/exact-json.ts';
import { isResource } from './wire.ts';

export interface Versioned<T> {
  readonly resource: T;
  /** As the server sent it, for `If-Match`. */
  readonly etag?: string;
}

/** Servers differ in what they answer to a write: the resource, its id only, or nothing. */
export interface Saved<T> {
  readonly id: string;
  readonly resource?: T;
  readonly etag?: string;
}

export function etagOf(response: HttpResponse): { etag?: string } {
  const { etag } = response.headers;
  return etag === undefined ? {} : { etag };
}

export function etagFrom({ meta }: FhirResource): string | undefined {
  return meta?.versionId === undefined ? undefined : `W/"${meta.versionId}"`;
}

export async function savedFrom<R extends FhirResource>(
  response: HttpResponse,
  sent: R,
): Promise<Saved<R>> {
  const body = await response.text();
  const value = body.trim() === '' ? undefined : parseBody(response, body, parseExact);
  if (isSame(value, sent)) {
    const etag = response.headers['etag'] ?? etagFrom(value);
    return { id: value.id ?? '', resource: value, ...(etag === undefined ? {} : { etag }) };
  }
  // OpenEMR 7.0.3: POST answers {"pid":7,"uuid":"…"} instead of the resource, without Location.
  const uuid = isCreatedPatient(value) ? value.uuid : undefined;
  const id = uuid ?? idInLocation(response.headers['location']) ?? sent.id;
  if (id === undefined) throw noId();
  return { id, ...etagOf(response) };
}

function isSame<R extends FhirResource>(value: unknown, sent: R): value is R {
  return isResource(value) && value.resourceType === sent.resourceType && value.id !== undefined;
}

function idInLocation(location: string | undefined): string | undefined {
  return location?.match(/\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?\/?$/)?.[1];
}

function noId(): WorkbenchError {
  return new WorkbenchError(
    'FHIR_BAD_ANSWER',
    text(
      'The server accepted the resource but did not say under which id. Search for it before sending it again.',
    ),
  );
}
