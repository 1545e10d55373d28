// Turns a route table into a request handler: checks in OpenEMR's order, then the handler, then bytes.
import { type RequestHandler, type Response, Router, raw } from 'express';
import { bearerOf } from '../api-access.ts';
import type { ApiDeps, ApiRole } from '../contracts.ts';
import { phpJson } from '../php-json.ts';
import type { Records } from '../records/records.ts';
import { ApiRefusal } from '../refusals.ts';
import { checkAccess, noteOf } from './access.ts';
import {
  type ApiAnswer,
  type ApiRequest,
  type ApiRoute,
  type ApiWorld,
  type FoundRoute,
  routeFinder,
} from './api-route.ts';

interface ApiTable {
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
  // OpenEMR reads php://input: neither the type nor the encoding of a body is looked at.
  router.use((incoming, _response, next) => {
    delete incoming.headers['content-encoding'];
    next();
  });
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
    const allowed = explained(request, found, () => checkAccess(found, bearer, table, deps));
    const asked = { ...request, params: found.params, ...(allowed ? { bearer: allowed } : {}) };
    write(response, found.route.handle(asked, world));
  });
  return router;
}

// The wire says next to nothing about a refusal; the journal says what was missing.
function explained<T>(request: ApiRequest, found: FoundRoute, check: () => T): T {
  try {
    return check();
  } catch (error) {
    const note = error instanceof ApiRefusal ? noteOf(error, found, request.bearer) : undefined;
    if (note) request.note(note);
    throw error;
  }
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
