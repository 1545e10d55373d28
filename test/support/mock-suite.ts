// A suite of small mocks of the test's own: what the kernel does, without what the mocks do.
import express from 'express';
import { systemClock } from '#core/clock.ts';
import type { MockApp, MockMaker, ServerName } from '#mock-servers/kernel/mock-app.ts';
import { Suite, type SuiteOptions } from '#mock-servers/kernel/suite.ts';

export const freePorts = { openemr: 0, fhir: 0, orthanc: 0, dimse: 0 } as const;

/** A mock with one counter as its state: `GET /count`, `POST /count`, `GET /echo`. */
export function aMock(name: ServerName, changes: Partial<MockApp> = {}): MockApp {
  let count = 0;
  const app = express();
  app.disable('x-powered-by');
  app.get('/count', (_request, response) => void response.json({ count }));
  app.post('/count', (_request, response) => {
    count += 1;
    response.json({ count });
  });
  app.get('/text', (_request, response) => void response.type('text').send('0123456789'));
  app.get('/throw', () => {
    throw new Error('a bug of the mock');
  });
  return {
    name,
    handler: app,
    reset: async (to) => {
      count = to === 'seed' ? 10 : 0;
    },
    stats: () => ({ count }),
    snapshot: async () => count,
    restore: async (state) => {
      count = Number(state);
    },
    close: async () => undefined,
    ...changes,
  };
}

export function aMaker(name: ServerName, changes: Partial<MockApp> = {}): MockMaker {
  return async () => aMock(name, changes);
}

export function aSuite(changes: Partial<SuiteOptions> = {}): Suite {
  return new Suite({
    makers: { openemr: aMaker('openemr'), fhir: aMaker('fhir') },
    ports: freePorts,
    seed: 'test',
    initial: 'seed',
    clock: systemClock,
    journalHeader: true,
    ...changes,
  });
}
