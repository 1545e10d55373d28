import assert from 'node:assert/strict';
import { faultsOf } from './compare.ts';
import { statementsOf } from './read-facts.ts';
import { noBehaviour } from './rows.ts';

const facts = `
### 9.9 Small
One line of prose. And more.
| case | status |
|---|---|
| wrong site | 400 |
| no header | 401 |
\`\`\`json
{"example":1}
\`\`\`
- a bullet
### 9.10 Other
Not ours.`;
const statements = statementsOf(facts, '9.9');
const titles = new Set(['suite wrong site', 'suite no header', 'suite prose']);
const rows = [
  ['One line', 'suite prose'],
  ['wrong site | 400', 'suite wrong site'],
  ['no header', 'suite no header'],
  ['- a bullet', noBehaviour('about the source')],
] as const;

describe('statementsOf', () => {
  it('gives the lines and table rows of its section, without heads and examples', () => {
    assert.deepEqual(statements, [
      'One line of prose. And more.',
      'wrong site | 400',
      'no header | 401',
      '- a bullet',
    ]);
  });
});

describe('faultsOf', () => {
  it('finds none where every statement has a test', () => {
    assert.deepEqual(faultsOf(statements, rows, titles), []);
  });

  it('finds a row that lost its test', () => {
    const fewer = new Set([...titles].filter((title) => title !== 'suite no header'));

    assert.deepEqual(faultsOf(statements, rows, fewer), ['no such test: suite no header']);
  });

  it('finds a statement without a row, and one that two rows claim', () => {
    assert.deepEqual(faultsOf(statements, rows.slice(1), titles), [
      '0 rows for: One line of prose. And more.',
    ]);
    assert.deepEqual(faultsOf(statements, [...rows, ['One', 'suite prose']], titles), [
      '2 rows for: One line of prose. And more.',
    ]);
  });

  it('finds a row that is no longer in the facts, and one that names no test', () => {
    const stale = [...rows, ['gone', 'suite prose']] as const;
    assert.deepEqual(faultsOf(statements, stale, titles), ['not in the facts: gone']);

    const untested = [['One line'], ...rows.slice(1)] as const;
    assert.deepEqual(faultsOf(statements, untested, titles), ['no test named for: One line']);
  });
});
