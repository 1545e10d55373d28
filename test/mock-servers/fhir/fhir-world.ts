// The handlers of the FHIR mock without a socket.
import { createWorld } from '#mock-servers/fhir/create-world.ts';
import { seedLines } from '#mock-servers/fhir/store/seed.ts';
import type { FhirRequest, FhirResponse } from '#mock-servers/fhir/wire.ts';
import type { World } from '#mock-servers/fhir/world.ts';
import { createSeededRandom } from '#mock-servers/kernel/random.ts';
import { hospitalLines } from '#mock-servers/seed/generated/hospital.ts';

export const testBase = 'http://127.0.0.1:8080';

interface WorldOptions {
  readonly file?: string;
  readonly seeded?: boolean;
  readonly now?: () => number;
}

export function aWorld({ file = ':memory:', seeded = false, now }: WorldOptions = {}): World {
  const random = createSeededRandom('test', 'fhir');
  let nowMs = Date.parse('2026-01-15T09:00:00Z');
  const world = createWorld(
    {
      // Each look at the clock is later, so that versions differ in time.
      clock: { now: now ?? (() => nowMs++) },
      randomBytes: random.randomBytes,
      newUuid: random.newUuid,
      baseUrl: () => testBase,
      note: () => undefined,
    },
    file,
    undefined,
  );
  if (seeded) seedLines(world.store, hospitalLines, world.definitions());
  return world;
}

export function aRequest(method: string, url: string, body?: unknown): FhirRequest {
  const [path = '', query = ''] = url.split(/\?(.*)/s, 2);
  return {
    method,
    segments: path.split('/').filter(Boolean),
    terms: [...new URLSearchParams(query)],
    headers: {},
    body,
  };
}

export function send(
  world: World,
  method: string,
  url: string,
  body?: unknown,
): Promise<FhirResponse> {
  const request = aRequest(method, url, body);
  return world.dispatch(() => request, request);
}

/** Ids of all matches of a search, in order; every page. */
export async function searchIds(world: World, url: string): Promise<string[]> {
  const ids: string[] = [];
  let next: string | undefined = `${url}${url.includes('?') ? '&' : '?'}_count=1000`;
  while (next !== undefined) {
    const { status, body = '' } = await send(world, 'GET', next);
    if (status !== 200) throw new Error(`${url}: ${status} ${body}`);
    const bundle: {
      entry?: { resource: { id: string } }[];
      link: { relation: string; url: string }[];
    } = JSON.parse(body);
    ids.push(...(bundle.entry ?? []).map(({ resource }) => resource.id));
    next = bundle.link
      .find(({ relation }) => relation === 'next')
      ?.url.slice(`${testBase}/fhir`.length);
  }
  return ids;
}
