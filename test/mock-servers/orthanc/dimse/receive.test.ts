import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withObject } from '#mock-servers/orthanc/dimse/receive.ts';
import { BodyMemory } from '#mock-servers/orthanc/rest/body-memory.ts';

/** Pieces in the same memory, one after the other, as a connection lends them. */
async function* lent(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  const memory = Buffer.alloc(size);
  for (let at = 0; at < bytes.byteLength; at += size) {
    const length = bytes.copy(memory, 0, at);
    yield memory.subarray(0, length);
    memory.fill(0xff);
  }
}

describe('receiving an object', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'receive-'));
  });
  after(() => rm(folder, { recursive: true }));

  const incoming = () => path.join(folder, 'incoming');
  const place = () => ({ bodies: new BodyMemory(), newPath: incoming });

  for (const [what, size, kind] of [
    ['nothing', 0, 'memory'],
    ['a small one', 100_000, 'memory'],
    ['one that outgrows its first memory', 3_000_001, 'memory'],
    ['one of exactly 4 MB', 4 * 1024 * 1024, 'memory'],
    ['a large one', 9_000_001, 'file'],
  ] as const) {
    it(`keeps ${what} bit for bit`, async () => {
      const bytes = randomBytes(size);

      const received = await withObject(lent(bytes, 16_372), place(), async (arriving) => {
        assert.equal(arriving.kind, kind);
        return arriving.kind === 'memory' ? Buffer.from(arriving.bytes) : readFile(arriving.path);
      });

      assert.ok(received.equals(bytes));
      assert.ok(!existsSync(incoming()));
    });
  }

  it('leaves no file behind when the sender hangs up', async () => {
    async function* broken() {
      yield* lent(Buffer.alloc(5_000_000), 16_372);
      throw new Error('gone');
    }

    const result = withObject(broken(), place(), () => Promise.resolve());

    await assert.rejects(result, /gone/);
    assert.ok(!existsSync(incoming()));
  });
});
