import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { BodyMemory, readInto } from '#mock-servers/orthanc/rest/body-memory.ts';

describe('memory of bodies', () => {
  it('gives chunks back once they are copied, but not what others share', async () => {
    const own = Buffer.from(new Uint8Array([1, 2, 3]).buffer);
    const shared = Buffer.from(new Uint8Array([4, 5, 6, 7]).buffer, 0, 3);
    const memory = new BodyMemory().take(6);

    const size = await readInto(memory, Readable.from([own, shared]));

    assert.deepEqual([...memory.subarray(0, size)], [1, 2, 3, 4, 5, 6]);
    assert.equal(own.buffer.byteLength, 0);
    assert.deepEqual([...shared], [4, 5, 6]);
  });

  it('rejects when the client hangs up inside the body', async () => {
    const source = new Readable({ read() {} });
    const size = readInto(new BodyMemory().take(6), source);

    source.push(Buffer.from('half'));
    source.destroy();

    await assert.rejects(size, /hung up/);
  });
});
