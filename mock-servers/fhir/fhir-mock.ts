// The FHIR R4 mock server: what HAPI is in the team's guides. One store, one world of handlers.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import type { MockApp, SuiteContext } from '../kernel/mock-app.ts';
import { hospitalLines } from '../seed/generated/hospital.ts';
import { seededClient, TokenServer } from './auth.ts';
import { BASE_PATH, createWorld } from './create-world.ts';
import { fastRead } from './fast-read.ts';
import { answer } from './http.ts';
import { seedBundle, seedLines } from './store/seed.ts';
import type { StoreImage } from './store/store.ts';
import { answersToken } from './token-endpoint.ts';
import type { World } from './world.ts';

export interface FhirMockOptions {
  /** Asks for bearer tokens. */
  readonly auth?: boolean;
  /** Folder of the database; in memory without it. */
  readonly dataDir?: string;
  readonly seed?: string;
}

export function createFhirMock(context: SuiteContext, options: FhirMockOptions = {}): MockApp {
  const tokens = options.auth === true ? newTokenServer(context) : undefined;
  const world = createWorld(context, databaseFile(options.dataDir), tokens);
  const forget = () => {
    world.sessions.clear();
    world.exports.clear();
    tokens?.clear();
  };
  return {
    name: 'fhir',
    handler: handlerOf(world, tokens),
    reset: async (to) => {
      forget();
      world.store.clear();
      if (to === 'seed') seedLines(world.store, hospitalLines, world.definitions());
    },
    stats: () => ({ resources: world.store.count() }),
    clients: () => (tokens === undefined ? [] : [seededClient]),
    snapshot: async () => world.store.export(),
    restore: async (state) => {
      forget();
      world.store.import(state as StoreImage);
    },
    seed: async (data) => seedBundle(world, data),
    close: async () => world.store.close(),
  };
}

function newTokenServer({ clock, randomBytes }: SuiteContext): TokenServer {
  return new TokenServer(clock, () => randomBytes(32).toString('base64url'));
}

function databaseFile(dataDir: string | undefined): string {
  if (dataDir === undefined) return ':memory:';
  mkdirSync(dataDir, { recursive: true });
  return path.join(dataDir, 'fhir.sqlite');
}

function handlerOf(world: World, tokens: TokenServer | undefined): RequestHandler {
  const read = tokens === undefined ? fastRead(world, BASE_PATH) : () => false;
  return (request, response, next) => {
    const { url } = request;
    if (tokens !== undefined && answersToken(tokens, request, response)) return;
    if (!url.startsWith(BASE_PATH) || !/^(?:[/?]|$)/.test(url.slice(BASE_PATH.length))) {
      next();
      return;
    }
    if (read(request, response)) return;
    request.url = url.slice(BASE_PATH.length) || '/';
    void answer(world, request, response);
  };
}
