// Which handler answers which request. One table for HTTP and for the entries of a Bundle.
import { processBundle } from './interactions/bundle.ts';
import { capabilities } from './interactions/capabilities.ts';
import { everything } from './interactions/everything.ts';
import { cancelExport, exportFile, exportStatus, startExport } from './interactions/export.ts';
import { history } from './interactions/history.ts';
import { read, remove, update, vread } from './interactions/instance.ts';
import { changeMeta, meta, validate } from './interactions/operations.ts';
import { patch } from './interactions/patch.ts';
import { searchCompartment, searchSystem, searchType } from './interactions/search-type.ts';
import { conditionalDelete, conditionalUpdate, create } from './interactions/type-level.ts';
import { refuse } from './outcome.ts';
import type { FhirRequest, FhirResponse } from './wire.ts';
import type { World } from './world.ts';

/**
 * What a token must allow. `open` asks for none; with `token` any will do, because each part of the
 * answer or each entry is asked for by itself.
 */
export type Access = 'open' | 'token' | 'read' | 'search' | 'create' | 'update' | 'delete';

export interface Route {
  readonly method: string;
  /** `:id` and `:version` stand for any part, other names with `:` for a type; the rest are words. */
  readonly pattern: readonly string[];
  readonly access: Access;
  /** The body is a resource of the type in the path, to be validated before the handler runs. */
  readonly validates: boolean;
  /** The body is Parameters, to be validated before the handler runs. */
  readonly takesParameters: boolean;
  /** Answers later, so it cannot be part of a transaction. */
  readonly waits: boolean;
  run(world: World, request: FhirRequest): FhirResponse | Promise<FhirResponse>;
}

const routes: readonly Route[] = [
  route('GET', 'metadata', 'open', capabilities),
  route('POST', '', 'token', processBundle, 'waits'),
  route('GET', '', 'token', searchSystem),
  route('POST', '_search', 'token', searchSystem),
  route('GET', '_history', 'search', history),
  route('GET', '$export', 'token', startExport),
  route('GET', 'Patient/$export', 'token', startExport),
  route('GET', 'Group/:id/$export', 'token', startExport),
  route('GET', '$export-poll-status', 'token', exportStatus),
  route('DELETE', '$export-poll-status', 'token', cancelExport),
  route('GET', '$export-file', 'token', exportFile),
  route('GET', ':type', 'search', searchType),
  route('POST', ':type/_search', 'search', searchType),
  route('POST', ':type', 'create', create, 'validates'),
  route('PUT', ':type', 'update', conditionalUpdate, 'validates'),
  route('PATCH', ':type', 'update', patch),
  route('DELETE', ':type', 'delete', conditionalDelete),
  route('GET', ':type/_history', 'search', history),
  route('POST', ':type/$validate', 'read', validate, 'waits'),
  route('GET', ':type/:id/$validate', 'read', validate, 'waits'),
  route('POST', ':type/:id/$validate', 'read', validate, 'waits'),
  route('GET', ':type/:id', 'read', read),
  route('PUT', ':type/:id', 'update', update, 'validates'),
  route('PATCH', ':type/:id', 'update', patch),
  route('DELETE', ':type/:id', 'delete', remove),
  route('GET', ':type/:id/_history', 'read', history),
  route('GET', ':type/:id/_history/:version', 'read', vread),
  route('GET', ':type/:id/$meta', 'read', meta),
  route('POST', ':type/:id/$meta', 'read', meta),
  route('POST', ':type/:id/$meta-add', 'update', changeMeta, 'takesParameters'),
  route('POST', ':type/:id/$meta-delete', 'update', changeMeta, 'takesParameters'),
  route('GET', 'Patient/:id/$everything', 'search', everything),
  route('POST', 'Patient/:id/$everything', 'search', everything),
  route('GET', ':compartment/:id/:type', 'search', searchCompartment),
  route('POST', ':compartment/:id/:type/_search', 'search', searchCompartment),
];

function route(
  method: string,
  path: string,
  access: Access,
  run: Route['run'],
  trait?: 'validates' | 'takesParameters' | 'waits',
): Route {
  return {
    method,
    pattern: path === '' ? [] : path.split('/'),
    access,
    validates: trait === 'validates',
    takesParameters: trait === 'takesParameters',
    waits: trait === 'waits',
    run,
  };
}

/** @throws FhirError 404 for an unknown path, 405 for a method it does not know */
export function findRoute(method: string, segments: readonly string[]): Route {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = routes.find((route) => route.method === wanted && matches(route.pattern, segments));
  if (found !== undefined) return found;
  if (!routes.some(({ pattern }) => matches(pattern, segments))) {
    throw refuse(
      404,
      `HAPI-0302: This server does not know the path "/${segments.join('/')}"`,
      'not-found',
    );
  }
  throw refuse(405, `HAPI-0301: Method ${method} is not supported for this path`, 'not-supported');
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => {
      const segment = segments[index] ?? '';
      if (part === ':id' || part === ':version') return segment !== '' && !/^[_$]/.test(segment);
      // Types start with a capital, so words such as metadata and $everything are none.
      return part.startsWith(':') ? /^[A-Z]/.test(segment) : part === segment;
    })
  );
}
