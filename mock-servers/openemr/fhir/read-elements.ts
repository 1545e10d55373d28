// Reads names, contacts, addresses and identifiers of a resource as a client sent it, nothing assumed.
import { isRecord } from '#core/guards.ts';

type Element = Readonly<Record<string, unknown>>;

/** The objects of a list; anything else is left out. */
export function objects(value: unknown): Element[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(word) : [];
}

/** OpenEMR reads only the name with use `official`: without one, everything about it is empty. */
export function officialName(resource: Element): {
  family: string;
  given: string[];
  prefix: string;
} {
  const name = objects(resource['name']).find((one) => one['use'] === 'official') ?? {};
  return {
    family: word(name['family']),
    given: words(name['given']),
    prefix: words(name['prefix'])[0] ?? '',
  };
}

/** First value of a telecom with this system and, when given, this use. */
export function telecomOf(resource: Element, system: string, use?: string): string | undefined {
  const found = objects(resource['telecom']).find(
    (one) => one['system'] === system && (use === undefined || one['use'] === use),
  );
  return found ? word(found['value']) : undefined;
}

/** The address without an end, else the first. */
export function activeAddress(resource: Element): Element | undefined {
  const addresses = objects(resource['address']);
  const isActive = (one: Element) => !isRecord(one['period']) || !one['period']['end'];
  return addresses.find(isActive) ?? addresses[0];
}

/** Value of the identifier whose type has this code. */
export function identifierOf(resource: Element, code: string): string | undefined {
  const found = objects(resource['identifier']).find((one) => {
    const type = isRecord(one['type']) ? one['type'] : {};
    return objects(type['coding']).some((coding) => coding['code'] === code);
  });
  return found ? word(found['value']) : undefined;
}

/** Leaves out what the client did not mention, so that an update keeps it. */
export function mentioned(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
