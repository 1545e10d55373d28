// Which handler answers which request. One table for HTTP and for the entries of a Bundle.
import { capabilities } from './interactions/capabilities.ts';
import { read, remove, update, vread } from './interactions/instance.ts';
import { searchPage, searchType } from './interactions/search-type.ts';
import { create } from './interactions/type-level.ts';
import { refuse } from './outcome.ts';
import type { FhirRequest, FhirResponse } from './wire.ts';
import type { World } from './world.ts';

export interface Route {
  readonly method: string;
  /** `:` stands for any part; others are words. */
  readonly pattern: readonly string[];
  /** The body is a resource to be validated before the handler runs. */
  readonly validates?: boolean;
  run(world: World, request: FhirRequest): FhirResponse | Promise<FhirResponse>;
}

const routes: readonly Route[] = [
  route('GET', 'metadata', capabilities),
  route('GET', '', searchPage),
  route('GET', ':type', searchType),
  route('POST', ':type/_search', searchType),
  route('POST', ':type', create, true),
  route('GET', ':type/:id', read),
  route('PUT', ':type/:id', update, true),
  route('DELETE', ':type/:id', remove),
  route('GET', ':type/:id/_history/:version', vread),
];

function route(method: string, path: string, run: Route['run'], validates = false): Route {
  return { method, pattern: path === '' ? [] : path.split('/'), validates, run };
}

/** @throws FhirError 404 for an unknown path, 405 for a method it does not know */
export function findRoute(method: string, segments: readonly string[]): Route {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const matching = routes.filter(({ pattern }) => matches(pattern, segments));
  const found = matching.find((candidate) => candidate.method === wanted);
  if (found !== undefined) return found;
  if (matching.length === 0) {
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
      // Words such as _history and $everything are never types or ids.
      return part.startsWith(':') ? !/^[_$]/.test(segment) && segment !== '' : part === segment;
    })
  );
}
