// The body of /tools/find, checked in Orthanc's order and with its words.
import type { Level, Resource } from '../archive/model.ts';
import { ancestor, collections, levels } from '../archive/model.ts';
import type { TagFormat } from '../dicom/tags.ts';
import { type Fields, isFields, knownTag } from './arguments.ts';
import { OrthancError } from './errors.ts';
import type { Orthanc } from './orthanc.ts';
import type { ContentPart } from './resource-json.ts';

export interface FindRequest {
  readonly level: Level;
  readonly query: readonly (readonly [tag: string, text: string])[];
  readonly isCaseSensitive: boolean;
  readonly expands: boolean;
  readonly format: TagFormat;
  readonly since: number;
  /** 0: no limit. */
  readonly limit: number;
  readonly requested: readonly string[];
  readonly parts: ReadonlySet<ContentPart> | undefined;
  readonly orderBy: readonly Order[];
  /** Labels and parents. */
  isWanted(resource: Resource): boolean;
}

export interface Order {
  readonly tag: string | undefined;
  readonly metadata: number | undefined;
  readonly isDescending: boolean;
}

/** @throws OrthancError `Bad request` naming the field */
export function parseFind(body: unknown, orthanc: Orthanc): FindRequest {
  if (!isFields(body)) throw new OrthancError('badRequest', 'The body must contain a JSON object');
  const level = requiredLevel(body, orthanc);
  const { must } = orthanc.version;
  const query = requiredQuery(body, must);
  const isCaseSensitive = boolean(body, 'CaseSensitive') ?? false;
  const limit = positive(body, 'Limit', must) ?? 0;
  const since = positive(body, 'Since', must) ?? 0;
  const parts = orthanc.version.hasLabels ? responseContent(body) : undefined;
  return {
    level,
    query: query.map(([name, text]) => [knownTag(name), text]),
    isCaseSensitive,
    expands: (boolean(body, 'Expand') ?? false) || parts !== undefined,
    format: body['Short'] === true ? 'short' : body['Full'] === true ? 'full' : 'simplify',
    since,
    limit,
    requested: orthanc.version.hasRequestedTags ? strings(body, 'RequestedTags').map(knownTag) : [],
    parts,
    orderBy: orderBy(body, orthanc),
    isWanted: filterOf(body, orthanc),
  };
}

function requiredLevel(body: Fields, { version }: Orthanc): Level {
  if (typeof body['Level'] !== 'string') {
    throw new OrthancError('badRequest', 'Field "Level" is missing, or should be a string');
  }
  const wanted = body['Level'].toLowerCase();
  const level = levels.find(
    (each) => each.toLowerCase() === wanted || collections[each] === wanted,
  );
  if (isFields(body['Query']) && !level) {
    const details = version.namesUnknownTags
      ? `Invalid resource type '${body['Level']}'`
      : undefined;
    throw new OrthancError('outOfRange', details);
  }
  return level ?? 'Patient';
}

function requiredQuery(body: Fields, must: string): [string, string][] {
  if (!isFields(body['Query'])) {
    throw new OrthancError('badRequest', 'Field "Query" is missing, or should be a JSON object');
  }
  return Object.entries(body['Query']).map(([name, text]) => {
    if (typeof text !== 'string') {
      throw new OrthancError('badRequest', `Tag "${name}" ${must} be associated with a string`);
    }
    return [name, text];
  });
}

function boolean(body: Fields, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new OrthancError('badRequest', `Field "${name}" must be a Boolean`);
}

function positive(body: Fields, name: string, must: string): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new OrthancError('badRequest', `Field "${name}" ${must} be an integer`);
  }
  if (value < 0)
    throw new OrthancError('outOfRange', `Field "${name}" ${must} be a positive integer`);
  return value;
}

function strings(body: Fields, name: string): string[] {
  const value = body[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new OrthancError('badRequest', `Field "${name}" must be an array of strings`);
}

function responseContent(body: Fields): ReadonlySet<ContentPart> | undefined {
  if (body['ResponseContent'] === undefined) return undefined;
  return new Set(strings(body, 'ResponseContent') as ContentPart[]);
}

function orderBy(body: Fields, orthanc: Orthanc): Order[] {
  const orders = body['OrderBy'];
  if (orders === undefined || !orthanc.version.hasLabels) return [];
  if (!Array.isArray(orders))
    throw new OrthancError('badRequest', 'Field "OrderBy" must be an array');
  return orders.map((order: unknown) => {
    const fields = isFields(order) ? order : {};
    const key = String(fields['Key']);
    const isTag = fields['Type'] === 'DicomTag';
    return {
      tag: isTag ? knownTag(key) : undefined,
      metadata: isTag ? undefined : orthanc.metadataNumbers.get(key),
      isDescending: fields['Direction'] === 'DESC',
    };
  });
}

function filterOf(body: Fields, { version }: Orthanc): (resource: Resource) => boolean {
  if (!version.hasLabels) return () => true;
  const labels = strings(body, 'Labels');
  const rule = body['LabelsConstraint'] ?? 'All';
  const fits = (resource: Resource) => {
    if (rule === 'Any') return labels.some((label) => resource.labels.has(label));
    if (rule === 'None') return !labels.some((label) => resource.labels.has(label));
    return labels.every((label) => resource.labels.has(label));
  };
  const parents = (['Patient', 'Study', 'Series'] as const).flatMap((level) => {
    const id = body[`Parent${level}`];
    return typeof id === 'string' ? [{ level, id }] : [];
  });
  return (resource) =>
    (labels.length === 0 || fits(resource)) &&
    parents.every(({ level, id }) => ancestor(resource, level)?.id === id);
}
