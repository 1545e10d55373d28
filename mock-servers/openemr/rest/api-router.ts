// Turns a route table into a request handler: checks in OpenEMR's order, then the handler, then bytes.
import { type RequestHandler, type Response, Router, raw } from 'express';
import { bearerOf, requireOperationScope, requireRole, requireScope } from '../api-access.ts';
import type { ApiDeps, ApiRole, Bearer } from '../contracts.ts';
import { phpJson } from '../php-json.ts';
import type { Profile } from '../profiles.ts';
import { isAllowed } from '../records/acl.ts';
import type { Records } from '../records/records.ts';
import { ApiRefusal } from '../refusals.ts';
import {
  type ApiAnswer,
  type ApiRequest,
  type ApiRoute,
  type ApiWorld,
  type FoundRoute,
  routeFinder,
} from './api-route.ts';

export interface ApiTable {
  /** First segment of every path: `api`, `portal`, `fhir`. */
  readonly prefix: string;
  readonly routes: readonly ApiRoute[];
  readonly roles: readonly ApiRole[];
  /** Rewrites a request before the search for its route. */
  readonly normalize?: (request: ApiRequest) => ApiRequest;
}

export interface RouterDeps extends ApiDeps {
  readonly records: Records;
}

export function apiRouter(table: ApiTable, deps: RouterDeps): RequestHandler {
  const find = routeFinder(table.routes, deps.profile);
  const world: ApiWorld = {
    records: deps.records,
    profile: deps.profile,
    settings: deps.settings,
    apisUrl: () => `${deps.baseUrl()}/apis/default`,
  };
  const router = Router();
  // OpenEMR reads php://input and never looks at the Content-Type.
  router.use(raw({ type: () => true, limit: '64mb' }));
  router.use((incoming, response) => {
    const [pathname = '', search = ''] = incoming.url.split(/\?(.*)/s);
    const bearer = response.locals['bearer'] === undefined ? undefined : bearerOf(response);
    const sent: ApiRequest = {
      method: incoming.method,
      path: `/${table.prefix}${decoded(pathname)}`,
      params: {},
      query: [...new URLSearchParams(search)],
      body: Buffer.isBuffer(incoming.body) ? incoming.body : new Uint8Array(),
      header: (name) => incoming.get(name),
      note: (explanation) => deps.note(response, explanation),
      ...(bearer ? { bearer } : {}),
    };
    const request = table.normalize ? table.normalize(sent) : sent;
    const found = find(request.method, request.path);
    if (!found) throw new ApiRefusal('unknownRoute');
    const allowed = checkAccess(found, bearer, table, deps);
    const asked = { ...request, params: found.params, ...(allowed ? { bearer: allowed } : {}) };
    write(response, found.route.handle(asked, world));
  });
  return router;
}

/**
 * @returns the token as it counts for this route; undefined when the route needs none
 * @throws ApiRefusal in the order role, scope, ACL
 */
export function checkAccess(
  found: FoundRoute,
  bearer: Bearer | undefined,
  table: Pick<ApiTable, 'roles'>,
  deps: Pick<RouterDeps, 'profile' | 'records'>,
): Bearer | undefined {
  const { route } = found;
  if (route.isOpen || (route.needsNoScope && deps.profile.versionIsPublic)) return bearer;
  if (!bearer) throw new ApiRefusal('missingHeader');
  requireRole(bearer, ...table.roles);
  const effective = route.needsNoScope ? bearer : withinScope(found, bearer, deps.profile);
  const isSelf = route.isOpenToSelf && found.params['uuid'] === bearer.userUuid;
  if (route.acl && !isSelf) checkAcl(route, effective, deps.records);
  return effective;
}

// A patient scope binds the call to its patient, also in the hands of a clinician who launched an app
// for that patient; OpenEMR then treats the call as the patient's own (HttpRestRequest).
function withinScope(found: FoundRoute, bearer: Bearer, profile: Profile): Bearer {
  const { resource, operation, interaction } = found;
  if (operation) requireOperationScope(bearer, `${resource ?? '*'}.${operation}`);
  if (operation || !resource) return bearer;
  const context = requireScope(bearer, resource, interaction, profile);
  if (context === 'patient') return { ...bearer, role: 'patient' };
  const { patientUuid: _unbound, ...rest } = bearer;
  return rest;
}

function checkAcl(route: ApiRoute, bearer: Bearer, records: Records): void {
  // OpenEMR puts oe-system into the group of administrators.
  if (bearer.role === 'system') return;
  const group =
    bearer.role === 'patient'
      ? ''
      : records.database.get('SELECT acl_group FROM users WHERE username = ?', bearer.username)?.[
          'acl_group'
        ];
  const isExempt = bearer.role === 'patient' && route.aclOfPatients !== true;
  if (!isExempt && !isAllowed(String(group ?? ''), route.acl ?? ''))
    throw new ApiRefusal('aclDenied');
}

// No ETag, no Last-Modified, and the content type without a charset, as PHP sends it.
function write(response: Response, answer: ApiAnswer): void {
  response.status(answer.status);
  const isEmpty = answer.body === undefined && answer.bytes === undefined;
  response.setHeader('Content-Type', isEmpty ? 'text/html; charset=UTF-8' : 'application/json');
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.bytes) response.end(answer.bytes);
  else response.end(answer.body === undefined ? '' : phpJson(answer.body));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not UTF-8: no pattern can match what stays encoded.
    return path;
  }
}
