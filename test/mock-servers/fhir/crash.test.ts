// kill -9 at random points of a load: every acknowledged transaction is there, none by half.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aWorld, searchIds } from './fhir-world.ts';

const worker = path.join(import.meta.dirname, 'crash-worker.ts');
/** FHIR_CRASH_KILLS=50 is the whole proof; a usual run takes a sample of it. */
const KILLS = Number(process.env['FHIR_CRASH_KILLS'] ?? 6);

describe('FHIR mock: kill -9', function () {
  this.timeout(20_000 * KILLS);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'fhir-crash-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it(`keeps what it acknowledged, whole, ${KILLS} times in a row`, async () => {
    const file = path.join(folder, 'fhir.sqlite');
    let acknowledged = -1;
    for (let round = 0; round < KILLS; round += 1) {
      acknowledged = await loadAndKill(file, acknowledged + 1);
      const world = aWorld({ file });
      const rows = world.store.prepare('SELECT id FROM resource').all();
      const perBundle = Map.groupBy(rows, ({ id }) => Number(String(id).split('-')[1]));
      const found = await searchIds(
        world,
        `/Patient?identifier=http://e.org/load%7C${acknowledged}`,
      );
      const all = await searchIds(world, '/Patient?identifier=http://e.org/load%7C');
      const integrity = world.store.prepare('PRAGMA integrity_check').get();
      world.store.close();

      assert.equal(integrity?.['integrity_check'], 'ok');
      for (let number = 0; number <= acknowledged; number += 1) {
        assert.equal(perBundle.get(number)?.length, 20, `bundle ${number}`);
      }
      assert.ok([...perBundle.values()].every(({ length }) => length === 20));
      assert.equal(found.length, 20);
      assert.equal(new Set(all).size, rows.length);
      // The next round goes on after what is there, acknowledged or not.
      acknowledged = Math.max(...perBundle.keys());
    }
  });
});

/** Kills the worker after a random time; gives the last number it acknowledged. */
async function loadAndKill(file: string, start: number): Promise<number> {
  const child = spawn(process.execPath, [worker, file, String(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
  const [code] = await exited;
  assert.equal(code, null, 'the worker ended by itself');
  // A line that was cut short was not acknowledged.
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(lines.at(-1));
}
