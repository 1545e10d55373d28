// One row of a route table, and how OpenEMR finds the row of a request: it tries the patterns in
// their order and reads resource and operation off the pattern (src/Common/Http/HttpRestParsedRoute.php).
import type { JournalNote } from '#core/control/wire.ts';
import type { Interaction } from '../api-access.ts';
import type { Bearer } from '../contracts.ts';
import type { Profile } from '../profiles.ts';
import type { Records } from '../records/records.ts';
import type { Settings } from '../settings.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A request as a handler sees it: no HTTP objects. */
export interface ApiRequest {
  readonly method: string;
  /** With the API's name, such as `/api/patient/1/message`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** In the order sent; a repeated name stands twice. */
  readonly query: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  header(name: string): string | undefined;
  /** Absent only on a route that asks for no token. */
  readonly bearer?: Bearer;
  note(explanation: JournalNote): void;
}

export interface ApiAnswer {
  readonly status: number;
  /** Written as PHP's json_encode would; absent: zero bytes. */
  readonly body?: unknown;
  /** Instead of `body`: bytes as they are. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What every handler may use. */
export interface ApiWorld {
  readonly records: Records;
  readonly profile: Profile;
  readonly settings: () => Settings;
  /** `{base}/apis/default`, for links. */
  readonly apisUrl: () => string;
}

export type Handler = (request: ApiRequest, world: ApiWorld) => ApiAnswer;

export interface ApiRoute {
  readonly method: Method;
  /** With the API's name, as OpenEMR writes it: `/api/patient/:puuid`. */
  readonly path: string;
  /** phpGACL permission a staff user needs; absent when the route asks for none. */
  readonly acl?: string;
  /** The permission is asked of patients too, who never have it. */
  readonly aclOfPatients?: boolean;
  /** Whose own uuid stands in the path needs no permission. */
  readonly isOpenToSelf?: boolean;
  /** Exists from 7.0.4. */
  readonly isNew?: boolean;
  /** Needs no token at all. */
  readonly isOpen?: boolean;
  /** Needs a token but no scope. */
  readonly needsNoScope?: boolean;
  readonly handle: Handler;
}

export interface FoundRoute {
  readonly route: ApiRoute;
  readonly params: Readonly<Record<string, string>>;
  /** As in the scope: `patient`, `Observation`; absent for root operations. */
  readonly resource: string | undefined;
  /** Such as `$export`. */
  readonly operation: string | undefined;
  readonly interaction: Interaction;
}

interface CompiledRoute extends Omit<FoundRoute, 'params'> {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** @returns finds the first route that fits, in the order of the table */
export function routeFinder(
  routes: readonly ApiRoute[],
  profile: Profile,
): (method: string, path: string) => FoundRoute | undefined {
  const compiled = routes
    .filter((route) => !route.isNew || profile.hasServiceRequest)
    .map(compileRoute);
  return (method, path) => {
    for (const row of compiled) {
      const match = row.route.method === method ? row.pattern.exec(path) : null;
      if (!match) continue;
      const params = Object.fromEntries(row.names.map((name, i) => [name, match[i + 1] ?? '']));
      return { ...row, params };
    }
    return undefined;
  };
}

function compileRoute(route: ApiRoute): CompiledRoute {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const escaped = route.path.replace(/[$.]/g, '\\$&');
  // OpenEMR: an id is letters, digits, `-`, `_`, `$` and `:`; anything else is an unknown route.
  const pattern = new RegExp(`^${escaped.replace(/:\w+/g, '([a-zA-Z0-9\\-_$:]+)')}$`);
  const parts = route.path.split('/').slice(1);
  const operation = parts.at(-1)?.startsWith('$') ? parts.pop() : undefined;
  const hasId = parts.at(-1)?.startsWith(':') === true;
  if (hasId) parts.pop();
  const resource = parts[0] === 'fhir' ? parts[1] : parts.slice(1).at(-1);
  return { route, names, pattern, resource, operation, interaction: interactionOf(route, hasId) };
}

function interactionOf(route: ApiRoute, hasId: boolean): Interaction {
  const byMethod = { POST: 'c', PUT: 'u', DELETE: 'd' } as const;
  return route.method === 'GET' ? (hasId ? 'r' : 's') : byMethod[route.method];
}
