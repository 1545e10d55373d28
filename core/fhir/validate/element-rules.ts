// Single questions about an element, for those who look for faults and for those who hope for none.
import type { ElementRule, Model } from './model.ts';
import type { JsonObject } from './walk.ts';

/** Whether an element is there, in one of its types or as extensions alone. */
export function isPresent(value: JsonObject, names: readonly ElementRule[]): boolean {
  for (const { json, besideJson } of names) {
    if (value[json] !== undefined || value[besideJson] !== undefined) return true;
  }
  return false;
}

/** ext-1: an extension has either a value or extensions. */
export function isSound(extension: JsonObject): boolean {
  return hasValue(extension) !== (extension['extension'] !== undefined);
}

function hasValue(extension: JsonObject): boolean {
  for (const key in extension) if (/^_?value[A-Z]/.test(key)) return true;
  return false;
}

/** The type that a reference leads to, if it is none of those allowed. */
export function strangeTarget(
  model: Model,
  targets: ReadonlySet<string>,
  { reference, type }: JsonObject,
): string | undefined {
  const fromReference =
    typeof reference === 'string' && reference.includes('/')
      ? /(?:^|\/)([A-Z]\w+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]+)?$/.exec(reference)?.[1]
      : undefined;
  const name = fromReference ?? (typeof type === 'string' ? type : undefined);
  if (name === undefined || !model.isResource(name) || targets.has(name)) return undefined;
  return name;
}
