// JSON that keeps decimals as they were written: FHIR says 1.0 and 1.00 differ in precision
// (http://hl7.org/fhir/R4/json.html#primitive). JSON.parse would give 1 for both.

declare global {
  // In V8 since 11.4, not yet in TypeScript's library (proposal-json-parse-with-source).
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** So many digits a double always keeps. */
const EXACT_DIGITS = 15;
const ZERO = 48;
const NINE = 57;
const SPACE = 32;

/**
 * Parses JSON; a number that would not print as it was written becomes a raw JSON object
 * (`JSON.isRawJSON`), which `JSON.stringify` prints unchanged.
 *
 * @throws SyntaxError on text that is not JSON
 */
export function parseExact(text: string): unknown {
  if (!hasInexact(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || context.source === undefined) return value;
    return String(value) === context.source ? value : JSON.rawJSON(context.source);
  });
}

/**
 * Whether a number in the text would not print as it is written. The way with a reviver is ten times
 * slower, so it is taken only then; a text within a string that looks so takes it in vain.
 */
function hasInexact(text: string): boolean {
  return (
    hasInexactFraction(text) ||
    hasInexactInteger(text) ||
    hasInexactExponent(text) ||
    hasMinusZero(text)
  );
}

/** Dots are few and quickly found. */
function hasInexactFraction(text: string): boolean {
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
    if (!isDigit(text, dot - 1) || !isDigit(text, dot + 1)) continue;
    const end = endOfDigits(text, dot + 1);
    const start = startOfDigits(text, dot - 1);
    // Few digits, neither 1.50 nor 0.0000001: every such number prints as it is written.
    const isPlain =
      text.charCodeAt(end - 1) !== ZERO &&
      text.charCodeAt(dot + 1) !== ZERO &&
      end - start <= EXACT_DIGITS;
    if (!isPlain && isInexact(text, start, end)) return true;
  }
  return false;
}

/** An integer with more digits than a double keeps lies across a place that is looked at. */
function hasInexactInteger(text: string): boolean {
  for (let at = EXACT_DIGITS; at < text.length; at += EXACT_DIGITS + 1) {
    if (!isDigit(text, at)) continue;
    const start = startOfDigits(text, at);
    const end = endOfDigits(text, at);
    if (end - start > EXACT_DIGITS && isInexact(text, start, end)) return true;
    at = end;
  }
  return false;
}

const exponent = /\d[eE][-+]?\d+(?=[\s,\]}])/g;

function hasInexactExponent(text: string): boolean {
  for (const { 0: found, index } of text.matchAll(exponent)) {
    // An exponent after a fraction is met here with the digits of the fraction.
    let start = startOfDigits(text, index);
    if (text[start - 1] === '.') start = startOfDigits(text, start - 1);
    if (isInexact(text, start, index + found.length)) return true;
  }
  return false;
}

function hasMinusZero(text: string): boolean {
  for (let at = text.indexOf('-0'); at >= 0; at = text.indexOf('-0', at + 2)) {
    if (!isDigit(text, at + 2) && isInexact(text, at + 1, at + 2)) return true;
  }
  return false;
}

/** Whether the digits between are all of a number, and it prints otherwise. */
function isInexact(text: string, start: number, end: number): boolean {
  const from = text[start - 1] === '-' ? start - 1 : start;
  const token = text.slice(from, end);
  if (String(Number(token)) === token) return false;
  let before = from - 1;
  while (isSpace(text, before)) before -= 1;
  let after = end;
  while (isSpace(text, after)) after += 1;
  return '[:,'.includes(text.charAt(before)) && ',]}'.includes(text.charAt(after));
}

function startOfDigits(text: string, at: number): number {
  let start = at;
  while (isDigit(text, start - 1)) start -= 1;
  return start;
}

/** @returns the place after the last one */
function endOfDigits(text: string, at: number): number {
  let end = at;
  while (isDigit(text, end)) end += 1;
  return end;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE;
}

/** White space of JSON; every control character else is an error anyway. */
function isSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) <= SPACE;
}

/** Whether an object is a number of `parseExact`. Asking V8 of every object would cost more than all else. */
export function isRawNumber(value: object): boolean {
  return (value as { rawJSON?: unknown }).rawJSON !== undefined && JSON.isRawJSON(value);
}

/** The same value with plain numbers, for code that calculates. */
export function withPlainNumbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
