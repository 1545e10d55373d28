// The two families in which the standard API answers (src/RestControllers/RestControllerHelper.php).
import { isRecord, parseJson } from '#core/guards.ts';
import type { ApiAnswer, ApiRequest, ApiWorld } from './api-route.ts';

/** Family (a), one record: `data` is an object, or `[]` when there is none. */
export function single(data: unknown, status = 200): ApiAnswer {
  return envelope(status, { data: data ?? [] });
}

/** Family (a), a list with its links. */
export function many(
  rows: readonly unknown[],
  request: ApiRequest,
  world: ApiWorld,
  page: { readonly limit?: number; readonly offset?: number; readonly hasMore?: boolean } = {},
  status = 200,
): ApiAnswer {
  return envelope(status, { data: rows, links: links(request, world, page) });
}

/** Family (a), refused. `validationErrors` is an object when filled and `[]` when not. */
export function invalid(failures: unknown): ApiAnswer {
  return envelope(400, { validationErrors: failures });
}

/** PatientService.php:596: the space before "value" is real. */
export function unknownUuid(uuid: string, key = 'uuid'): ApiAnswer {
  return invalid({ [key]: { 'invalid or nonexisting value': ` value ${uuid}` } });
}

/** Family (b): bare JSON; what PHP counts as nothing is a 404. */
export function bare(result: unknown, world: ApiWorld, status = 200): ApiAnswer {
  const isNothing =
    result === undefined ||
    result === null ||
    result === false ||
    (Array.isArray(result) && result.length === 0);
  if (!isNothing) return { status, body: result };
  return world.profile.emptyResultBody === 'null' ? { status: 404, body: null } : { status: 404 };
}

/** Family (b), refused: the messages alone. */
export function bareInvalid(failures: unknown): ApiAnswer {
  return { status: 400, body: failures };
}

/** The JSON object of a body; anything else counts as `{}` (OpenEMR: `(array) json_decode(...)`). */
export function bodyOf(request: ApiRequest): Record<string, unknown> {
  try {
    const sent = parseJson(Buffer.from(request.body).toString('utf8'));
    return isRecord(sent) ? sent : {};
  } catch {
    // OpenEMR does not tell a client that its JSON is broken: validation speaks of missing keys.
    return {};
  }
}

/** Query parameters as PHP's $_GET: the last of a repeated name wins. */
export function queryOf(request: ApiRequest): Record<string, string> {
  return Object.fromEntries(request.query);
}

function envelope(status: number, parts: Readonly<Record<string, unknown>>): ApiAnswer {
  return {
    status,
    body: { validationErrors: [], internalErrors: [], data: [], links: [], ...parts },
  };
}

// The links say `_count`, although the parameter is called `_limit` and the API ignores `_count`.
function links(
  request: ApiRequest,
  world: ApiWorld,
  {
    limit = 0,
    offset = 0,
    hasMore = false,
  }: { limit?: number; offset?: number; hasMore?: boolean },
): Record<string, string> {
  const others = request.query.filter(([name]) => name !== '_limit' && name !== '_offset');
  const parameters = new URLSearchParams(
    others.map(([name, value]) => [name, value] as [string, string]),
  );
  const search = `${world.apisUrl()}${request.path}?${parameters}`;
  const at = (start: number) => `${search}&_offset=${start}&_count=${limit}`;
  return {
    first: at(0),
    ...(offset > 0 ? { previous: at(Math.max(0, offset - limit)) } : {}),
    ...(hasMore ? { next: at(offset + limit) } : {}),
  };
}
