import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Packs } from '#mock-servers/orthanc/archive/packs.ts';

const MEGABYTE = 1024 * 1024;

describe('packs of small files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'packs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was added at once, also empty ones', async () => {
    const packs = new Packs(folder);
    const files = [randomBytes(100_000), Buffer.alloc(0), randomBytes(1), randomBytes(70_000)];

    const places = await Promise.all(files.map((bytes) => packs.add(bytes)));

    const read = places.map((place, index) => packs.read(place, files[index]?.length ?? 0));
    assert.deepEqual(read, files);
    packs.close();
  });

  it('begins another pack after 64 MB, while the last one is still being written', async () => {
    const packs = new Packs(folder);
    const files = Array.from({ length: 70 }, (_, index) => Buffer.alloc(MEGABYTE, index));

    const places = await Promise.all(files.map((bytes) => packs.add(bytes)));

    assert.deepEqual(readdirSync(folder).sort(), ['1', '2']);
    for (const [index, place] of places.entries()) {
      assert.ok(packs.read(place, MEGABYTE).equals(files[index] ?? Buffer.alloc(0)));
    }
    packs.close();
  });

  it('removes a pack with its last file, but not the one at hand', async () => {
    const packs = new Packs(folder);
    const first = await packs.add(randomBytes(10));
    const second = await packs.add(randomBytes(10));
    packs.release(first);
    packs.release(second);
    assert.deepEqual(readdirSync(folder), ['1']);

    const third = await packs.add(randomBytes(10));
    packs.close();
    assert.deepEqual(readdirSync(folder), ['1']);

    packs.release(third);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('removes the pack at hand too once it holds megabytes of nothing but waste', async () => {
    const packs = new Packs(folder);
    const places = await Promise.all(
      Array.from({ length: 5 }, () => packs.add(Buffer.alloc(MEGABYTE))),
    );
    const [last, ...others] = places;
    for (const place of others) packs.release(place);
    assert.deepEqual(readdirSync(folder), ['1']);

    packs.release(last ?? assert.fail());
    assert.deepEqual(readdirSync(folder), []);
    const next = await packs.add(Buffer.from('next'));

    assert.deepEqual(next, { pack: 2, at: 0 });
    assert.equal(packs.read(next, 4).toString(), 'next');
    packs.close();
  });

  it('never writes into a pack of an earlier run, and sweeps what nobody names', async () => {
    const before = new Packs(folder);
    const kept = await before.add(Buffer.from('kept'));
    before.close();
    writeFileSync(join(folder, '5'), 'left by a crash');

    const packs = new Packs(folder);
    packs.sweep([kept]);
    const added = await packs.add(Buffer.from('added'));

    assert.deepEqual(readdirSync(folder).sort(), ['1', '6']);
    assert.equal(packs.read(kept, 4).toString(), 'kept');
    assert.deepEqual(added, { pack: 6, at: 0 });
    packs.close();
  });

  it('keeps what is being written during a sweep, and counts it once', async () => {
    const packs = new Packs(folder);
    const first = await packs.add(Buffer.from('first'));
    const writing = packs.add(Buffer.from('second'));
    packs.sweep([first]);
    const second = await writing;

    packs.release(first);
    assert.equal(packs.read(second, 6).toString(), 'second');

    packs.release(second);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('keeps the pack at hand when a sweep names it anew', async () => {
    const packs = new Packs(folder);
    const kept = await packs.add(Buffer.from('kept'));
    packs.release(kept);

    packs.sweep([kept]);

    assert.equal(packs.read(kept, 4).toString(), 'kept');
  });

  it('does not count what a sweep has forgotten', async () => {
    const packs = new Packs(folder);
    const kept = await packs.add(Buffer.from('kept'));
    packs.sweep([]);
    packs.release(kept);
    const next = await packs.add(Buffer.from('next'));
    packs.sweep([next]);

    packs.release(kept);

    assert.equal(packs.read(next, 4).toString(), 'next');
    packs.close();
  });

  it('tells a pack that ends too early', async () => {
    const packs = new Packs(folder);
    const place = await packs.add(Buffer.from('short'));

    assert.throws(() => packs.read(place, 6), /ends before/);
    packs.close();
  });
});
