// Scope strings as sets, and the SMART grammar as far as both of OpenEMR's dialects use it.
import { isOneOf } from '../guards.ts';

/** Blank-separated, in order, each once. */
export function parseScopes(scope: string): readonly string[] {
  return [...new Set(scope.split(/\s+/).filter((word) => word !== ''))];
}

export interface ScopeDifference {
  readonly granted: readonly string[];
  /** Asked for, but not granted. */
  readonly missing: readonly string[];
  /** Asked for; the server never lists this kind, so nothing can be said. */
  readonly unlisted: readonly string[];
  /** Granted without being asked for. */
  readonly added: readonly string[];
}

/** Compares what was asked with what was granted, knowing what OpenEMR leaves out of its answer. */
export function scopeDifference(
  requested: readonly string[],
  granted: readonly string[],
): ScopeDifference {
  const given = new Set(granted);
  const absent = requested.filter((scope) => !given.has(scope));
  // OpenEMR 7.0.3: `scope` of the token response omits every scope with a colon; 7.0.4: those with `api:`.
  const omitsColons = !granted.some((scope) => scope.includes(':'));
  const isNeverListed = (scope: string) =>
    scope.startsWith('api:') || (omitsColons && scope.includes(':'));
  return {
    granted,
    missing: absent.filter((scope) => !isNeverListed(scope)),
    unlisted: absent.filter(isNeverListed),
    added: granted.filter((scope) => !requested.includes(scope)),
  };
}

const isContext = isOneOf('patient', 'user', 'system');

export interface ResourceScope {
  readonly context: 'patient' | 'user' | 'system';
  readonly resource: string;
  /** SMART v1: `read`, `write`, `*`; v2: letters of `cruds`; or an operation such as `$export`. */
  readonly access: string;
  readonly syntax: 'v1' | 'v2' | 'operation';
}

/** @returns `undefined` for a scope that grants no access to a resource, such as `openid` */
export function parseResourceScope(scope: string): ResourceScope | undefined {
  const parts = /^(patient|user|system)\/([A-Za-z_*]+)\.([^?]+)(?:\?.*)?$/.exec(scope);
  const [, context, resource, access] = parts ?? [];
  if (!isContext(context) || resource === undefined || access === undefined) return undefined;
  return {
    context,
    resource,
    access,
    syntax: syntaxOf(access),
  };
}

function syntaxOf(access: string): ResourceScope['syntax'] {
  if (access.startsWith('$')) return 'operation';
  return /^c?r?u?d?s?$/.test(access) ? 'v2' : 'v1';
}
