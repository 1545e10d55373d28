// Loading Synthea's transactions into the FHIR mock, and the least that any server would do with them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { aWorld, send } from '#test/mock-servers/fhir/fhir-world.ts';
import { SkipBenchmark } from './harness.ts';

const folder = path.resolve(import.meta.dirname, '../../shared/data/fhir/synthea');

/** Hospitals, practitioners, patients. */
export function syntheaTexts(): string[] {
  if (!existsSync(folder)) throw new SkipBenchmark(`${folder} is not there`);
  const rank = (name: string) =>
    ['hospital', 'practitioner'].findIndex((word) => name.startsWith(word)) >>> 0;
  return readdirSync(folder)
    .toSorted((a, b) => rank(a) - rank(b))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

export interface LoadTimes {
  /** Until the last transaction is acknowledged, in ms. */
  readonly acknowledged: number;
  /** Until the index, which follows when no more writes come, holds all of it. */
  readonly indexed: number;
}

/** A running server that forgets everything before each load. */
export function mockLoads(texts: readonly string[]): () => Promise<LoadTimes> {
  const world = aWorld({ now: Date.now });
  return async () => {
    world.store.clear();
    const startedAt = performance.now();
    for (const text of texts) {
      const { status, body } = await send(world, 'POST', '', parseExact(text));
      if (status !== 200) throw new Error(body);
    }
    const acknowledged = performance.now() - startedAt;
    world.store.flushIndex();
    return { acknowledged, indexed: performance.now() - startedAt };
  };
}

/** The same for JSON.parse and a plain insert of each resource, in ms. */
export function plainLoads(texts: readonly string[]): () => number {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE r(id INTEGER PRIMARY KEY, body TEXT)');
  const insert = db.prepare('INSERT INTO r(body) VALUES(?)');
  return () => {
    db.exec('DELETE FROM r');
    const startedAt = performance.now();
    for (const text of texts) {
      db.exec('BEGIN');
      const { entry } = JSON.parse(text) as { entry: { resource: unknown }[] };
      for (const { resource } of entry) insert.run(JSON.stringify(resource));
      db.exec('COMMIT');
    }
    return performance.now() - startedAt;
  };
}
