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
});
