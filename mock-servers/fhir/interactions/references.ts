// References within a transaction, rewritten to the ids that its entries get.
import type { JsonObject } from '../wire.ts';

const conditional = /^[A-Z][A-Za-z]+\?./;

/**
 * A copy in which every text that is exactly one of `renamed` has its new name, links of a
 * narrative too (R4 3.1.0.11.2). What does not change is shared with the original.
 */
export function resolveReferences(
  resource: JsonObject,
  renamed: ReadonlyMap<string, string>,
  resolve: (conditionalReference: string) => string,
): JsonObject {
  return rewrite(resource, '', renamed, resolve) as JsonObject;
}

function rewrite(
  value: unknown,
  key: string,
  renamed: ReadonlyMap<string, string>,
  resolve: (reference: string) => string,
): unknown {
  if (typeof value === 'string') return rewriteText(value, key, renamed, resolve);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) return rewriteList(value, key, renamed, resolve);
  let changed: Record<string, unknown> | undefined;
  for (const name in value as JsonObject) {
    const before = (value as JsonObject)[name];
    const after = rewrite(before, name, renamed, resolve);
    if (after === before) continue;
    changed ??= { ...value };
    changed[name] = after;
  }
  return changed ?? value;
}

function rewriteList(
  list: readonly unknown[],
  key: string,
  renamed: ReadonlyMap<string, string>,
  resolve: (reference: string) => string,
): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const after = rewrite(list[index], key, renamed, resolve);
    if (after === list[index]) continue;
    changed ??= [...list];
    changed[index] = after;
  }
  return changed ?? list;
}

function rewriteText(
  value: string,
  key: string,
  renamed: ReadonlyMap<string, string>,
  resolve: (reference: string) => string,
): string {
  const known = renamed.get(value);
  // A relative name counts in a reference only: "Patient/1" may be anything elsewhere.
  if (known !== undefined && (key === 'reference' || value.includes(':'))) return known;
  if (key === 'reference' && conditional.test(value)) return resolve(value);
  if (key === 'div' && renamed.size > 0 && /(?:href|src)=/.test(value)) {
    return value.replace(/((?:href|src)=["'])([^"']*)/g, (whole, start: string, url: string) => {
      const target = renamed.get(url);
      return target === undefined ? whole : start + target;
    });
  }
  return value;
}
