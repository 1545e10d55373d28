import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '#mock-servers/fhir/world.ts';
import { aWorld, searchIds, send } from './fhir-world.ts';

/** Beyond so many unindexed resources a write works off the oldest. */
const MAX_BACKLOG = 5000;

describe('FHIR mock: index', () => {
  it('follows by itself when no more writes come, in pieces', async () => {
    const world = aWorld();
    const pieces = countPieces(world);
    writePatients(world, 250);
    const atOnce = indexed(world);
    // Nothing else turns the loop: the index has to go on by itself.
    await delay(400);
    const [later, inPieces] = [indexed(world), pieces()];
    world.store.close();

    assert.equal(atOnce, 0);
    assert.equal(later, 250);
    assert.equal(inPieces, 3);
  });

  it('follows after a snapshot was loaded, and after a start', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fhir-index-'));
    try {
      const file = path.join(folder, 'fhir.sqlite');
      const first = aWorld({ file });
      writePatients(first, 120);
      const other = aWorld();
      other.store.import(first.store.export());
      first.store.close();
      const again = aWorld({ file });
      await delay(400);
      const counts = [indexed(other), indexed(again)];
      other.store.close();
      again.store.close();

      assert.deepEqual(counts, [120, 120]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('does not refuse what it has written because the index cannot follow', async () => {
    const world = aWorld();
    writePatients(world, MAX_BACKLOG + 1);
    world.store.db.exec(
      "CREATE TEMP TRIGGER full BEFORE INSERT ON index_string BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    const { status } = await send(world, 'PUT', '/Patient/late', aPatient('late', 'load'));
    const kept = await send(world, 'GET', '/Patient/late');
    world.store.close();

    assert.deepEqual([status, kept.status], [201, 200]);
  });

  it('stays near a load that never pauses, and misses nothing after a restart', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fhir-index-'));
    try {
      const file = path.join(folder, 'fhir.sqlite');
      const first = aWorld({ file });
      writePatients(first, MAX_BACKLOG + 150);
      await send(first, 'PUT', '/Patient/p7', aPatient('p7', 'changed'));
      const behind = MAX_BACKLOG + 150 - indexed(first);
      first.store.close();

      const second = aWorld({ file });
      const found = [
        await searchIds(second, '/Patient?family=changed'),
        (await searchIds(second, '/Patient?family=load')).length,
        indexed(second),
      ];
      second.store.close();

      assert.ok(behind <= MAX_BACKLOG && behind > MAX_BACKLOG - 100, `${behind} behind`);
      assert.deepEqual(found, [['p7'], MAX_BACKLOG + 149, MAX_BACKLOG + 150]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells a search of a fault that it met in silence, and goes on after it', async () => {
    const world = aWorld();
    world.store.db.exec(
      "CREATE TEMP TRIGGER full BEFORE INSERT ON index_string BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    writePatients(world, 3);
    await delay(100);

    await assert.rejects(
      async () => world.store.flushIndex(),
      (error: Error) => error.message.includes('full'),
    );
    world.store.db.exec('DROP TRIGGER full');
    assert.equal((await searchIds(world, '/Patient?family=load')).length, 3);
    world.store.close();
  });
});

function aPatient(id: string, family: string) {
  return { resourceType: 'Patient', id, name: [{ family }] };
}

function writePatients({ store, definitions }: World, count: number): void {
  const type = definitions().typeNumber('Patient');
  for (let index = 0; index < count; index += 1) {
    const id = `p${index}`;
    const body = JSON.stringify(aPatient(id, 'load'));
    store.write({ type, id, version: 1, updated: 1, method: 'PUT', body });
  }
}

/** Counts from now on how often a part of the index is committed. */
function countPieces({ store }: World): () => number {
  store.db.exec(
    `CREATE TEMP TABLE piece(n); CREATE TEMP TRIGGER piece AFTER INSERT ON state
     WHEN NEW.name LIKE 'indexed %' BEGIN INSERT INTO piece VALUES(1); END`,
  );
  return () => Number(store.prepare('SELECT count(*) AS n FROM piece').get()?.['n']);
}

/** How many resources the index knows a name of. */
function indexed({ store }: World): number {
  return Number(store.prepare('SELECT count(DISTINCT rid) AS n FROM index_string').get()?.['n']);
}
