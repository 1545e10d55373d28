import assert from 'node:assert/strict';
import type { SendRow } from '#core/workflows/send-dicom.ts';
import { tallyOf, worstFirst } from '#extension/send-results.ts';

const rows: readonly SendRow[] = [
  { name: 'a', path: 'a', status: 'AlreadyStored' },
  { name: 'b', path: 'b', status: 'Success' },
  { name: 'c', path: 'c', status: 'Skipped' },
  { name: 'd', path: 'd', status: 'Failed' },
  { name: 'e', path: 'e', status: 'Success' },
  { name: 'f', path: 'f', status: 'Failed' },
];

describe('results of a sending', () => {
  it('are listed with what needs a person first, then as they were sent', () => {
    const names = worstFirst(rows).map(({ name }) => name);

    assert.equal(names.join(''), 'dfcbea');
    assert.equal(rows[0]?.name, 'a');
  });

  it('are counted by what became of them', () => {
    assert.deepEqual(tallyOf(rows), { stored: 2, known: 1, failed: 2, skipped: 1 });
  });
});
