// The OpenEMR mock: sign-in (oauth, admin) and patient data (records, rest, fhir) behind one address.

import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { isRecord } from '#core/guards.ts';
import { journalIdOf } from '../kernel/journal.ts';
import type { MockApp, SuiteContext } from '../kernel/mock-app.ts';
import type { AdminDeps } from './admin/admin-deps.ts';
import { answerAdmin } from './admin/admin-router.ts';
import { setBearer } from './api-access.ts';
import { acceptBearer, isPublic } from './bearer-check.ts';
import type { ApiDeps, OpenemrData } from './contracts.ts';
import { type Answer, emptyAnswer, jsonAnswer, type OAuthRequest } from './oauth/answer.ts';
import { smartConfiguration } from './oauth/discovery.ts';
import { apiCors, oauthCors, readRequest, splitSite, writeAnswer } from './oauth/http-adapter.ts';
import { answerOAuth, knownSite } from './oauth/oauth-router.ts';
import { copyState, newOAuthState, type OAuthState } from './oauth/state.ts';
import { type Profile, parseProfile } from './profiles.ts';
import { createOpenemrData } from './records/openemr-data.ts';
import { ApiRefusal, renderRefusal } from './refusals.ts';
import { addClients, guideClient, shownClients } from './seeded-clients.ts';
import { guideDefaults, type Settings, strictDefaults } from './settings.ts';

export interface OpenemrMockOptions {
  /** `7.0.3` (default) or `7.0.4`. */
  readonly profile?: string;
  /**
   * OpenEMR as it is: nothing of the guides works, and the password grant is off as OpenEMR has it.
   * Without it the globals are those of the team's guides: APIs, system scopes and password grant on.
   */
  readonly strict?: boolean;
  /** Over the defaults above. */
  readonly settings?: Partial<Settings>;
  readonly dataDir?: string;
  /** The patient half; a test may bring its own. */
  readonly createData?: (deps: ApiDeps, dataDir: string | undefined) => OpenemrData;
}

/** @throws WorkbenchError `SETTINGS_INVALID` for an unknown profile */
export function createOpenemrMock(
  context: SuiteContext,
  options: OpenemrMockOptions = {},
): MockApp {
  const profile = parseProfile(options.profile);
  const isStrict = options.strict ?? false;
  const initial = { ...(isStrict ? strictDefaults : guideDefaults), ...options.settings };
  let settings: Settings = initial;
  const state = newOAuthState();
  const apiDeps: ApiDeps = {
    context,
    profile,
    settings: () => settings,
    baseUrl: () => settings.site_addr_oath || context.baseUrl('openemr'),
    note: (response, explanation) => {
      const id = journalIdOf(response.req);
      if (id !== undefined) context.note(id, explanation);
    },
  };
  const data = (options.createData ?? createOpenemrData)(apiDeps, options.dataDir);
  const deps: AdminDeps = {
    ...apiDeps,
    accounts: data.accounts,
    state,
    hasGuideMode: !isStrict,
    changeSettings: (change) => {
      settings = { ...settings, ...change };
    },
  };

  return {
    name: 'openemr',
    handler: createHandler(deps, apiDeps, data),
    async reset(to) {
      settings = initial;
      copyState(newOAuthState(), state);
      await data.reset(to);
      if (to === 'empty') return;
      const client = guideClient(context);
      state.clients.set(client.id, client);
    },
    stats: () => ({
      clients: state.clients.size,
      tokens: state.accessTokens.size,
      ...data.stats(),
    }),
    clients: () => shownClients(state),
    async snapshot() {
      const copy = newOAuthState();
      copyState(state, copy);
      return { settings, state: copy, data: await data.snapshot() } satisfies Snapshot;
    },
    async restore(saved) {
      const snapshot = saved as Snapshot;
      settings = snapshot.settings;
      copyState(snapshot.state, state);
      await data.restore(snapshot.data);
    },
    seed: (rows) => seedRows(rows, state, context, data),
    close: () => data.close(),
  };
}

/** `clients` are ours, everything else is the record's. */
async function seedRows(
  rows: unknown,
  state: OAuthState,
  context: SuiteContext,
  data: OpenemrData,
): Promise<Readonly<Record<string, number>>> {
  if (!isRecord(rows) || rows['clients'] === undefined) return data.seed(rows);
  const { clients, ...records } = rows;
  const added = { clients: addClients(clients, state, context) };
  return Object.keys(records).length === 0 ? added : { ...(await data.seed(records)), ...added };
}

interface Snapshot {
  readonly settings: Settings;
  readonly state: OAuthState;
  readonly data: unknown;
}

function createHandler(deps: AdminDeps, apiDeps: ApiDeps, data: OpenemrData): RequestHandler {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');

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
  app.use(renderApiError(deps.profile));
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
function renderApiError(profile: Profile): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
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
