// `/__admin/` on every server, for the whole suite. JSON only, no CORS; a page of a foreign site can
// neither read nor change anything (Host against DNS rebinding, Origin against forged posts).
import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { controlPath, type SuiteHealth } from '#core/control/wire.ts';
import type { MockClock } from './clock.ts';
import {
  assertScenario,
  parseClockChange,
  parseJournalFilter,
  parseName,
  parseResetTarget,
  parseSeconds,
  RequestError,
} from './control-input.ts';
import { explain } from './explain.ts';
import type { Journal } from './journal.ts';
import { readJsonBody } from './json-body.ts';
import type { Lease } from './lease.ts';
import type { MockApp } from './mock-app.ts';
import { type Scenarios, scenarioPacks } from './scenarios.ts';
import type { Snapshots } from './snapshot.ts';

export interface ControlDeps {
  health(): SuiteHealth;
  /** Made, seeded and open. */
  mocks(): Promise<readonly MockApp[]>;
  reset(to: 'seed' | 'empty'): Promise<void>;
  /** Closes the suite; returns at once. */
  stop(): void;
  /** PEM, with `--https`. */
  certificate(): string | undefined;
  readonly clock: MockClock;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly scenarios: Scenarios;
  readonly snapshots: Snapshots;
}

export function createControl(deps: ControlDeps): RequestListener {
  const { clock, journal, lease, scenarios, snapshots } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requireOwnOrigin, readJsonBody);

  const routes = express.Router();
  routes.get(
    '/health',
    answer(() => deps.health()),
  );
  routes.get('/ready', (_request, response) => {
    const { status } = deps.health();
    response.status(status === 'ready' ? 200 : 503).json({ ready: status === 'ready', status });
  });
  routes.post(
    '/reset',
    answer(async ({ body }) => {
      const to = parseResetTarget(body);
      await deps.reset(to);
      return { reset: to };
    }),
  );
  routes.post(
    '/seed',
    answer(({ body }) => seed(deps, body)),
  );

  routes.post('/stop', (_request, response) => {
    // Not before the answer is out: the sockets close with the servers.
    response.once('close', () => deps.stop());
    response.status(202).set('connection', 'close').json({ stopping: true });
  });

  routes.get(
    '/journal',
    answer(({ query }) => ({ entries: journal.list(parseJournalFilter(query)) })),
  );
  routes.get(
    '/journal/:id',
    answer(({ params }) => found(journal.find(String(params['id'])))),
  );
  routes.delete(
    '/journal',
    answer(() => journal.clear()),
  );
  routes.get('/explain/:id', (request, response) => {
    const entry = found(journal.find(String(request.params['id'])));
    const language = request.query['lang'] ?? request.headers['accept-language'];
    response.json({ notes: explain(entry, String(language ?? 'en')) });
  });

  routes.get(
    '/clock',
    answer(() => clock.state()),
  );
  routes.post(
    '/clock',
    answer(({ body }) => {
      parseClockChange(body)(clock);
      return clock.state();
    }),
  );

  routes.get(
    '/scenarios',
    answer(() => ({
      active: scenarios.list(),
      packs: Object.keys(scenarioPacks),
    })),
  );
  routes.post(
    '/scenarios',
    answer(({ body }) => {
      scenarios.add(assertScenario(body));
      return { active: scenarios.list() };
    }),
  );
  routes.delete(
    '/scenarios',
    answer(() => scenarios.clear()),
  );
  routes.delete(
    '/scenarios/:name',
    answer(({ params }) => {
      found(scenarios.remove(String(params['name'])) || undefined);
    }),
  );

  routes.get(
    '/snapshots',
    answer(() => ({ snapshots: snapshots.list() })),
  );
  routes.post(
    '/snapshots',
    answer(async ({ body }) => {
      const name = parseName(body);
      return { name, servers: await snapshots.save(name) };
    }),
  );
  routes.post(
    '/snapshots/:name/load',
    answer(async ({ params }) => {
      found((await snapshots.load(String(params['name']))) || undefined);
    }),
  );
  routes.delete(
    '/snapshots/:name',
    answer(async ({ params }) => {
      found((await snapshots.remove(String(params['name']))) || undefined);
    }),
  );

  routes.get('/certificate', (request, response) => {
    const pem = found(deps.certificate());
    const wantsJson = request.query['format'] !== 'pem' && asksForJson(request.headers.accept);
    if (wantsJson) response.json({ pem });
    else response.type('application/x-pem-file').send(pem);
  });
  routes.get(
    '/clients',
    answer(async () => ({
      clients: (await deps.mocks()).flatMap((mock) => mock.clients?.() ?? []),
    })),
  );
  routes.get(
    '/lease',
    answer(() => lease.state() ?? { seconds: null }),
  );
  routes.post(
    '/lease',
    answer(({ body }) => lease.renew(parseSeconds(body))),
  );
  routes.delete(
    '/lease',
    answer(() => lease.end()),
  );

  routes.get(
    '/',
    answer(() => ({ product: deps.health().product, paths: pathsOf(routes) })),
  );
  app.use(controlPath, routes, unknownPath);
  app.use(renderError);
  return app as RequestListener;
}

/** Asked for by name; whoever takes anything, such as curl, gets the file itself. */
function asksForJson(accept = ''): boolean {
  return /application\/json/i.test(accept);
}

type Answer = (request: {
  readonly body: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
}) => unknown;

function answer(give: Answer): RequestHandler {
  return async (request, response) => {
    const value = await give({ body: request.body, query: request.query, params: request.params });
    response.json(value ?? { ok: true });
  };
}

async function seed(deps: ControlDeps, body: unknown): Promise<Record<string, unknown>> {
  const data = typeof body === 'object' && body !== null ? body : {};
  const counts: Record<string, unknown> = {};
  for (const mock of await deps.mocks()) {
    const part = (data as Record<string, unknown>)[mock.name];
    if (part === undefined) continue;
    if (!mock.seed) throw new RequestError(422, `The ${mock.name} mock takes no seed data.`);
    counts[mock.name] = await mock.seed(part);
  }
  if (Object.keys(counts).length === 0) {
    throw new RequestError(
      400,
      'Send an object with the data under "openemr", "fhir" or "orthanc".',
    );
  }
  return counts;
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new RequestError(404, 'There is nothing of that name.');
  return value;
}

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** A rebound DNS name arrives with the attacker's Host; a forged form post with a foreign Origin. */
const requireOwnOrigin: RequestHandler = (request, _response, next) => {
  const { host, origin } = request.headers;
  if (!host || !loopbackHost.test(host)) {
    throw new RequestError(403, 'The control plane answers on a loopback address only.');
  }
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    throw new RequestError(403, 'The control plane does not answer other origins.');
  }
  next();
};

const unknownPath: RequestHandler = () => {
  throw new RequestError(404, `Unknown path; GET ${controlPath}/ lists what there is.`);
};

const renderError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const status = statusOf(error);
  const message =
    status < 500 && error instanceof Error
      ? error.message
      : 'The control plane failed; see stderr.';
  if (status >= 500) process.stderr.write(`mock control: ${String(error)}\n`);
  response.status(status).json({ error: message });
};

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : error instanceof TypeError ? 400 : 500;
}

function pathsOf(routes: express.Router): string[] {
  return routes.stack.flatMap(({ route }) =>
    route
      ? route.stack.map(({ method }) => `${method.toUpperCase()} ${controlPath}${route.path}`)
      : [],
  );
}
