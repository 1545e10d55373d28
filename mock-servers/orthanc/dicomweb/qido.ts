// QIDO-RS: search for studies, series and instances.
import { attributeByName, attributeOf, parseTag } from '#core/dicom/dictionary.ts';
import { levelOfTag } from '../archive/main-tags.ts';
import { descendants, type Level, type Resource } from '../archive/model.ts';
import { dicomJson, textElementJson } from '../dicom/dicom-json.ts';
import type { Answer } from '../rest/answer.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { search } from '../rest/find.ts';
import { findsAll } from '../rest/find-request.ts';
import { jsonOptions } from '../rest/instance-file.ts';
import { type Json, type JsonObject, tabbedJson } from '../rest/json.ts';
import type { Handler, Orthanc } from '../rest/orthanc.ts';
import { tagValue } from '../rest/resource-json.ts';
import type { Version } from '../versions.ts';
import { accepted } from './accept.ts';
import { baseUrl, dicomWebPath, multipartAnswer } from './context.ts';
import { jsonList, xmlPart } from './wado.ts';

type SearchLevel = Exclude<Level, 'Patient'>;

const patientTags = '00100010 00100020 00100030 00100040';
const commonTags = `00080020 00080030 00080050 00080090 ${patientTags} 0020000D 00200010`;
const levelTags: Readonly<Record<SearchLevel, string>> = {
  Study: `${commonTags} 00080061 00201206 00201208`,
  Series: `${commonTags} 00080060 0008103E 0020000E 00200011 00201209`,
  Instance: `${commonTags} 00080016 00080018 00080056 00080060 0008103E 0020000E 00200011 00200013 00280008 00280010 00280011 00280100`,
};
const AVAILABILITY = '00080056';
const controls = new Set(['limit', 'offset', 'includefield', 'fuzzymatching']);

export function searchFor(level: SearchLevel): Handler {
  return async (call, orthanc) => {
    const { filters, fields, hidden } = argumentsOf(call);
    checkFuzzyMatching(call);
    const limit = Math.max(0, countArgument(call, 'limit', orthanc));
    const offset = countArgument(call, 'offset', orthanc);
    const found = filters && offset >= 0 ? await find(level, filters, orthanc) : [];
    const page = found.slice(offset, limit > 0 ? offset + limit : undefined);
    const usual = levelTags[level]
      .split(' ')
      .filter((tag) => tag !== AVAILABILITY || !orthanc.version.isOldDicomWeb);
    const shown = usual.filter((tag) => level === 'Study' || !hidden.has(tag));
    const tags = [...new Set([...shown, ...fields])].sort();
    return answer(page, tags, call, orthanc);
  };
}

async function answer(
  resources: readonly Resource[],
  tags: readonly string[],
  call: Call,
  orthanc: Orthanc,
): Promise<Answer> {
  // The plugin takes the bare XML type, but not its multipart form, which is the standard's.
  if (accepted(call)?.type === 'application/dicom+xml') {
    const parts = resources.map(
      (resource) => async () => xmlPart(await resultOf(resource, tags, call, orthanc)),
    );
    return multipartAnswer('application/dicom+xml', parts, orthanc);
  }
  const members: string[] = [];
  for (const resource of resources)
    members.push(tabbedJson(await resultOf(resource, tags, call, orthanc)));
  return jsonList(members);
}

async function resultOf(
  resource: Resource,
  tags: readonly string[],
  call: Call,
  orthanc: Orthanc,
): Promise<JsonObject> {
  const { version } = orthanc;
  const result: Record<string, Json> = {
    '00080005': { vr: 'CS', Value: [version.qidoCharset] },
    '00081190': { vr: 'UR', Value: [`${baseUrl(call, orthanc)}${dicomWebPath(resource)}`] },
  };
  const sequences = tags.filter((tag) => attributeOf(tag)?.vr === 'SQ');
  Object.assign(result, await sequencesOf(resource, sequences, orthanc));
  for (const tag of tags) {
    if (sequences.includes(tag)) continue;
    const value = await tagValue(resource, tag, orthanc);
    if (value === undefined) continue;
    // Plugin 1.7 writes Latin 1: other characters are lost.
    const shown = version.isOldDicomWeb ? value.replace(/[^\0-\xff]/g, '').trimEnd() : value;
    result[tag] = indexedJson(tag, shown, version);
  }
  return result;
}

/** Sequences are in no index: they come from the file of the first instance. */
async function sequencesOf(
  resource: Resource,
  tags: readonly string[],
  orthanc: Orthanc,
): Promise<JsonObject> {
  const [instance] = tags.length > 0 ? descendants(resource, 'Instance') : [];
  if (!instance) return {};
  const { dataset } = await orthanc.dicom.parse(instance);
  const json = dicomJson(dataset, jsonOptions(orthanc));
  return Object.fromEntries(tags.flatMap((tag) => (json[tag] ? [[tag, json[tag]]] : [])));
}

function indexedJson(tag: string, value: string, version: Version): JsonObject {
  const declared = attributeOf(tag)?.vr ?? 'UN';
  const vr = declared === 'xs' ? 'US' : declared;
  if (/^(US|SS|UL|SL|FL|FD)$/.test(vr)) return { vr, Value: value.split('\\').map(Number) };
  return textElementJson(vr, value, {
    decimalsAsText: version.writesDecimalsAsText,
    keepsBlanks: version.isOldDicomWeb,
  });
}

interface Arguments {
  /** Undefined when no resource can match. */
  readonly filters: ReadonlyMap<string, string> | undefined;
  /** Tags asked for, those that are searched by among them. */
  readonly fields: readonly string[];
  /** Tags of the study or the series that is named as an argument, which the client knows then. */
  readonly hidden: ReadonlySet<string>;
}

const studyTags = commonTags.split(' ');
const seriesTags = '00080060 0008103E 00200011'.split(' ');

function argumentsOf(call: Call): Arguments {
  const { study, series } = call.params;
  const asked = new Map<string, string>();
  const fields: string[] = [];
  for (const [name, value] of rawArguments(call)) {
    if (name.toLowerCase() === 'includefield') fields.push(...decodeURIComponent(value).split(','));
    const tag = controls.has(name.toLowerCase()) ? undefined : tagNamed(name);
    // Unknown names are ignored. The plugin decodes the comma of a list and nothing else.
    if (tag !== undefined) asked.set(tag, value.replace(/,|%2c/gi, '\\'));
  }
  const filters = new Map(asked);
  if (study !== undefined) filters.set('0020000D', study);
  if (series !== undefined) filters.set('0020000E', series);
  // Plugin 1.7 and 1.20 find nothing by characters beyond ASCII, however they are encoded.
  const isFindable = [...filters.values()].every((value) => /^[\0-\x7f]*$/.test(value));
  return {
    filters: isFindable ? filters : undefined,
    fields: [...fields.flatMap((name) => tagNamed(name) ?? []), ...asked.keys()],
    hidden: new Set([
      ...(asked.has('0020000D') ? studyTags : []),
      ...(asked.has('0020000E') ? seriesTags : []),
    ]),
  };
}

function rawArguments(call: Call): readonly (readonly [string, string])[] {
  const target = call.request.url ?? '';
  const at = target.indexOf('?');
  const parts = at < 0 ? [] : target.slice(at + 1).split('&');
  return parts.map((part) => {
    const [name = '', ...rest] = part.split('=');
    return [decodeURIComponent(name), rest.join('=')] as const;
  });
}

function checkFuzzyMatching(call: Call): void {
  const text = call.query.get('fuzzymatching');
  if (text === undefined || text === 'true' || text === 'false') return;
  throw new OrthancError(
    'badRequest',
    `Not a proper value for fuzzy matching (true or false): ${text}`,
  );
}

function tagNamed(name: string): string | undefined {
  return attributeByName(name)?.tag ?? parseTag(name);
}

/** Of plugin 1.20 a study or series matches, too, when one of its children has the tag. */
async function find(
  level: SearchLevel,
  query: ReadonlyMap<string, string>,
  orthanc: Orthanc,
): Promise<Resource[]> {
  const owners = [...query.keys()].map((tag) => levelOfTag(orthanc.archive.mainTags, tag));
  const isBelow = (wanted: Level) => level !== wanted && owners.includes(wanted);
  if (orthanc.version.isOldDicomWeb || level === 'Instance') return found(level, query, orthanc);
  // Orthanc 1.12 makes a statement of two levels at a time, no more.
  if (level === 'Study' && isBelow('Instance')) throw new OrthancError('cannotPrepare');
  const child = level === 'Study' ? 'Series' : 'Instance';
  if (!isBelow(child)) return found(level, query, orthanc);
  const children = await found(child, query, orthanc);
  const parents = new Set(children.flatMap(({ parent }) => parent ?? []));
  return [...parents].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function found(
  level: Level,
  query: ReadonlyMap<string, string>,
  orthanc: Orthanc,
): Promise<Resource[]> {
  try {
    return await search({ ...findsAll, level, query: [...query] }, orthanc);
  } catch (error) {
    // The plugin tells of Orthanc's errors the code alone.
    if (!(error instanceof OrthancError) || error.orthancStatus !== OUT_OF_RANGE) throw error;
    throw new OrthancError('outOfRange', undefined, { cause: error });
  }
}

const OUT_OF_RANGE = 3;

function countArgument(call: Call, name: string, { version }: Orthanc): number {
  const text = call.query.get(name);
  if (text === undefined) return 0;
  if (!/^[+-]?\d+$/.test(text.trim())) throw new OrthancError('badFile');
  const count = Number(text);
  // Plugin 1.7 fails on a negative number; 1.20 takes it for no limit, and finds nothing at such an offset.
  if (count < 0 && !version.zeroLimitIsAll) throw new OrthancError('plugin');
  return count;
}
