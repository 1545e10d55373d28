// Interactions on one resource by its id: read, vread, update, delete.
import { refuse } from '../outcome.ts';
import type { StoredVersion } from '../store/store.ts';
import { type FhirRequest, type FhirResponse, shown, versionOf } from '../wire.ts';
import type { World } from '../world.ts';
import { answerStored, answerWritten, information, versionHeaders } from './answer.ts';
import { shapeOf } from './shape.ts';
import { deleteResource, instant, requireResource, typeNumber, writeResource } from './write.ts';

export function read(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = ''] = request.segments;
  const stored = requireStored(world, type, id);
  if (isNotModified(request, stored)) {
    return { status: 304, headers: versionHeaders(stored.version, stored.updated) };
  }
  return answerStored(world, type, stored, shapeOf(world, request)(stored.body));
}

export function vread(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = '', , version = ''] = request.segments;
  const number = typeNumber(world, type);
  const isNumber = /^[1-9]\d{0,9}$/.test(version);
  const stored = isNumber ? world.store.readVersion(number, id, Number(version)) : undefined;
  if (stored === undefined) {
    throw refuse(404, `HAPI-0979: Version "${version}" is not valid for resource ${type}/${id}`);
  }
  if (stored.body === null) throw gone(type, stored);
  return answerStored(world, type, stored, shapeOf(world, request)(stored.body));
}

export function update(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = ''] = request.segments;
  const resource = requireResource(request.body, type);
  requireMatchingId(resource['id'], id);
  requireVersion(world, type, id, request);
  const written = writeResource(world, type, id, resource, 'PUT');
  return answerWritten(world, request, written);
}

export function remove(world: World, request: FhirRequest): FhirResponse {
  const [type = '', id = ''] = request.segments;
  const stored = world.store.read(typeNumber(world, type), id);
  // R4 3.1.0.7: nothing to delete is no fault.
  if (stored === undefined || stored.body === null) {
    const reason = stored === undefined ? 'does not exist' : 'was already deleted';
    return {
      status: 200,
      body: information(`Not deleted, resource ${type}/${id} ${reason}.`),
    };
  }
  requireVersion(world, type, id, request);
  const version = deleteResource(world, stored);
  return {
    status: 200,
    headers: { ETag: `W/"${version}"` },
    body: information('Successfully deleted 1 resource(s).'),
  };
}

/** The current version. @throws FhirError 404 or 410 */
export function requireStored(
  world: World,
  type: string,
  id: string,
): StoredVersion & { readonly body: string } {
  const stored = world.store.read(typeNumber(world, type), id);
  if (stored === undefined) throw unknown(type, id);
  if (stored.body === null) throw gone(type, stored);
  return { ...stored, body: stored.body };
}

function unknown(type: string, id: string): Error {
  return refuse(404, `HAPI-2001: Resource ${type}/${id} is not known`, 'not-found');
}

function gone(type: string, { id, updated }: StoredVersion): Error {
  return refuse(410, `Resource was deleted at ${instant(updated)}: ${type}/${id}`, 'deleted');
}

/** R4 3.1.0.4: the id in the body must be the one of the URL. */
export function requireMatchingId(inBody: unknown, id: string): void {
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) {
    throw refuse(
      400,
      `"${id}" is not a valid id: use 1 to 64 letters, digits, "-" and ".".`,
      'value',
    );
  }
  if (inBody === id) return;
  throw refuse(
    400,
    inBody === undefined
      ? 'HAPI-0419: Can not update resource, resource body must contain an ID element for update (PUT) operation'
      : `HAPI-0420: Can not update resource, resource body must contain an ID element which matches the request URL for update (PUT) operation - Resource body ID of "${shown(inBody)}" does not match URL ID of "${id}"`,
    'invalid',
  );
}

/** If-Match: R4 3.1.0.5.1 says 412 (HAPI answers 409). */
export function requireVersion(world: World, type: string, id: string, request: FhirRequest): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return;
  const current = world.store.read(typeNumber(world, type), id);
  const version = versionOf(wanted);
  if (current !== undefined && String(current.version) === version) return;
  throw refuse(
    412,
    `HAPI-0989: Trying to update ${type}/${id}/_history/${version} but this is not the current version`,
    'conflict',
  );
}

function isNotModified({ headers }: FhirRequest, { version, updated }: StoredVersion): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    return tags.trim() === '*' || tags.split(',').some((tag) => versionOf(tag) === String(version));
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  // The header knows seconds only.
  return !Number.isNaN(since) && Math.floor(updated / 1000) * 1000 <= since;
}
