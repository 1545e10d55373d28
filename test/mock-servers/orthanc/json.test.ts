import assert from 'node:assert/strict';
import { parseLenient } from '#mock-servers/orthanc/rest/json.ts';

describe('parseLenient', () => {
  const readings: readonly (readonly [text: string, value: unknown])[] = [
    ['{"a":[1,2]}', { a: [1, 2] }],
    ['{"a":[1,2,],}', { a: [1, 2] }],
    ['{"a":1 , }', { a: 1 }],
    ['/* "x" */ {"a": 1, // b\n "c": 2, /* } */ }', { a: 1, c: 2 }],
    ['[1] and more', [1]],
    ['{"a":",}"}} tail', { a: ',}' }],
    ['{"a\\"//":"/* \\\\"} tail', { 'a"//': '/* \\' }],
    ['1 // one', 1],
  ];
  for (const [text, value] of readings) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseLenient(text), value);
    });
  }

  for (const text of ['', 'x', '{', '{"a":1,,}', '{"a', '[1 /* ]', '/ 1', ']', '{"a":1 "b":2}']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseLenient(text), SyntaxError);
    });
  }

  it('reads a long string beside a comma too many', () => {
    const long = 'A'.repeat(20_000_000);

    assert.deepEqual(parseLenient(`{"a":"${long}",}`), { a: long });
  });

  it('is through with megabytes of anything at once', () => {
    const texts = ['x', '/*', '//', '"', '"\\', '[', '{"a":[],', ' ,'].map((part) =>
      part.repeat(100_000),
    );
    const before = performance.now();

    for (const text of texts) assert.throws(() => parseLenient(text), SyntaxError);

    // Looking back at each character takes minutes
    assert.ok(performance.now() - before < 5_000);
  }).timeout(60_000);
});
