// Creating, updating and deleting as every interaction does it: version, meta, text to be stored.
import { refuse } from '../outcome.ts';
import type { Method, StoredVersion } from '../store/store.ts';
import { type JsonObject, shown } from '../wire.ts';
import type { World } from '../world.ts';

export interface Written {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
  readonly created: boolean;
}

/** As HAPI prints it: milliseconds, offset rather than Z. */
export function instant(ms: number): string {
  if (ms !== lastInstant.ms) {
    lastInstant = { ms, text: new Date(ms).toISOString().replace('Z', '+00:00') };
  }
  return lastInstant.text;
}

/** A transaction prints the same time over and over. */
let lastInstant = { ms: Number.NaN, text: '' };

/** @throws FhirError 404 when the type is none of R4 */
export function typeNumber(world: World, type: string): number {
  const number = world.definitions().typeNumber(type);
  // HAPI-0302
  if (number === 0)
    throw refuse(
      404,
      `Unknown resource type '${type}' - Server knows how to handle the 146 resource types of FHIR R4`,
    );
  return number;
}

/** Stores the next version of `type/id`, the first if there is none. Ids of a POST are always new. */
export function writeResource(
  world: World,
  type: string,
  id: string,
  resource: JsonObject,
  method: Method,
): Written {
  const number = typeNumber(world, type);
  const before = method === 'POST' ? undefined : world.store.read(number, id);
  if (before !== undefined && hasBody(before) && isUnchanged(before, resource)) {
    const { version, updated, body } = before;
    return { type, id, version, updated, body, created: false };
  }
  const version = (before?.version ?? 0) + 1;
  const updated = world.clock.now();
  const body = JSON.stringify(withServerFields(resource, id, version, updated));
  world.store.write({ type: number, id, version, updated, method, body });
  return { type, id, version, updated, body, created: before?.body == null };
}

export function hasBody(
  stored: StoredVersion,
): stored is StoredVersion & { readonly body: string } {
  return stored.body !== null;
}

/** HAPI makes no new version when nothing but what the server sets would change. */
function isUnchanged(
  before: StoredVersion & { readonly body: string },
  resource: JsonObject,
): boolean {
  const { id, version, updated, body } = before;
  return body === JSON.stringify(withServerFields(resource, id, version, updated));
}

/** Type, id and meta first, as HAPI prints them; all else in the order received. */
export function withServerFields(
  resource: JsonObject,
  id: string,
  version: number,
  updated: number,
): JsonObject {
  const { resourceType, id: _replaced, meta, ...rest } = resource;
  const kept = typeof meta === 'object' && meta !== null ? (meta as JsonObject) : {};
  const { versionId: _version, lastUpdated: _updated, ...metaRest } = kept;
  return {
    resourceType,
    id,
    meta: { versionId: String(version), lastUpdated: instant(updated), ...metaRest },
    ...rest,
  };
}

export function deleteResource(world: World, stored: StoredVersion): number {
  const version = stored.version + 1;
  world.store.write({
    type: stored.type,
    id: stored.id,
    version,
    updated: world.clock.now(),
    method: 'DELETE',
    body: null,
  });
  return version;
}

/** The resource itself, not what was sent around it. @throws FhirError 400 */
export function requireResource(body: unknown, type: string): JsonObject {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    // HAPI-0449
    throw refuse(
      400,
      'No body was supplied, or it is not a JSON object: a resource is needed in the request body.',
      'structure',
    );
  }
  const resource = body as JsonObject;
  if (resource['resourceType'] === type) return resource;
  throw refuse(
    400,
    `Incorrect resource type found, expected "${type}" but found "${shown(resource['resourceType'])}"`,
    'structure',
  );
}
