// The four collections and their members: lists, one resource, its relatives, deletion.
import {
  ancestor,
  childLevel,
  collections,
  descendants,
  type Level,
  type Resource,
} from '../archive/model.ts';
import type { Version } from '../versions.ts';
import { type Answer, bareStatus, jsonAnswer } from './answer.ts';
import {
  expandFlag,
  formatArgument,
  numberArgument,
  requestedTagsArgument,
  resourceOf,
} from './arguments.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { reference, resourceJson } from './resource-json.ts';

export function listResources(level: Level): Handler {
  return async (call, orthanc) => {
    const page = paged(ordered(level, orthanc), call, level, orthanc);
    if (!expandFlag(call, orthanc)) return jsonAnswer(page.map(({ id }) => id));
    return expanded(page, call, orthanc);
  };
}

export function oneResource(level: Level): Handler {
  return async (call, orthanc) => {
    const resource = orthanc.archive.resources.find(level, call.params['id'] ?? '');
    // Orthanc: an unknown id is a 404 without a word.
    if (!resource) return bareStatus(404);
    return jsonAnswer(await expand(resource, call, orthanc));
  };
}

export function deleteResource(level: Level): Handler {
  return (call, { archive }) => {
    const resource = archive.resources.find(level, call.params['id'] ?? '');
    if (!resource) return bareStatus(404);
    const remaining = archive.delete(resource);
    return jsonAnswer({ RemainingAncestor: remaining ? reference(remaining) : null });
  };
}

/** `/studies/{id}/patient`: one of the ancestors. */
export function parentResource(level: Level, wanted: Level): Handler {
  return async (call, orthanc) => {
    const parent = ancestor(resourceOf(call, level, orthanc), wanted);
    if (!parent) return bareStatus(404);
    // Requested tags are not looked at here.
    const format = formatArgument(call, 'simplify');
    return jsonAnswer(await resourceJson(parent, { format, requested: [] }, orthanc));
  };
}

/** `/studies/{id}/instances`: always expanded, unless the version obeys `expand=false`. */
export function childResources(level: Level, wanted: Level): Handler {
  return async (call, orthanc) => {
    const resource = resourceOf(call, level, orthanc);
    const children = inOrder(descendants(resource, wanted), orthanc);
    const isIdsOnly = call.query.has('expand') && !expandFlag(call, orthanc);
    if (isIdsOnly) return jsonAnswer(children.map(({ id }) => id));
    return expanded(children, call, orthanc);
  };
}

/** Resources of a level in the order in which the version lists them. */
export function ordered(level: Level, { archive, version }: Orthanc): readonly Resource[] {
  return version.listsById ? archive.resources.sorted(level) : [...archive.resources.all(level)];
}

export function inOrder(resources: Resource[], { version }: Orthanc): Resource[] {
  return version.listsById ? resources.sort((a, b) => (a.id < b.id ? -1 : 1)) : resources;
}

/** All levels below or above a level that have routes of their own. */
export function relativesOf(level: Level): { parents: Level[]; children: Level[] } {
  const all: Level[] = ['Patient', 'Study', 'Series', 'Instance'];
  const at = all.indexOf(level);
  return { parents: all.slice(0, at), children: childLevel(level) ? all.slice(at + 1) : [] };
}

export function resourceReconstruct(level: Level): Handler {
  return (call, orthanc) => {
    resourceOf(call, level, orthanc);
    return { status: 200, contentType: 'text/plain', body: '' };
  };
}

async function expanded(
  resources: readonly Resource[],
  call: Call,
  orthanc: Orthanc,
): Promise<Answer> {
  const members = [];
  for (const resource of resources) members.push(await expand(resource, call, orthanc));
  return jsonAnswer(members);
}

function expand(resource: Resource, call: Call, orthanc: Orthanc) {
  const format = formatArgument(call, 'simplify');
  return resourceJson(
    resource,
    { format, requested: requestedTagsArgument(call, orthanc) },
    orthanc,
  );
}

function paged(
  resources: readonly Resource[],
  call: Call,
  level: Level,
  { version }: Orthanc,
): readonly Resource[] {
  const hasSince = call.query.has('since');
  const hasLimit = call.query.has('limit');
  if (!hasSince && !hasLimit) return resources;
  if (!hasSince || !hasLimit) {
    const missing = hasSince ? 'limit' : 'since';
    throw new OrthancError(
      'badRequest',
      `Missing "${missing}" argument for GET request against: /${collections[level]}/`,
    );
  }
  const since = numberArgument(call, 'since') ?? 0;
  const limit = numberArgument(call, 'limit') ?? 0;
  if (since < 0 || limit < 0) return pagedBelowZero(resources, since, limit, version);
  if (limit === 0 && version.zeroLimitIsAll) return resources.slice(since);
  return resources.slice(since, since + limit);
}

// 1.12 hands a negative number to SQLite as a huge one, which SQLite refuses; 1.10 as one that means all.
function pagedBelowZero(
  resources: readonly Resource[],
  since: number,
  limit: number,
  { listsById }: Version,
): readonly Resource[] {
  if (listsById) throw new OrthancError('cannotStep');
  const rest = resources.slice(Math.max(0, since));
  return limit < 0 ? rest : rest.slice(0, limit);
}
