// Arguments of URLs and JSON bodies as Orthanc reads them, with its error texts.
import { attributeByName, parseTag } from '#core/dicom/dictionary.ts';
import type { Level, Resource } from '../archive/model.ts';
import type { TagFormat } from '../dicom/tags.ts';
import { type Call, hasFlag } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Orthanc } from './orthanc.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An unsigned number of the URL; undefined when absent. @throws OrthancError when it is none */
export function numberArgument(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === undefined) return undefined;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    throw new OrthancError('badType', 'Syntax error in some user-supplied data');
  }
  return Number(text);
}

/** The `Resources` of a bulk operation. @throws OrthancError when the body has no list of strings there */
export function bulkResources(body: unknown): readonly string[] {
  if (!isFields(body)) throw new OrthancError('badRequest', 'The body must contain a JSON object');
  const list = body['Resources'];
  if (Array.isArray(list) && list.every((id) => typeof id === 'string')) return list;
  throw new OrthancError('badFile', 'List of strings expected in field: Resources');
}

/** A field of a JSON body. @throws OrthancError when it is there and no Boolean */
export function booleanField(fields: Fields, name: string, usual = false): boolean {
  return typedField(fields, name, 'boolean', 'Boolean') ?? usual;
}

/** @throws OrthancError when it is there and no string */
export function stringField(fields: Fields, name: string): string | undefined {
  return typedField(fields, name, 'string', 'String');
}

/** @throws OrthancError when it is there and no integer */
export function integerField(fields: Fields, name: string): number | undefined {
  const value = typedField<number>(fields, name, 'number', 'Integer');
  if (value === undefined || Number.isInteger(value)) return value;
  throw new OrthancError('badFile', `Integer value expected in field: ${name}`);
}

function typedField<Value>(
  fields: Fields,
  name: string,
  type: string,
  shown: string,
): Value | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === type) return value as Value;
  throw new OrthancError('badFile', `${shown} value expected in field: ${name}`);
}

/** `Short` or `Full`. @throws OrthancError for what is no Boolean */
export function formatField(fields: Fields): TagFormat {
  const isShort = booleanField(fields, 'Short');
  const isFull = booleanField(fields, 'Full');
  return isShort ? 'short' : isFull ? 'full' : 'simplify';
}

/** A switch as a body has it. @throws OrthancError `Boolean value expected` */
export function booleanText(text: string): boolean {
  const value = text.trim();
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new OrthancError('badFile', 'Boolean value expected');
}

/** `?short`, `?full`, `?simplify`; `usual` when the URL names none. */
export function formatArgument(call: Call, usual: TagFormat): TagFormat {
  if (call.query.has('simplify')) return 'simplify';
  if (call.query.has('short')) return 'short';
  if (call.query.has('full')) return 'full';
  return usual;
}

export function expandFlag(call: Call, { version }: Orthanc): boolean {
  return hasFlag(call, 'expand', version.readsFlagValues);
}

/** `?requested-tags=A;B` or `?requestedTags=A;B`. */
export function requestedTagsArgument(call: Call, { version }: Orthanc): readonly string[] {
  if (!version.hasRequestedTags) return [];
  const text = call.query.get('requested-tags') ?? call.query.get('requestedTags') ?? '';
  return text.split(';').filter(Boolean).map(requestedTag);
}

function requestedTag(name: string): string {
  const tag = attributeByName(name)?.tag ?? parseTag(name);
  if (tag !== undefined) return tag;
  throw new OrthancError(
    'badRequest',
    `Invalid requested-tags argument: Unknown DICOM tag ${name}`,
  );
}

/** Eight digits of a tag by name or number. @throws OrthancError `Unknown DICOM tag`, a 500 in Orthanc */
export function knownTag(text: string): string {
  const tag = attributeByName(text)?.tag ?? parseTag(text);
  if (tag === undefined) throw new OrthancError('unknownTag', text);
  return tag;
}

/** The resource of `{id}`; Orthanc answers an unknown one differently in different places. */
export function resourceOf(call: Call, level: Level, { archive }: Orthanc): Resource {
  const found = archive.resources.find(level, call.params['id'] ?? '');
  if (!found) throw new OrthancError('unknownResource');
  return found;
}
