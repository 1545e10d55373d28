// References within a transaction, rewritten to the ids that its entries get.
import type { JsonObject } from '../wire.ts';

const conditional = /^[A-Z][A-Za-z]+\?./;

/** Elements of type uri, url, canonical, oid and uuid; those of a choice end in their type. */
const linkNames = new Set(
  `address answerValueSet authority authorizationUrl base baseDefinition capabilities code
  compartment contentReference definition derivedFrom detail endpoint fullUrl graph identifier
  implementationGuide implicitRules import imports inputProfile instantiates issuer jurisdiction
  library link location measure message onlineInformation outputProfile parent partOf policy
  profile project property protocol questionnaire reference relativePath rendering replaces
  resource source supplements supportedProfile system target targetProfile transform type uri url
  valueSet workflow`.split(/\s+/),
);

/** Whether R4 3.1.0.11.2 has links of a transaction replaced in elements of this name. */
export function isLinkName(name: string): boolean {
  return linkNames.has(name) || /(?:Uri|Url|Uuid|Oid|Canonical)$/.test(name);
}

/** New names of what references in a Bundle call a resource. */
export class Renaming {
  readonly #names = new Map<string, string>();
  /** A look-up costs the hash of a text; most texts are not even as long as any name. */
  readonly #lengths = new Set<number>();

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  set(before: string, after: string): void {
    this.#names.set(before, after);
    this.#lengths.add(before.length);
  }

  get(text: string): string | undefined {
    return this.#lengths.has(text.length) ? this.#names.get(text) : undefined;
  }
}

type Resolve = (conditionalReference: string) => string;

/**
 * Gives each link that is exactly a name of `renaming` its new one, links of a narrative too
 * (R4 3.1.0.11.2). In place: a copy of what changes costs more than the look at all of it, and the
 * resource was parsed for this request alone.
 */
export function rewriteReferences(
  resource: JsonObject,
  renaming: Renaming,
  resolve: Resolve,
): void {
  rewriteMembers(resource, renaming, resolve);
}

function rewriteMembers(
  object: Record<string, unknown>,
  renaming: Renaming,
  resolve: Resolve,
): void {
  for (const name in object) {
    const value = object[name];
    if (typeof value === 'string') {
      const after = rewriteText(value, name, renaming, resolve);
      if (after !== value) object[name] = after;
    } else if (Array.isArray(value)) rewriteItems(value, name, renaming, resolve);
    else if (isObject(value)) rewriteMembers(value, renaming, resolve);
  }
}

function rewriteItems(list: unknown[], name: string, renaming: Renaming, resolve: Resolve): void {
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index];
    if (typeof value === 'string') list[index] = rewriteText(value, name, renaming, resolve);
    else if (isObject(value)) rewriteMembers(value, renaming, resolve);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function rewriteText(value: string, key: string, renaming: Renaming, resolve: Resolve): string {
  const known = renaming.get(value);
  // A relative name counts in a reference only: "Patient/1" may be anything elsewhere.
  if (known !== undefined && (key === 'reference' || (value.includes(':') && isLinkName(key))))
    return known;
  if (key === 'reference' && conditional.test(value)) return resolve(value);
  if (key === 'div' && !renaming.isEmpty && /(?:href|src)=/.test(value)) {
    return value.replace(/((?:href|src)=["'])([^"']*)/g, (whole, start: string, url: string) => {
      const target = renaming.get(url);
      return target === undefined ? whole : start + target;
    });
  }
  return value;
}
