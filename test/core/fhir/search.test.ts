import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyOf, literal, searchQuery, token } from '#core/fhir/search.ts';

describe('literal', () => {
  it('escapes what has a meaning in FHIR search (R4 3.1.1.4.0.8)', () => {
    assert.equal(literal('a,b|c$d\\e'), 'a\\,b\\|c\\$d\\\\e');
  });

  it('can be read back, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        assert.equal(literal(value).replace(/\\(.)/gs, '$1'), value);
      }),
    );
  });
});

describe('anyOf and token', () => {
  it('join values and systems by the only unescaped marks', () => {
    assert.equal(anyOf(['a,b', 'c']), 'a\\,b,c');
    assert.equal(token('http://h.test/id', '7|8'), 'http://h.test/id|7\\|8');
    assert.equal(token(undefined, '7'), '7');
  });
});

describe('searchQuery', () => {
  it('keeps every name and value through a URL', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })),
        (params) => {
          const back = new URL(`http://h.test/?${searchQuery(params)}`).searchParams;
          assert.deepEqual([...back], Object.entries(params));
        },
      ),
    );
  });
});
