// The FHIR R4 mock server: what HAPI is in the team's guides. One store, one world of handlers.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { searchParametersText } from '#core/fhir/generated/search-parameters.ts';
import type { MockApp, SuiteContext } from '../kernel/mock-app.ts';
import { hospitalLines } from '../seed/generated/hospital.ts';
import { fastRead } from './fast-read.ts';
import { answer } from './http.ts';
import { refuseInvalid } from './outcome.ts';
import { compileDefinitions, type SearchDefinitions } from './search/definitions.ts';
import { compileFilter } from './search/filter.ts';
import { conditionTester } from './search/search.ts';
import { SearchSessions } from './search/sessions.ts';
import { seedLines } from './store/seed.ts';
import { ResourceStore } from './store/store.ts';
import type { World } from './world.ts';

export interface FhirMockOptions {
  /** Asks for bearer tokens. */
  readonly auth?: boolean;
  /** Folder of the database; in memory without it. */
  readonly dataDir?: string;
  readonly seed?: string;
}

/** Base path of HAPI's own distribution. */
const BASE_PATH = '/fhir';

export function createFhirMock(context: SuiteContext, options: FhirMockOptions = {}): MockApp {
  let definitions: SearchDefinitions | undefined;
  const baseUrl = () => `${context.baseUrl('fhir')}${BASE_PATH}`;
  const definitionsOnce = () => {
    definitions ??= compileDefinitions(searchParametersText);
    return definitions;
  };
  const store = new ResourceStore(databaseFile(options.dataDir), {
    definitions: definitionsOnce,
    baseUrl,
  });
  const test = conditionTester(store);
  const world: World = {
    store,
    clock: context.clock,
    sessions: new SearchSessions(),
    newUuid: () => context.newUuid(),
    baseUrl,
    definitions: definitionsOnce,
    searchContext: () => ({
      definitions: definitionsOnce(),
      baseUrl: baseUrl(),
      now: context.clock.now(),
      compile: compileFilter,
      test,
    }),
    validate: async (resource) => {
      const { validateResource } = await import('#core/fhir/validate/validate.ts');
      const issues = await validateResource(resource);
      if (issues.some(({ severity }) => severity === 'error')) throw refuseInvalid(issues);
    },
  };
  return {
    name: 'fhir',
    handler: handlerOf(world),
    reset: async (to) => {
      store.clear();
      world.sessions.clear();
      if (to === 'seed') seedLines(store, hospitalLines, definitionsOnce());
    },
    stats: () => ({ resources: store.count() }),
    snapshot: async () => store.export(),
    restore: async (state) => {
      world.sessions.clear();
      store.import(state as ReturnType<ResourceStore['export']>);
    },
    close: async () => store.close(),
  };
}

function databaseFile(dataDir: string | undefined): string {
  if (dataDir === undefined) return ':memory:';
  mkdirSync(dataDir, { recursive: true });
  return path.join(dataDir, 'fhir.sqlite');
}

function handlerOf(world: World): RequestHandler {
  const read = fastRead(world, BASE_PATH);
  return (request, response, next) => {
    const { url } = request;
    if (!url.startsWith(BASE_PATH) || !/^(?:[/?]|$)/.test(url.slice(BASE_PATH.length)))
      return next();
    if (read(request, response)) return;
    request.url = url.slice(BASE_PATH.length) || '/';
    void answer(world, request, response);
  };
}
