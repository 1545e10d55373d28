import assert from 'node:assert/strict';
import { constraintOf } from '#mock-servers/orthanc/archive/query.ts';

const patientName = '0010,0010';

function fits(query: string, value: string): boolean | undefined {
  return constraintOf(patientName, query, { isCaseSensitive: true })?.(value);
}

describe('wildcards of a query', () => {
  it('match as a regular expression does', () => {
    const letters = [
      '',
      'a',
      'b',
      'ab',
      'ba',
      'aab',
      'abab',
      'abba',
      '\u{1f600}',
      'a\u{1f600}b',
      '.',
    ];
    const queries = [
      '?',
      '??',
      'a*',
      '*b',
      '*a*b',
      'a?b',
      '?*?',
      '*??',
      '**b',
      'a*a*b',
      '.*',
      '*.?',
    ];

    for (const query of queries) {
      const source = query.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
      const expected = letters.filter((value) => new RegExp(`^${source}$`, 'su').test(value));
      assert.deepEqual(
        letters.filter((value) => fits(query, value)),
        expected,
        query,
      );
    }
  });

  it('take no longer for many stars', () => {
    const startedAt = performance.now();

    assert.equal(fits(`${'*a'.repeat(20)}*b`, 'a'.repeat(2000)), false);

    assert.ok(performance.now() - startedAt < 1000);
  });
});
