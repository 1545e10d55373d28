// JSON text exactly as Orthanc writes it (jsoncpp StreamWriterBuilder): sorted keys, ` : `, nested values on
// a new line, pure ASCII. Resources are indented by 3 blanks, errors by a tab.
import { significant } from '../dicom/decimals.ts';

export type Json = null | boolean | number | string | Real | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A number that is a double in Orthanc, so that 1 is written as `1.0`. */
export class Real {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Fits resources; no final newline. */
export function styledJson(value: Json): string {
  return written(value, '', '   ');
}

/** Fits error bodies and the dicom-web plugin's own answers: tabs and a final newline. */
export function tabbedJson(value: Json): string {
  return `${written(value, '', '\t')}\n`;
}

function written(value: Json, indent: string, step: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numeral(value);
  if (value instanceof Real) return real(value.value);
  if (isList(value)) return list(value, indent, step);
  return object(value, indent, step);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

function list(values: readonly Json[], indent: string, step: string): string {
  if (values.length === 0) return '[]';
  const inner = indent + step;
  const lines = values.map((value) => inner + written(value, inner, step));
  return `[\n${lines.join(',\n')}\n${indent}]`;
}

function object(value: JsonObject, indent: string, step: string): string {
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  if (keys.length === 0) return '{}';
  const inner = indent + step;
  const lines = keys.map(
    (key) => `${inner}${quoted(key)} : ${member(value[key] ?? null, inner, step)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function member(value: Json, indent: string, step: string): string {
  const text = written(value, indent, step);
  const opens = text.endsWith(']') || text.endsWith('}');
  // jsoncpp puts a filled list or object under its key, an empty one beside it.
  return opens && typeof value === 'object' && text.length > 2 ? `\n${indent}${text}` : text;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u0080-\uffff]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function numeral(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : real(value);
}

// jsoncpp writes doubles with 17 significant digits ("%.17g").
function real(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return `${value.toFixed(0)}.0`;
  return significant(value);
}

/**
 * JSON as jsoncpp reads it: comments and commas before a closing bracket are passed over, and so is whatever
 * follows the value.
 *
 * @throws SyntaxError for what is no JSON in this sense either
 */
export function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return JSON.parse(strictText(text));
  }
}

function strictText(text: string): string {
  const strict: string[] = [];
  let depth = 0;
  for (const part of tokens(text)) {
    const step = '{['.includes(part) ? 1 : '}]'.includes(part) ? -1 : 0;
    if (step < 0) dropLastComma(strict);
    strict.push(part);
    depth += step;
    if (step < 0 && depth <= 0) break;
  }
  return strict.join('');
}

/** All but the comments. */
function* tokens(text: string): Generator<string> {
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = endOfToken(text, at);
    const token = text.slice(at, end);
    if (!/^\/[*/]/.test(token)) yield token;
  }
}

/** A string, a comment, a bracket, or all up to the next of these: each character is looked at once. */
function endOfToken(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start + 1);
  if (text.startsWith('/*', start)) return endOfComment(text, start + 2);
  if (text.startsWith('//', start)) return endAt(/\n/g, text, start);
  return Math.max(start + 1, endAt(/["/{}[\]]/g, text, start));
}

function endAt(mark: RegExp, text: string, start: number): number {
  mark.lastIndex = start;
  return mark.exec(text)?.index ?? text.length;
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf('*/', start);
  if (end < 0) throw new SyntaxError('A comment does not end');
  return end + 2;
}

function endOfString(text: string, start: number): number {
  const special = /["\\]/g;
  special.lastIndex = start;
  for (let found = special.exec(text); found; found = special.exec(text)) {
    if (found[0] === '"') return special.lastIndex;
    special.lastIndex += 1;
  }
  throw new SyntaxError('A string does not end');
}

function dropLastComma(parts: string[]): void {
  const last = parts.findLastIndex((part) => part.trim() !== '');
  const part = parts[last]?.trimEnd() ?? '';
  if (part.endsWith(',')) parts[last] = part.slice(0, -1);
}
