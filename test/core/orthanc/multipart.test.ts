import assert from 'node:assert/strict';
import { boundaryOf, type Part, readMultipart, writeMultipart } from '#core/orthanc/multipart.ts';
import { stowOutcome } from '#core/orthanc/stow-outcome.ts';

async function collect<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}
async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (text: string, size: number) =>
  collect(readMultipart(inPieces(Buffer.from(text, 'latin1'), size), 'B'));
const shown = (parts: readonly Part[]) =>
  parts.map(({ body }) => Buffer.from(body).toString('latin1'));

describe('multipart', () => {
  // RFC 2046 5.1.1: preamble and epilogue are to be ignored
  const message =
    'preamble\r\n--B\r\nContent-Type: application/dicom\r\nX: 1\r\n\r\none\r\n--\r\nmore\r\n--B\r\n\r\n\r\n--B--\r\nepilogue';

  for (const size of [1, 3, 7, 1000]) {
    it(`reads parts out of chunks of ${size} bytes`, async () => {
      const parts = await read(message, size);

      assert.deepEqual(shown(parts), ['one\r\n--\r\nmore', '']);
      assert.equal(parts[0]?.headers['content-type'], 'application/dicom');
    });
  }

  it('fails on a body that ends inside a part', async () => {
    await assert.rejects(read(message.slice(0, 60), 9), RangeError);
  });

  it('reads back what it wrote', async () => {
    const bodies = [Uint8Array.of(0, 13, 10, 45, 45), new Uint8Array(100_000).fill(0x0d)];
    const parts = bodies.map((body) => ({ type: 'application/dicom', body: () => [body] }));
    const written = Buffer.concat(await collect(writeMultipart(parts, 'B')));

    const again = await collect(readMultipart(inPieces(written, 4_096), 'B'));

    assert.deepEqual(
      again.map(({ body }) => new Uint8Array(body)),
      bodies,
    );
  });

  it('finds the boundary, quoted or not', () => {
    assert.equal(boundaryOf('multipart/related; type="application/dicom"; boundary="a b"'), 'a b');
    assert.equal(boundaryOf('multipart/related; boundary=xyz; type=application/dicom'), 'xyz');
    assert.equal(boundaryOf('application/dicom'), undefined);
  });
});

describe('stowOutcome', () => {
  it('tells what was kept and what was not (PS3.18 table I.1-1)', () => {
    const body = {
      '00081190': { vr: 'UR', Value: ['http://x/studies/1.2'] },
      '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] },
      '00081198': {
        vr: 'SQ',
        Value: [
          {
            '00081155': { vr: 'UI', Value: ['1.2.4'] },
            '00081197': { vr: 'US', Value: [272] },
          },
        ],
      },
    };

    assert.deepEqual(stowOutcome(body), {
      stored: [{ sopInstanceUid: '1.2.3' }],
      failed: [{ sopInstanceUid: '1.2.4', reason: 272 }],
    });
  });

  it('is undefined for another body', () => {
    assert.equal(stowOutcome({ Message: 'Bad request', OrthancStatus: 8 }), undefined);
    assert.equal(stowOutcome(undefined), undefined);
  });
});
