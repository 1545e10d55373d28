// The Native DICOM Model (PS3.19 A.1) as Orthanc makes it from its DICOM JSON.

import { nameOfTag } from '../archive/main-tags.ts';
import type { Json, JsonObject } from '../rest/json.ts';

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
  const name = nameOfTag(tag);
  const keyword = name.startsWith('Unknown') ? '' : ` keyword="${escaped(name)}"`;
  const head = `<DicomAttribute tag="${tag}" vr="${String(member['vr'])}"${keyword}`;
  const body = content(member, `${indent}  `);
  return body === ''
    ? `${indent}${head} />\n`
    : `${indent}${head}>\n${body}${indent}</DicomAttribute>\n`;
}

function content(member: JsonObject, indent: string): string {
  if (typeof member['BulkDataURI'] === 'string') {
    return `${indent}<BulkData uri="${escaped(member['BulkDataURI'])}" />\n`;
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
  return `${indent}<Value number="${number}">${escaped(String(each))}</Value>\n`;
}

function personName(name: JsonObject, number: number, indent: string): string {
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'].flatMap((group) => {
    const text = name[group];
    if (typeof text !== 'string') return [];
    const parts = text
      .split('^')
      .flatMap((part, index) =>
        part === ''
          ? []
          : `${indent}    <${nameParts[index]}>${escaped(part)}</${nameParts[index]}>\n`,
      );
    return `${indent}  <${group}>\n${parts.join('')}${indent}  </${group}>\n`;
  });
  return `${indent}<PersonName number="${number}">\n${groups.join('')}${indent}</PersonName>\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
