// The tags of instances: /tags, /simplified-tags, /header, /content, /module, and what instances share.
import type { Dataset, Element } from '#core/dicom/dataset.ts';
import { tagNumber } from '#core/dicom/dataset.ts';
import { descendants, type Level } from '../archive/model.ts';
import { moduleTags } from '../dicom/modules.ts';
import { namedElements, type TagFormat, tagsJson } from '../dicom/tags.ts';
import { type Answer, bareStatus, bytesAnswer, JSON_TYPE, jsonAnswer } from './answer.ts';
import { formatArgument, knownTag, resourceOf } from './arguments.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import { type Json, type JsonObject, styledJson } from './json.ts';
import { inOrder } from './lists.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { firstInstance } from './stored-tags.ts';

export function instanceTags(usual: TagFormat): Handler {
  return async (call, orthanc) => {
    const instance = resourceOf(call, 'Instance', orthanc);
    // Orthanc: /simplified-tags looks at no other form.
    const format = usual === 'simplify' ? usual : formatArgument(call, usual);
    const ignored = ignoreLength(call);
    const make = (dataset: Dataset) =>
      styledJson(tagsJson(dataset, optionsOf(format, ignored, orthanc)));
    const kind = `${format} ${[...ignored].join(' ')}`;
    const body = await orthanc.dicom.text(instance, kind, (file) => make(file.dataset));
    return { status: 200, contentType: JSON_TYPE, body };
  };
}

export const instanceHeader: Handler = async (call, orthanc) => {
  const { meta } = await orthanc.dicom.parse(resourceOf(call, 'Instance', orthanc));
  const options = optionsOf(formatArgument(call, 'full'), new Set(), orthanc);
  return jsonAnswer(tagsJson(meta, { ...options, skipsBinary: true }));
};

/** Tags of the DICOM module of the level, read from the first instance. */
export function moduleOf(level: Level, module: Level = level): Handler {
  return async (call, orthanc) => {
    const instance = firstInstance(resourceOf(call, level, orthanc));
    if (!instance) throw new OrthancError('unknownResource');
    const { dataset } = await orthanc.dicom.parse(instance);
    const all = optionsOf(formatArgument(call, 'full'), ignoreLength(call), orthanc);
    return jsonAnswer(tagsJson(dataset, { ...all, only: moduleTags(module) }));
  };
}

/** What all instances have in common, value for value. */
export function sharedTags(level: Level): Handler {
  return async (call, orthanc) => {
    const instances = descendants(resourceOf(call, level, orthanc), 'Instance');
    const options = optionsOf('full', new Set(), orthanc);
    let shared: Record<string, Json> | undefined;
    for (const instance of instances) {
      const tags = tagsJson((await orthanc.dicom.parse(instance)).dataset, options);
      shared = shared ? common(shared, tags) : stringsOnly(tags);
    }
    return jsonAnswer(reformatted(shared ?? {}, formatArgument(call, 'full')));
  };
}

/** The tags of each instance below, by its id. */
export function instancesTags(level: Level): Handler {
  return async (call, orthanc) => {
    const instances = inOrder(descendants(resourceOf(call, level, orthanc), 'Instance'), orthanc);
    const options = optionsOf(formatArgument(call, 'full'), ignoreLength(call), orthanc);
    const members: Record<string, Json> = {};
    for (const instance of instances) {
      members[instance.id] = tagsJson((await orthanc.dicom.parse(instance)).dataset, options);
    }
    return jsonAnswer(members);
  };
}

/** `/content/...`: the raw bytes of a tag, the tags of a data set, or the numbers of items and fragments. */
export const instanceContent: Handler = async (call, orthanc) => {
  const instance = resourceOf(call, 'Instance', orthanc);
  const { dataset } = await orthanc.dicom.parseWhole(instance);
  return contentAt(dataset, call.trailing);
};

function contentAt(dataset: Dataset, path: readonly string[]): Answer {
  const [name, index, ...rest] = path;
  if (name === undefined) {
    const tags = namedElements(dataset).map(
      ({ element: { tag } }) => `${tag.slice(0, 4)}-${tag.slice(4)}`,
    );
    return jsonAnswer(tags.map((tag) => tag.toLowerCase()));
  }
  const element = dataset.get(tagNumber(knownTag(name)));
  if (!element) return bareStatus(404);
  if (element.vr === 'SQ' || element.items)
    return sequenceContent(element.items ?? [], index, rest);
  if (element.tag === '7FE00010') {
    return fragmentContent(element, index);
  }
  return index === undefined
    ? bytesAnswer(element.raw, 'application/octet-stream')
    : bareStatus(404);
}

function sequenceContent(
  items: readonly Dataset[],
  index: string | undefined,
  rest: readonly string[],
): Answer {
  if (index === undefined) return jsonAnswer(items.map((_, at) => String(at)));
  const item = items[Number(index)];
  return item ? contentAt(item, rest) : bareStatus(404);
}

// The list counts the offset table, the numbers do not.
function fragmentContent({ fragments, raw }: Element, index: string | undefined): Answer {
  if (index === undefined) return jsonAnswer((fragments ?? [raw]).map((_, at) => String(at)));
  const fragment = (fragments?.slice(1) ?? [raw])[Number(index)];
  return fragment ? bytesAnswer(fragment, 'application/octet-stream') : bareStatus(404);
}

export function optionsOf(format: TagFormat, ignored: ReadonlySet<string>, { settings }: Orthanc) {
  return { format, ignoreLength: ignored, defaultCharset: settings.defaultCharset };
}

// Orthanc splits at the comma first, so `0028,0010` is an unknown tag `0028`.
function ignoreLength(call: Call): ReadonlySet<string> {
  const text = call.query.get('ignore-length');
  return new Set(text?.split(',').map(knownTag));
}

function stringsOnly(tags: JsonObject): Record<string, Json> {
  const entries = Object.entries(tags).filter(([, member]) => memberType(member) === 'String');
  return Object.fromEntries(entries) as Record<string, Json>;
}

function common(shared: Record<string, Json>, tags: JsonObject): Record<string, Json> {
  const entries = Object.entries(shared).filter(
    ([tag, member]) =>
      memberValue(tags[tag]) === memberValue(member) && memberType(tags[tag]) === 'String',
  );
  return Object.fromEntries(entries);
}

function reformatted(members: JsonObject, format: TagFormat): JsonObject {
  if (format === 'full') return members;
  const entries = Object.entries(members).map(([tag, member]) => [
    format === 'simplify' ? String(fieldOf(member, 'Name')) : tag,
    memberValue(member),
  ]);
  return Object.fromEntries(entries);
}

function memberType(member: Json | undefined): Json | undefined {
  return fieldOf(member, 'Type');
}

function memberValue(member: Json | undefined): Json | undefined {
  return fieldOf(member, 'Value');
}

function fieldOf(member: Json | undefined, name: string): Json | undefined {
  return member !== null && typeof member === 'object' && name in member
    ? (member as JsonObject)[name]
    : undefined;
}
