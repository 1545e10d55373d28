// The body of /tools/find, checked in Orthanc's order and with its words.
import type { Level, Resource } from '../archive/model.ts';
import { collections, levels } from '../archive/model.ts';
import type { TagFormat } from '../dicom/tags.ts';
import { type Fields, formatField, isFields, knownTag } from './arguments.ts';
import { OrthancError } from './errors.ts';
import { filterOf, type Order, orderOf } from './find-filters.ts';
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

/** Every resource of a level, as ids. */
export const findsAll: Omit<FindRequest, 'level' | 'query'> = {
  isCaseSensitive: false,
  expands: false,
  format: 'short',
  since: 0,
  limit: 0,
  requested: [],
  parts: undefined,
  orderBy: [],
  isWanted: () => true,
};

/** @throws OrthancError `Bad request` naming the field */
export function parseFind(body: unknown, orthanc: Orthanc): FindRequest {
  if (!isFields(body)) throw new OrthancError('badRequest', 'The body must contain a JSON object');
  const level = requiredLevel(body, orthanc);
  const { must } = orthanc.version;
  const query = requiredQuery(body, must);
  const isCaseSensitive = boolean(body, 'CaseSensitive', must) ?? false;
  const limit = positive(body, 'Limit', must) ?? 0;
  const since = positive(body, 'Since', must) ?? 0;
  const parts = orthanc.version.hasLabels ? responseContent(body) : undefined;
  return {
    level,
    query: query.map(([name, text]) => [knownTag(name), text]),
    isCaseSensitive,
    expands: expandField(body) || parts !== undefined,
    format: formatField(body),
    since,
    limit,
    requested: orthanc.version.hasRequestedTags
      ? arrayField(body, 'RequestedTags').map((name) => knownTag(String(name)))
      : [],
    parts,
    orderBy: orthanc.version.hasLabels ? orderOf(body, level, orthanc) : [],
    isWanted: orthanc.version.hasLabels ? filterOf(body, level, orthanc) : () => true,
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
  if (body['Query'] === undefined) {
    throw new OrthancError('badRequest', 'Field "Query" is missing, or should be a JSON object');
  }
  // Orthanc falls over anything but an object, and takes null for an empty one.
  const query = body['Query'] ?? {};
  if (!isFields(query)) throw unhandled();
  return Object.entries(query).map(([name, text]) => {
    if (typeof text !== 'string') {
      throw new OrthancError('badRequest', `Tag "${name}" ${must} be associated with a string`);
    }
    return [name, text];
  });
}

function unhandled(): OrthancError {
  return new OrthancError(
    'internal',
    'An unhandled exception was generated inside the HTTP server',
  );
}

function expandField(body: Fields): boolean {
  const value = body['Expand'] ?? false;
  if (typeof value === 'string' || typeof value === 'object') throw unhandled();
  return Boolean(value);
}

function boolean(body: Fields, name: string, must: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new OrthancError('badRequest', `Field "${name}" ${must} be a Boolean`);
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

function arrayField(body: Fields, name: string): readonly unknown[] {
  const value = body[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new OrthancError('badRequest', `Field "${name}" must be an array`);
}

const parts: readonly ContentPart[] = [
  ...(['MainDicomTags', 'Metadata', 'Children', 'Parent', 'Labels', 'Status'] as const),
  ...(['IsStable', 'Attachments', 'RequestedTags'] as const),
];

function responseContent(body: Fields): ReadonlySet<ContentPart> | undefined {
  if (body['ResponseContent'] === undefined) return undefined;
  const named = arrayField(body, 'ResponseContent').map((name) => {
    const part = parts.find((each) => each === name);
    if (part) return part;
    throw new OrthancError('outOfRange', `Unrecognized value for "ResponseContent": ${name}`);
  });
  return new Set(named);
}
