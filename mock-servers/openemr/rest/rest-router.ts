// OpenEMR's standard API at `/apis/{site}/api` and the patient portal's at `/apis/{site}/portal`.
import type { RequestHandler } from 'express';
import { apiRouter, type RouterDeps } from './api-router.ts';
import { portalRoutes } from './portal-routes.ts';
import { restRoutes } from './routes.ts';

/** Staff only: a patient's token is refused here, and so is the system user's. */
export function restRouter(deps: RouterDeps): RequestHandler {
  return apiRouter({ prefix: 'api', routes: restRoutes, roles: ['users'] }, deps);
}

export function portalRouter(deps: RouterDeps): RequestHandler {
  return apiRouter({ prefix: 'portal', routes: portalRoutes, roles: ['patient'] }, deps);
}
