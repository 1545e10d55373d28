// The border to the outside: the only JSON.parse, and small guards from which each area builds its own.

export type Guard<T> = (value: unknown) => value is T;

/** @throws SyntaxError whose message may quote the input: never show or log it */
export function parseJson(text: string): unknown {
  return JSON.parse(text);
}

export const isString: Guard<string> = (value) => typeof value === 'string';
export const isNumber: Guard<number> = (value) => typeof value === 'number';
export const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArrayOf<T>(item: Guard<T>): Guard<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(item);
}

export const isStringArray: Guard<string[]> = isArrayOf(isString);

/** Absent or as the guard says; `null` is not absent. */
export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

export function isOneOf<const T extends string>(...words: readonly T[]): Guard<T> {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value): value is T => known.has(value);
}

/** A record whose named fields satisfy their guards; other fields may be anything. */
export function hasShape<S extends Record<string, unknown>>(
  fields: {
    readonly [K in keyof S]: Guard<S[K]>;
  },
): Guard<S> {
  const checks = Object.entries<Guard<unknown>>(fields);
  return (value): value is S => isRecord(value) && checks.every(([key, is]) => is(value[key]));
}
