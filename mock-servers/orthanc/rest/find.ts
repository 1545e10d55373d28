// /tools/find, /tools/count-resources, /tools/lookup and /tools/bulk-content.
import { attributeOf } from '#core/dicom/dictionary.ts';
import { dottedTag, levelOfTag } from '../archive/main-tags.ts';
import {
  ancestor,
  collections,
  identifierTags,
  inheritedTag,
  type Level,
  levels,
  type Resource,
} from '../archive/model.ts';
import { type Constraint, constraintOf, hasWildcard, isDateOrTime } from '../archive/query.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import { booleanField, bulkResources, formatField, isFields, stringField } from './arguments.ts';
import { jsonBodyOf, textBodyOf } from './call.ts';
import { computedTag, isComputedTag, MODALITIES_IN_STUDY } from './computed-tags.ts';
import { OrthancError } from './errors.ts';
import type { Order } from './find-filters.ts';
import { type FindRequest, parseFind } from './find-request.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { namedMetadata, reference, resourceJson, tagValue } from './resource-json.ts';
import { tagOfFirstFile } from './stored-tags.ts';

export const findResources: Handler = async (call, orthanc) => {
  const request = parseFind(await jsonBodyOf(call), orthanc);
  const found = withinDatabase(await search(request, orthanc), request, orthanc);
  const limited = request.limit > 0 ? request.limit : found.length;
  const page = found.slice(request.since, request.since + limited);
  if (!request.expands) return jsonAnswer(page.map(({ id }) => id));
  const { format, requested, parts } = request;
  const options = { format, requested, ...(parts && { parts }) };
  const members = [];
  for (const resource of page) members.push(await resourceJson(resource, options, orthanc));
  return jsonAnswer(members);
};

// Orthanc 1.10.1 asks its database for one more than LimitFindResults to see that there are more, and gives that
// one, too; 1.12.7 does not (test/conformance/orthanc/configuration.test.ts).
function withinDatabase(
  found: readonly Resource[],
  { level }: FindRequest,
  { config, version }: Orthanc,
): readonly Resource[] {
  const limit = level === 'Instance' ? config.limitFindInstances : config.limitFindResults;
  if (limit === 0) return found;
  return found.slice(0, version.hasLabels ? limit : limit + 1);
}

export const countResources: Handler = async (call, orthanc) => {
  const request = parseFind(await jsonBodyOf(call), orthanc);
  if (request.isCaseSensitive) {
    throw new OrthancError(
      'outOfRange',
      'Setting "CaseSensitive" to "true" is not supported by /tools/count-resources',
    );
  }
  const isIndexed = (tag: string) =>
    isComputedTag(tag) || levelOfTag(orthanc.archive.mainTags, tag) !== undefined;
  if (!request.query.every(([tag]) => isIndexed(tag))) {
    throw new OrthancError(
      'badRequest',
      'Unable to count resources when querying tags that are not stored as MainDicomTags in the Database or when using case sensitive queries.',
    );
  }
  const found = await search(request, orthanc);
  return jsonAnswer({ Count: found.length });
};

/** All matches in the order asked for, before paging. */
export async function search(request: FindRequest, orthanc: Orthanc): Promise<Resource[]> {
  const tests = testsOf(request, orthanc);
  if (isVain(request, orthanc)) return [];
  const found: Resource[] = [];
  for (const resource of candidates(request, orthanc)) {
    if (!request.isWanted(resource)) continue;
    // Awaiting only what reads a file keeps a scan of the index quick.
    const isMatch = matches(resource, tests);
    if (typeof isMatch === 'boolean' ? isMatch : await isMatch) found.push(resource);
  }
  found.sort((a, b) => (a.id < b.id ? -1 : 1));
  return request.orderBy.length > 0 ? sortedBy(found, request, orthanc) : found;
}

// The modalities of a study are nothing that a series or an instance has, and 1.12 has them in no pattern.
function isVain({ level, query }: FindRequest, { version }: Orthanc): boolean {
  const modalities = new Map(query).get(MODALITIES_IN_STUDY) ?? '';
  const isBelow = level === 'Series' || level === 'Instance';
  return modalities !== '' && (isBelow || (/[*?]/.test(modalities) && version.hasLabels));
}

interface Test {
  readonly constraint: Constraint;
  value(resource: Resource): string | undefined | Promise<string | undefined>;
}

function matches(resource: Resource, tests: readonly Test[]): boolean | Promise<boolean> {
  for (const [index, { constraint, value }] of tests.entries()) {
    const read = value(resource);
    if (read instanceof Promise) return matchesFile(resource, tests.slice(index));
    if (!constraint(read)) return false;
  }
  return true;
}

async function matchesFile(resource: Resource, tests: readonly Test[]): Promise<boolean> {
  for (const { constraint, value } of tests) {
    if (!constraint(await value(resource))) return false;
  }
  return true;
}

function testsOf({ query, level, isCaseSensitive }: FindRequest, orthanc: Orthanc): Test[] {
  // What the resource itself holds is looked up sooner than what its parents hold, or a file.
  const owner = ([tag]: readonly [string, string]) => levelOfTag(orthanc.archive.mainTags, tag);
  const distance = (term: readonly [string, string]) =>
    owner(term) === level ? 0 : owner(term) ? 1 : 2;
  return query
    .toSorted((a, b) => distance(a) - distance(b))
    .flatMap(([tag, text]) => {
      if (isPattern(text) && !takesWildcards(tag)) throw refusedWildcard(tag);
      const constraint = constraintOf(tag, text, { isCaseSensitive });
      return constraint ? [{ constraint, value: readerOf(tag, orthanc) }] : [];
    });
}

// Lists and ranges come first in Orthanc, and hold no patterns.
function isPattern(text: string): boolean {
  return /^[^\\-]*[*?][^\\-]*$/.test(text);
}

const wildcardVrs = new Set('AE CS LO LT PN SH ST UC UR UT'.split(' '));

/** PS3.4 C.2.2.2.4; not for dates, numbers and UIDs. */
function takesWildcards(tag: string): boolean {
  const vr = attributeOf(tag)?.vr;
  return vr === undefined || wildcardVrs.has(vr);
}

function refusedWildcard(tag: string): OrthancError {
  return new OrthancError('outOfRange', `Wildcards are not allowed on tag ${dottedTag(tag)}`);
}

// The index answers for its own tags, also when it says that this level has none; the file for all others.
function readerOf(tag: string, orthanc: Orthanc): Test['value'] {
  if (isComputedTag(tag)) return (resource) => computedTag(ancestorFor(resource, tag), tag);
  if (levelOfTag(orthanc.archive.mainTags, tag)) return (resource) => inheritedTag(resource, tag);
  return (resource) => tagOfFirstFile(resource, tag, orthanc);
}

function ancestorFor(resource: Resource, tag: string): Resource {
  const isOfStudy = tag === '00080061' || tag === '00080062';
  return (isOfStudy ? ancestor(resource, 'Study') : undefined) ?? resource;
}

function candidates({ level, query }: FindRequest, orthanc: Orthanc): readonly Resource[] {
  const { archive } = orthanc;
  for (const [tag, value] of query) {
    if (tag === identifierTags[level] || !isExact(tag, value)) continue;
    if (levelOfTag(archive.mainTags, tag) !== level || isComputedTag(tag)) continue;
    return archive.resources.valued(level, tag, value);
  }
  for (const owner of levels.slice(0, levels.indexOf(level) + 1)) {
    const exact = query.find(([tag]) => tag === identifierTags[owner])?.[1];
    if (exact === undefined || exact === '' || hasWildcard(exact)) continue;
    const owners = orthanc.archive.resources.identified(owner, exact);
    return owners.flatMap((resource) => below(resource, level));
  }
  return orthanc.archive.resources.sorted(level);
}

/** Neither all, a list, a pattern nor a range. */
function isExact(tag: string, value: string): boolean {
  return value !== '' && !hasWildcard(value) && !(isDateOrTime(tag) && value.includes('-'));
}

function below(resource: Resource, level: Level): Resource[] {
  if (resource.level === level) return [resource];
  return [...resource.children].flatMap((child) => below(child, level));
}

async function sortedBy(
  resources: readonly Resource[],
  { orderBy }: FindRequest,
  orthanc: Orthanc,
): Promise<Resource[]> {
  const keyed: { resource: Resource; keys: string[] }[] = [];
  for (const resource of resources) {
    const keys: string[] = [];
    for (const order of orderBy) keys.push(await sortKey(resource, order, orthanc));
    keyed.push({ resource, keys });
  }
  keyed.sort((a, b) => compareKeys(a.keys, b.keys, orderBy) || a.resource.row - b.resource.row);
  return keyed.map(({ resource }) => resource);
}

async function sortKey(
  resource: Resource,
  { tag, metadata }: Order,
  orthanc: Orthanc,
): Promise<string> {
  if (tag !== undefined) return normalized((await tagValue(resource, tag, orthanc)) ?? '');
  return resource.metadata.get(metadata ?? 0)?.value ?? '';
}

// The index keeps what it searches by in capitals, without accents.
function normalized(value: string): string {
  return value.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
}

function compareKeys(a: readonly string[], b: readonly string[], orders: readonly Order[]): number {
  for (const [index, { isDescending, isNumeric }] of orders.entries()) {
    const left = a[index] ?? '';
    const right = b[index] ?? '';
    const difference = isNumeric
      ? Number(left) - Number(right)
      : Number(left > right) - Number(left < right);
    if (difference !== 0) return isDescending ? -difference : difference;
  }
  return 0;
}

/** A PatientID or UID in the body: which resources have it. */
export const lookup: Handler = async (call, { archive }) => {
  const identifier = await textBodyOf(call);
  if (/[*?]/.test(identifier)) throw refusedWildcard(identifierTags.Patient);
  if (identifier.trim() === '') return jsonAnswer([]);
  const found = levels.flatMap((level) => archive.resources.identified(level, identifier));
  return jsonAnswer(found.map(reference));
};

export const bulkContent: Handler = async (call, orthanc): Promise<Answer> => {
  const body = await jsonBodyOf(call);
  const ids = bulkResources(body);
  const fields = isFields(body) ? body : {};
  const name = stringField(fields, 'Level');
  const level = name === undefined ? undefined : levelNamed(name, orthanc);
  const found = ids.flatMap((id) => atLevel(orthanc.archive.resources.findAny(id), level));
  const format = formatField(fields);
  const hasMetadata = booleanField(fields, 'Metadata', true);
  const members = [];
  // With a level each resource comes once and by its id, else in the order of the body.
  const sorted = [...new Set(found)].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const resource of level ? sorted : found) {
    const usual = await resourceJson(resource, { format, requested: [] }, orthanc);
    members.push({ ...usual, ...(hasMetadata && { Metadata: namedMetadata(resource, orthanc) }) });
  }
  return jsonAnswer(members);
};

function atLevel(resource: Resource | undefined, level: Level | undefined): Resource[] {
  if (!resource) return [];
  if (!level) return [resource];
  const up = ancestor(resource, level);
  return up ? [up] : below(resource, level);
}

/** `Study`, `study` or `studies`. @throws OrthancError when it is no level */
export function levelNamed(name: string, { version }: Orthanc): Level {
  const wanted = name.toLowerCase();
  const level = levels.find(
    (each) => each.toLowerCase() === wanted || collections[each] === wanted,
  );
  if (level) return level;
  const details = version.namesUnknownTags ? `Invalid resource type '${name}'` : undefined;
  throw new OrthancError('outOfRange', details);
}
