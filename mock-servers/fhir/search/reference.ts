// References as the index keeps them: a local one by type and id, any other by its URL.
import type { SearchDefinitions } from './definitions.ts';
import { objectOf } from './values.ts';

/** Type number (0 for a URL), then id or URL. */
export type ReferenceRow = [number, string];

const local = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** A relative reference, or an absolute one below `baseUrl`; undefined for every other. */
export function parseLocal(
  reference: string,
  baseUrl: string,
): { readonly type: string; readonly id: string } | undefined {
  const relative = reference.startsWith(`${baseUrl}/`)
    ? reference.slice(baseUrl.length + 1)
    : reference;
  const [, type, id] = local.exec(relative) ?? [];
  return type === undefined || id === undefined ? undefined : { type, id };
}

export function referencesOf(
  value: unknown,
  type: string,
  definitions: SearchDefinitions,
  baseUrl: string,
): ReferenceRow[] {
  const target = targetOf(value, type);
  if (target === undefined || target.startsWith('#')) return [];
  const parsed = parseLocal(target, baseUrl);
  const number = parsed === undefined ? 0 : definitions.typeNumber(parsed.type);
  if (parsed !== undefined && number > 0) return [[number, parsed.id]];
  const bar = target.indexOf('|');
  // A canonical with a version is found with and without it.
  return bar < 0
    ? [[0, target]]
    : [
        [0, target],
        [0, target.slice(0, bar)],
      ];
}

function targetOf(value: unknown, type: string): string | undefined {
  if (typeof value === 'string') return value;
  const { reference, url, resourceType, id } = objectOf(value);
  const target =
    type === 'Attachment' ? url : type === 'Resource' ? `${resourceType}/${id}` : reference;
  return typeof target === 'string' ? target : undefined;
}
