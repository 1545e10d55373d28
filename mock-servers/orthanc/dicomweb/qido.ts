// QIDO-RS: search for studies, series and instances.
import { attributeByName, attributeOf, parseTag } from '#core/dicom/dictionary.ts';
import type { Level, Resource } from '../archive/model.ts';
import { textElementJson } from '../dicom/dicom-json.ts';
import type { Answer } from '../rest/answer.ts';
import type { Call } from '../rest/call.ts';
import { OrthancError } from '../rest/errors.ts';
import { search } from '../rest/find.ts';
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
    const { filters, fields } = argumentsOf(call);
    const limit = countArgument(call, 'limit', orthanc);
    const offset = countArgument(call, 'offset', orthanc);
    const found = filters ? await find(level, filters, orthanc) : [];
    const page = found.slice(offset, limit > 0 ? offset + limit : undefined);
    const usual = levelTags[level]
      .split(' ')
      .filter((tag) => tag !== AVAILABILITY || !orthanc.version.isOldDicomWeb);
    const tags = [...new Set([...usual, ...fields])].sort();
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
  for (const tag of tags) {
    const value = await tagValue(resource, tag, orthanc);
    if (value === undefined) continue;
    // Plugin 1.7 writes Latin 1: other characters are lost.
    const shown = version.isOldDicomWeb ? value.replace(/[^\0-\xff]/g, '').trimEnd() : value;
    result[tag] = indexedJson(tag, shown, version);
  }
  return result;
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
  readonly filters: readonly (readonly [string, string])[] | undefined;
  readonly fields: readonly string[];
}

function argumentsOf(call: Call): Arguments {
  const { study, series } = call.params;
  const filters: [string, string][] = [];
  if (study !== undefined) filters.push(['0020000D', study]);
  if (series !== undefined) filters.push(['0020000E', series]);
  for (const [name, value] of call.query) {
    const tag = controls.has(name.toLowerCase()) ? undefined : tagNamed(name);
    // Unknown names are ignored.
    if (tag !== undefined) filters.push([tag, value]);
  }
  const target = call.request.url ?? '';
  const fields = [...target.matchAll(/[?&]includefield=([^&]*)/gi)]
    .flatMap(([, names = '']) => decodeURIComponent(names).split(','))
    .flatMap((name) => tagNamed(name) ?? []);
  // Plugin 1.7 and 1.20 find nothing by characters beyond ASCII, however they are encoded.
  const isFindable = filters.every(([, value]) => /^[\0-\x7f]*$/.test(value));
  return { filters: isFindable ? filters : undefined, fields };
}

function tagNamed(name: string): string | undefined {
  return attributeByName(name)?.tag ?? parseTag(name);
}

function find(
  level: SearchLevel,
  query: Arguments['filters'],
  orthanc: Orthanc,
): Promise<Resource[]> {
  return search(
    {
      level,
      query: query ?? [],
      isCaseSensitive: false,
      expands: false,
      format: 'short',
      since: 0,
      limit: 0,
      requested: [],
      parts: undefined,
      orderBy: [],
      isWanted: () => true,
    },
    orthanc,
  );
}

function countArgument(call: Call, name: string, { version }: Orthanc): number {
  const text = call.query.get(name);
  if (text === undefined) return 0;
  const count = Number(text);
  // Plugin 1.7 fails on a negative number, 1.20 takes it for no limit.
  if (!Number.isInteger(count) || (count < 0 && !version.zeroLimitIsAll))
    throw new OrthancError('plugin');
  return Math.max(0, count);
}
