// One resource as Orthanc expands it.

import { attributeOf } from '#core/dicom/dictionary.ts';
import { dottedTag, nameOfTag } from '../archive/main-tags.ts';
import {
  childLevel,
  collections,
  indexInSeries,
  inheritedTag,
  metadataOf,
  type Resource,
} from '../archive/model.ts';
import { fileOf } from '../dicom/instance-reader.ts';
import type { TagFormat } from '../dicom/tags.ts';
import { attachmentJson, md5Of } from './attachments.ts';
import { computedTag } from './computed-tags.ts';
import type { Json, JsonObject } from './json.ts';
import type { Orthanc } from './orthanc.ts';
import { tagOfFirstFile } from './stored-tags.ts';

/** Parts that `ResponseContent` of /tools/find can ask for. */
export type ContentPart =
  | 'MainDicomTags'
  | 'Metadata'
  | 'Children'
  | 'Parent'
  | 'Labels'
  | 'Status'
  | 'IsStable'
  | 'Attachments'
  | 'RequestedTags';

export interface ExpandOptions {
  readonly format: TagFormat;
  /** Tags beyond the main ones, by eight digits. */
  readonly requested: readonly string[];
  /** Default: what an expanded resource always has. */
  readonly parts?: ReadonlySet<ContentPart>;
}

const childLists = { Study: 'Studies', Series: 'Series', Instance: 'Instances' } as const;

export async function resourceJson(
  resource: Resource,
  options: ExpandOptions,
  orthanc: Orthanc,
): Promise<JsonObject> {
  const has = (part: ContentPart) => options.parts?.has(part) ?? true;
  return {
    ID: resource.id,
    Type: resource.level,
    ...(has('MainDicomTags') && mainTagsOf(resource, options)),
    ...(has('Parent') && parentOf(resource)),
    ...(has('Children') && childrenOf(resource, orthanc)),
    ...(has('Labels') && orthanc.version.hasLabels && { Labels: [...resource.labels].sort() }),
    ...(has('Status') && resource.level === 'Series' && statusOf(resource, options)),
    ...(has('IsStable') && resource.level !== 'Instance' && stability(resource, options, orthanc)),
    ...(has('Metadata') &&
      (options.parts ? { Metadata: namedMetadata(resource, orthanc) } : usualMetadata(resource))),
    ...(has('Attachments') && (await attachmentsOf(resource, options, orthanc))),
    ...(await requestedTags(resource, options, orthanc)),
  };
}

/** Children in the order of the version: by id, or as they came. */
export function orderedChildren(resource: Resource, orthanc: Orthanc): Resource[] {
  const children = [...resource.children];
  return orthanc.version.listsById ? children.sort((a, b) => (a.id < b.id ? -1 : 1)) : children;
}

/** Tags of a level in one of Orthanc's three forms. */
export function formatTags(
  tags: Iterable<readonly [string, string]>,
  format: TagFormat,
): JsonObject {
  const members: Record<string, Json> = {};
  for (const [tag, value] of tags) {
    if (format === 'simplify') members[nameOfTag(tag)] = value;
    else if (format === 'short') members[dottedTag(tag)] = value;
    else members[dottedTag(tag)] = { Name: nameOfTag(tag), Type: 'String', Value: value };
  }
  return members;
}

export function reference(resource: Resource): JsonObject {
  return {
    ID: resource.id,
    Path: `/${collections[resource.level]}/${resource.id}`,
    Type: resource.level,
  };
}

export function namedMetadata(resource: Resource, orthanc: Orthanc): JsonObject {
  const entries = [...resource.metadata].map(
    ([number, { value }]) => [metadataName(number, orthanc), value] as const,
  );
  return Object.fromEntries(entries);
}

export function metadataName(number: number, orthanc: Orthanc): string {
  return orthanc.metadataNames.get(number) ?? String(number);
}

function mainTagsOf(resource: Resource, { format }: ExpandOptions): JsonObject {
  return {
    MainDicomTags: formatTags(resource.tags, format),
    ...(resource.level === 'Study' && {
      PatientMainDicomTags: formatTags(resource.patientTags, format),
    }),
  };
}

function parentOf({ parent }: Resource): JsonObject {
  return parent ? { [`Parent${parent.level}`]: parent.id } : {};
}

function childrenOf(resource: Resource, orthanc: Orthanc): JsonObject {
  const level = childLevel(resource.level);
  if (level === undefined || level === 'Patient') return {};
  return { [childLists[level]]: orderedChildren(resource, orthanc).map(({ id }) => id) };
}

function stability(resource: Resource, { parts }: ExpandOptions, { archive }: Orthanc): JsonObject {
  return {
    IsStable: archive.isStable(resource),
    ...(!parts && { LastUpdate: metadataOf(resource, 'LastUpdate') }),
  };
}

function usualMetadata(resource: Resource): JsonObject {
  const index = indexInSeries(resource);
  return {
    AnonymizedFrom: metadataOf(resource, 'AnonymizedFrom'),
    ModifiedFrom: metadataOf(resource, 'ModifiedFrom'),
    ...(resource.level === 'Instance' && {
      IndexInSeries: index ?? null,
    }),
  };
}

async function attachmentsOf(
  resource: Resource,
  { parts }: ExpandOptions,
  orthanc: Orthanc,
): Promise<JsonObject> {
  if (!parts) return resource.level === 'Instance' ? fileFields(resource) : {};
  const Attachments: JsonObject[] = [];
  for (const [type, attachment] of [...resource.attachments].sort(([a], [b]) => a - b)) {
    const md5 = await md5Of(attachment, resource, orthanc);
    Attachments.push(attachmentJson(type, attachment, md5));
  }
  return { Attachments };
}

function fileFields(resource: Resource): JsonObject {
  const { size, uuid } = fileOf(resource);
  return { FileSize: size, FileUuid: uuid };
}

function statusOf(series: Resource, { parts }: ExpandOptions): JsonObject {
  const { Status, ...expected } = seriesStatus(series);
  return parts ? { Status } : { Status, ...expected };
}

/** Complete, Missing or Inconsistent by the numbers that the instances give themselves. */
function seriesStatus(series: Resource): JsonObject {
  const expected = metadataOf(series, 'ExpectedNumberOfInstances');
  if (expected === undefined) return { ExpectedNumberOfInstances: null, Status: 'Unknown' };
  const count = Number(expected);
  const indexes = [...series.children].map((child) => indexInSeries(child) ?? 0);
  const isConsistent =
    indexes.every((index) => index >= 1 && index <= count) &&
    new Set(indexes).size === indexes.length;
  const whole = indexes.length === count ? 'Complete' : 'Missing';
  return { ExpectedNumberOfInstances: count, Status: isConsistent ? whole : 'Inconsistent' };
}

async function requestedTags(
  resource: Resource,
  { requested, format }: ExpandOptions,
  orthanc: Orthanc,
): Promise<JsonObject> {
  if (requested.length === 0) return {};
  const values: [string, string][] = [];
  for (const tag of requested) {
    const value = await tagValue(resource, tag, orthanc);
    if (value !== undefined) values.push([tag, value]);
  }
  const wordless = requested.filter((tag) => wordlessVrs.has(attributeOf(tag)?.vr ?? ''));
  const nulls = wordless.map((tag) => [nameOfTag(tag), null] as const);
  return { RequestedTags: { ...formatTags(values, format), ...Object.fromEntries(nulls) } };
}

/** Sequences and bytes, of which Orthanc tells nothing here. */
const wordlessVrs = new Set(['SQ', 'OB', 'OW', 'ox', 'px']);

/** A tag of a resource: computed, from the index, else from the file of its first instance. */
export async function tagValue(
  resource: Resource,
  tag: string,
  orthanc: Orthanc,
): Promise<string | undefined> {
  return (
    computedTag(resource, tag) ??
    inheritedTag(resource, tag) ??
    (await tagOfFirstFile(resource, tag, orthanc))
  );
}
