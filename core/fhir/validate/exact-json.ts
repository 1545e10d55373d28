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

/** A number token that `String(Number(token))` may not give back: trailing zeros, exponents, many digits. */
const suspect =
  /[[:,]\s*(-?(?:0\.0{6}\d*|(?=[\d.]{16})\d+(?:\.\d+)?|\d+\.\d*0|\d+(?:\.\d+)?[eE][-+]?\d+)|-0)(?=\s*[,\]}])/g;

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

/** The way with a reviver is ten times slower, so it is taken only when a number needs it. */
function hasInexact(text: string): boolean {
  for (const [, token = ''] of text.matchAll(suspect)) {
    if (String(Number(token)) !== token) return true;
  }
  return false;
}

/** The same value with plain numbers, for code that calculates. */
export function withPlainNumbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
