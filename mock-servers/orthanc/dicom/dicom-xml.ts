// The Native DICOM Model (PS3.19 A.1) as Orthanc makes it from its DICOM JSON.

import { isPrivate } from '#core/dicom/dictionary.ts';
import { nameOfTag } from '../archive/main-tags.ts';
import type { Json, JsonObject } from '../rest/json.ts';
import { significant } from './decimals.ts';

const FLOAT_DIGITS = 9;
const MODEL = 'http://dicom.nema.org/PS3.19/models/NativeDICOM';
const nameParts = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];

export function dicomXml(json: JsonObject): string {
  const root = `<NativeDicomModel xmlns="${MODEL}" xsi:schemaLocation="${MODEL}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${root}\n${attributes(json, '  ')}</NativeDicomModel>\n`;
}

function attributes(json: JsonObject, indent: string): string {
  return Object.keys(json)
    .sort()
    .map((tag) => attribute(tag, json[tag], indent))
    .join('');
}

function attribute(tag: string, member: Json | undefined, indent: string): string {
  if (!isObject(member)) return '';
  const name = isCreator(tag) ? 'PrivateCreator' : nameOfTag(tag);
  const keyword = name.startsWith('Unknown') ? '' : ` keyword=${quoted(name)}`;
  const head = `<DicomAttribute tag="${tag}" vr="${String(member['vr'])}"${keyword}`;
  const body = content(member, `${indent}  `);
  return body === ''
    ? `${indent}${head} />\n`
    : `${indent}${head}>\n${body}${indent}</DicomAttribute>\n`;
}

function isCreator(tag: string): boolean {
  return isPrivate(tag) && tag.slice(4, 6) === '00' && tag.slice(6) >= '10';
}

function content(member: JsonObject, indent: string): string {
  if (typeof member['BulkDataURI'] === 'string') {
    return `${indent}<BulkData uri=${quoted(member['BulkDataURI'])} />\n`;
  }
  if (typeof member['InlineBinary'] === 'string') {
    return `${indent}<InlineBinary>${member['InlineBinary']}</InlineBinary>\n`;
  }
  const values = member['Value'];
  if (!isList(values)) return '';
  return values.map((each, index) => value(String(member['vr']), each, index + 1, indent)).join('');
}

function value(vr: string, each: Json, number: number, indent: string): string {
  if (vr === 'PN' && isObject(each)) return personName(each, number, indent);
  // Orthanc follows each item of a sequence with an empty value.
  if (isObject(each)) {
    const item = `${indent}<Item number="${number}">\n${attributes(each, `${indent}  `)}${indent}</Item>\n`;
    return `${item}${indent}<Value number="${number}" />\n`;
  }
  if (each === null) return `${indent}<Value number="${number}" />\n`;
  return `${indent}<Value number="${number}">${escaped(valueText(each))}</Value>\n`;
}

// A number passes through a C++ float.
function valueText(each: Json): string {
  const isFraction = typeof each === 'number' && !Number.isInteger(each);
  return isFraction ? significant(Math.fround(each), FLOAT_DIGITS) : String(each);
}

function personName(name: JsonObject, number: number, indent: string): string {
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'].flatMap((group) => {
    const text = name[group];
    if (typeof text !== 'string') return [];
    const parts = text
      .split('^')
      .slice(0, nameParts.length)
      .map(
        (part, index) =>
          `${indent}    <${nameParts[index]}>${escaped(part)}</${nameParts[index]}>\n`,
      );
    return `${indent}  <${group}>\n${parts.join('')}${indent}  </${group}>\n`;
  });
  return `${indent}<PersonName number="${number}">\n${groups.join('')}${indent}</PersonName>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '&quot;')}"`;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
