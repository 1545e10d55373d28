import assert from 'node:assert/strict';
import { table } from '#cli/table.ts';

describe('table', () => {
  it('pads columns by what they take on a terminal', () => {
    const rows = [
      ['name', 'n'],
      ['홍길동', '1'],
    ];

    assert.equal(table(rows), 'name    n\n홍길동  1');
  });

  it('replaces control characters, which a terminal would obey', () => {
    const cell = 'a\u001b[2Jb\nc\u009bd\u007fe\u0000';

    assert.equal(table([[cell, 'n']]), 'a\ufffd[2Jb\ufffdc\ufffdd\ufffde\ufffd  n');
  });
});
