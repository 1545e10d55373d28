// What /tools/find of 1.12 knows beyond the query: labels, parents, metadata, and the order of what is found.
import { levelOfTag } from '../archive/main-tags.ts';
import { ancestor, type Level, levels, type Resource } from '../archive/model.ts';
import { fitsWildcard } from '../archive/query.ts';
import { type Fields, isFields, knownTag } from './arguments.ts';
import { OrthancError } from './errors.ts';
import type { Orthanc } from './orthanc.ts';

export interface Order {
  readonly tag: string | undefined;
  readonly metadata: number | undefined;
  readonly isDescending: boolean;
  readonly isNumeric: boolean;
}

type Filter = (resource: Resource) => boolean;

/** Labels, a parent and metadata. @throws OrthancError naming the field */
export function filterOf(body: Fields, level: Level, orthanc: Orthanc): Filter {
  const filters = [labelFilter(body), parentFilter(body, level), metadataFilter(body, orthanc)];
  return (resource) => filters.every((fits) => fits(resource));
}

/** @throws OrthancError naming the field */
export function orderOf(body: Fields, level: Level, orthanc: Orthanc): Order[] {
  const orders = body['OrderBy'] ?? [];
  if (!Array.isArray(orders)) throw badRequest('Field "OrderBy" must be an array');
  return orders.map((order: unknown) => {
    if (!isFields(order)) throw badRequest('Field "OrderBy" must contain objects');
    return oneOrder(order, level, orthanc);
  });
}

function oneOrder(order: Fields, level: Level, orthanc: Orthanc): Order {
  const { Key: key, Type: type, Direction: direction } = order;
  if (typeof key !== 'string') throw badRequest('Field "Key" must be a string');
  if (typeof type !== 'string') throw badRequest('Field "Type" must be "DicomTag" or "Metadata"');
  if (direction !== 'ASC' && direction !== 'DESC')
    throw badRequest('Field "Direction" must be "ASC" or "DESC"');
  const [, kind, number] = /^(DicomTag|Metadata)(AsInt|AsFloat)?$/.exec(type) ?? [];
  if (kind === undefined) {
    throw badRequest(
      'Field "Type" must be "DicomTag", "DicomTagAsInt", "DicomTagAsFloat" or "Metadata", "MetadataAsInt", "MetadataAsFloat"',
    );
  }
  const isTag = kind === 'DicomTag';
  return {
    tag: isTag ? orderTag(key, level, orthanc) : undefined,
    metadata: isTag ? undefined : metadataNumber(key, orthanc),
    isDescending: direction === 'DESC',
    isNumeric: number !== undefined,
  };
}

// Only what the index has of this level or one above it can be sorted by.
function orderTag(key: string, level: Level, { archive }: Orthanc): string {
  const tag = knownTag(key);
  const owner = levelOfTag(archive.mainTags, tag);
  if (owner === undefined || levels.indexOf(owner) > levels.indexOf(level))
    throw new OrthancError('cannotPrepare');
  return tag;
}

function metadataNumber(name: string, { metadataNumbers }: Orthanc): number {
  const number = metadataNumbers.get(name) ?? (/^\d+$/.test(name) ? Number(name) : undefined);
  if (number === undefined) throw new OrthancError('inexistentItem');
  return number;
}

const rules = ['All', 'Any', 'None'];

function labelFilter(body: Fields): Filter {
  const labels = body['Labels'] ?? [];
  const rule = body['LabelsConstraint'] ?? 'All';
  if (!Array.isArray(labels)) throw badRequest('Field "Labels" must be an array of strings');
  if (typeof rule !== 'string')
    throw badRequest('Field "LabelsConstraint" must be an array of strings');
  if (labels.some((label) => typeof label !== 'string'))
    throw badRequest('Field "Labels" must contain strings');
  if (!rules.includes(rule))
    throw badRequest('Field "LabelsConstraint" must be "All", "Any", or "None"');
  if (labels.length === 0) return () => true;
  return (resource) => {
    const has = (label: string) => resource.labels.has(label);
    if (rule === 'Any') return labels.some(has);
    return rule === 'None' ? !labels.some(has) : labels.every(has);
  };
}

// The highest parent that is named counts alone.
function parentFilter(body: Fields, level: Level): Filter {
  const parents = (['Patient', 'Study', 'Series'] as const).flatMap((parent) => {
    const id = body[`Parent${parent}`];
    if (id === undefined) return [];
    if (typeof id !== 'string') throw badRequest(`Field "Parent${parent}" must be a string`);
    return [{ parent, id }];
  });
  const [highest] = parents;
  if (!highest) return () => true;
  if (levels.indexOf(highest.parent) > levels.indexOf(level)) throw new OrthancError('badSequence');
  return (resource) => ancestor(resource, highest.parent)?.id === highest.id;
}

function metadataFilter(body: Fields, orthanc: Orthanc): Filter {
  const query = body['MetadataQuery'] ?? {};
  if (!isFields(query)) throw badRequest('Field "MetadataQuery" must be an JSON object');
  const wanted = Object.entries(query).map(([name, text]) => {
    if (typeof text !== 'string')
      throw badRequest(`Tag "${name}" must be associated with a string`);
    return { number: metadataNumber(name, orthanc), text };
  });
  return ({ metadata }) =>
    wanted.every(({ number, text }) => fitsWildcard(text, metadata.get(number)?.value ?? ''));
}

function badRequest(details: string): OrthancError {
  return new OrthancError('badRequest', details);
}
