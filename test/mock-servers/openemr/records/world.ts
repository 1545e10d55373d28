// A patient half of the OpenEMR mock for tests: seeded, with a clock that stands still, and calls that
// pass no socket and no sign-in.
import express, { type ErrorRequestHandler } from 'express';
import { createSeededRandom } from '#mock-servers/kernel/random.ts';
import { setBearer } from '#mock-servers/openemr/api-access.ts';
import type { ApiDeps, Bearer, OpenemrData } from '#mock-servers/openemr/contracts.ts';
import { fhirRoutes } from '#mock-servers/openemr/fhir/routes.ts';
import { type ProfileVersion, profiles } from '#mock-servers/openemr/profiles.ts';
import { createOpenemrData } from '#mock-servers/openemr/records/openemr-data.ts';
import { ApiRefusal, renderRefusal } from '#mock-servers/openemr/refusals.ts';
import { portalRoutes } from '#mock-servers/openemr/rest/portal-routes.ts';
import { restRoutes } from '#mock-servers/openemr/rest/routes.ts';
import { type BugName, guideDefaults, type Settings } from '#mock-servers/openemr/settings.ts';
import { type Listening, listen } from '#test/support/listen.ts';

export const now = Date.UTC(2026, 0, 14, 9, 13, 51);

interface WorldOptions {
  readonly version?: ProfileVersion;
  readonly bearer?: Partial<Bearer>;
  readonly withoutBug?: BugName;
  readonly settings?: Partial<Settings>;
  readonly to?: 'seed' | 'empty';
}

export interface World extends Listening {
  readonly data: OpenemrData;
  /** Keys of the explanations that went to the journal. */
  readonly notes: readonly string[];
  /** Requests as the given user; JSON bodies are encoded. */
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
}

interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly as?: Partial<Bearer>;
}

export interface Called {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers: Headers;
  /** Parsed; undefined for an empty body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

const resources = new Set<string>();

/** Every scope that a route asks for: tests of scopes name theirs. */
export function allScopes(role: 'user' | 'patient' | 'system' = 'user'): ReadonlySet<string> {
  return new Set([...resources].map((resource) => `${role}/${resource}`));
}

/** Opens a listening world; close it when done. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const profile = profiles[options.version ?? '7.0.3'];
  const bugs = { ...guideDefaults.bugs };
  if (options.withoutBug) bugs[options.withoutBug] = false;
  const settings: Settings = { ...guideDefaults, bugs, ...options.settings };
  const random = createSeededRandom('test', 'openemr');
  const notes: string[] = [];
  const deps: ApiDeps = {
    context: {
      clock: { now: () => now },
      randomBytes: random.randomBytes,
      newUuid: random.newUuid,
      baseUrl: () => 'https://openemr.example',
      note: () => undefined,
    },
    profile,
    settings: () => settings,
    baseUrl: () => 'https://openemr.example',
    note: (_response, { key }) => void notes.push(key),
  };
  const data = createOpenemrData(deps);
  await data.reset(options.to ?? 'seed');
  let user: Partial<Bearer> = {};
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    const admin = data.accounts.staffByLogin('admin', 'pass');
    setBearer(response, {
      clientId: 'test',
      role: 'users',
      userUuid: admin?.uuid ?? '',
      username: 'admin',
      scopes: allScopes('user'),
      ...options.bearer,
      ...user,
    });
    if (request.headers['x-anonymous']) response.locals['bearer'] = undefined;
    next();
  });
  for (const [path, router] of Object.entries(data.routers)) app.use(`/${path}`, router);
  const renderError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (!(error instanceof ApiRefusal)) return next(error);
    const { status, body } = renderRefusal(error, profile);
    response.status(status).end(body ? JSON.stringify(body) : '');
  };
  app.use(renderError);
  const listening = await listen(app);
  return {
    ...listening,
    data,
    notes,
    async call(method, path, { body, headers = {}, as = {} } = {}) {
      user = as;
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(`${listening.url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        text,
        headers: response.headers,
        json: parsed(text),
      };
    },
    async close() {
      await listening.close();
      await data.close();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

for (const { path } of [...restRoutes, ...portalRoutes, ...fhirRoutes]) {
  const parts = path.split('/').slice(2);
  const operation = parts.at(-1)?.startsWith('$') ? parts.pop() : undefined;
  const named = parts.filter((part) => !part.startsWith(':'));
  const resource = path.startsWith('/fhir') ? named[0] : named.at(-1);
  if (operation) resources.add(`${resource ?? '*'}.${operation}`);
  else for (const permission of ['read', 'write']) resources.add(`${resource}.${permission}`);
}
