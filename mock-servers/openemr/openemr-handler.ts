// Which half answers a path, and what stands before and behind the routers of patient data.
import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import type { AdminDeps } from './admin/admin-deps.ts';
import { answerAdmin } from './admin/admin-router.ts';
import { setBearer } from './api-access.ts';
import { acceptBearer, isPublic } from './bearer-check.ts';
import type { ApiDeps, OpenemrData } from './contracts.ts';
import { detectAddress } from './detected-address.ts';
import { type Answer, emptyAnswer, jsonAnswer, type OAuthRequest } from './oauth/answer.ts';
import { smartConfiguration } from './oauth/discovery.ts';
import { apiCors, oauthCors, readRequest, splitSite, writeAnswer } from './oauth/http-adapter.ts';
import { answerOAuth, knownSite } from './oauth/oauth-router.ts';
import type { Profile } from './profiles.ts';
import { ApiRefusal, noteKey, renderRefusal } from './refusals.ts';

export function createHandler(
  deps: AdminDeps,
  apiDeps: ApiDeps,
  data: OpenemrData,
): RequestHandler {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.use(detectAddress);

  const apis = express.Router({ mergeParams: true, caseSensitive: true });
  apis.use(apiGate(deps));
  apis.get('/fhir/.well-known/smart-configuration', (_request, response) => {
    writeAnswer(response, smartConfiguration(knownSite, deps));
  });
  apis.use('/api', data.routers.api);
  apis.use('/portal', data.routers.portal);
  apis.use('/fhir', data.routers.fhir);
  apis.use(() => {
    throw new ApiRefusal('unknownRoute');
  });

  app.use('/oauth2', oauthHandler(deps, apiDeps));
  app.use('/apis/:site', apis);
  app.use(adminHandler(deps, apiDeps));
  app.use(renderApiError(deps.profile, apiDeps.note));
  return app;
}

function oauthHandler(deps: AdminDeps, { note }: ApiDeps): RequestHandler {
  return async (request, response) => {
    response.set(oauthCors(deps.profile, request.headers.origin));
    const explain = explainer(response, note);
    const read = await readRequest(request, splitSite(request.url), explain);
    writeAnswer(response, await answerOAuth(read, deps));
  };
}

/** OpenEMR's own pages; the mock has no others. */
function adminHandler(deps: AdminDeps, { note }: ApiDeps): RequestHandler {
  return async (request, response) => {
    const [path = '/'] = request.url.split('?', 1);
    const read = await readRequest(request, { site: knownSite, path }, explainer(response, note));
    writeAnswer(response, answerAdmin(read, deps) ?? emptyAnswer(404));
  };
}

function explainer(response: Response, note: ApiDeps['note']): OAuthRequest['note'] {
  return (key, args) => note(response, { key, ...(args && { args }) });
}

/** Everything before a route of `/apis/{site}`. */
function apiGate(deps: AdminDeps): RequestHandler {
  return (request, response, next) => {
    response.set(apiCors(request.headers.origin));
    if (request.method === 'OPTIONS') return writeAnswer(response, emptyAnswer(200));
    if (request.params['site'] !== knownSite) throw new ApiRefusal('wrongSite');
    if (!isPublic(request.url, deps)) {
      setBearer(response, acceptBearer(request.headers.authorization, request.url, deps));
    }
    next();
  };
}

/** Express knows an error handler by its four parameters. */
function renderApiError(profile: Profile, note: ApiDeps['note']): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    // The body is often empty: why it is so stands beside the wire.
    if (error instanceof ApiRefusal)
      note(response, { key: noteKey(error.kind), args: { refusal: error.kind } });
    writeAnswer(response, apiErrorAnswer(error, profile));
  };
}

function apiErrorAnswer(error: unknown, profile: Profile): Answer {
  // A URL that cannot be decoded: Apache answers before PHP.
  if (error instanceof URIError) return emptyAnswer(400);
  if (!(error instanceof ApiRefusal)) reportBug(error);
  const refusal = error instanceof ApiRefusal ? error : new ApiRefusal('systemError');
  const { status, body } = renderRefusal(refusal, profile);
  return body ? jsonAnswer(body, { status }) : emptyAnswer(status);
}

function reportBug(error: unknown): void {
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`mock OpenEMR: ${stack ?? 'thrown value is not an Error'}\n`);
}
