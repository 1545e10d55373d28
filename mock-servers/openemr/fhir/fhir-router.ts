// OpenEMR's FHIR R4 at `/apis/{site}/fhir`.
import type { RequestHandler } from 'express';
import type { ApiRequest } from '../rest/api-route.ts';
import { apiRouter, type RouterDeps } from '../rest/api-router.ts';
import { fhirRoutes } from './routes.ts';

export function fhirRouter(deps: RouterDeps): RequestHandler {
  const roles = ['users', 'patient', 'system'] as const;
  return apiRouter({ prefix: 'fhir', routes: fhirRoutes, roles, normalize: searchByPost }, deps);
}

/** POST {type}/_search is the GET search; the form joins the query. */
function searchByPost(request: ApiRequest): ApiRequest {
  const path = /^(\/fhir\/[A-Z][A-Za-z]*)\/_search$/.exec(request.path)?.[1];
  if (request.method !== 'POST' || path === undefined) return request;
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  return {
    ...request,
    method: 'GET',
    path,
    query: [...request.query, ...form],
    body: new Uint8Array(),
  };
}
