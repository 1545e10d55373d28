// Compares the cells of facts 3.1, 3.5, 4.2 and 4.4 with the tables that the tests play. That every row
// has a test at all is shown by ../facts/facts.test.ts.
import assert from 'node:assert/strict';
import { fhirRoutes } from '#mock-servers/openemr/fhir/routes.ts';
import { factsOrSkip, tableOf } from '../facts/read-facts.ts';
import { parameterRows } from '../fhir/parameter-rows.ts';
import { callRows } from './call-rows.ts';
import { validatorRows } from './validator-rows.ts';

describe('the tables of the facts are the tables of the tests', () => {
  let facts: string;
  before(function () {
    facts = factsOrSkip(this);
  });

  it('3.1: each type has the interactions of both versions and no other', () => {
    const rows = tableOf(facts, '3.1', 0).filter(
      ([type = '']) => /^[A-Z][A-Za-z, ]+$/.test(type) && !type.startsWith('DELETE'),
    );
    for (const [types = '', , , in703 = '', in704 = ''] of resolved(rows)) {
      for (const type of types.split(', ')) {
        assert.equal(served(type, false), letters(in703), `${type} in 7.0.3`);
        assert.equal(served(type, true), letters(in704), `${type} in 7.0.4`);
      }
    }
    assert.ok(rows.length >= 8);
  });

  it('3.5: each type has its parameters', () => {
    // Provenance has no service of its own: operations/provenance.ts.
    const rows = tableOf(facts, '3.5', 0).filter(([types]) => types !== 'Provenance');
    const tested = new Map(
      parameterRows.flatMap(([types, names]) =>
        types.split(' ').map((type) => [type, names.split(' ')] as const),
      ),
    );
    const named = rows.flatMap(([types = '', names = '']) =>
      types
        .replace('+ ', '')
        .split(/, | \/ /)
        .map((type) => ({ type, types, names })),
    );

    const missing = named.flatMap(({ type, types, names }) => {
      const known = tested.get(type);
      if (!known) return [type];
      // Where one row lists several types with different parameters, the types are all there is to compare.
      if (types.includes('/') || types.includes('Location')) return [];
      return parameterNames(names)
        .filter((name) => !known.includes(name))
        .map((name) => `${type}: ${name}`);
    });

    assert.deepEqual(missing, []);
    assert.equal(rows.length, 19);
  });

  it('4.2: each call is played', () => {
    const rows = tableOf(facts, '4.2', 0);
    for (const [label = ''] of rows) {
      const [method = '', ...rest] = label.replace(/\?.*/, '').split(' ');
      for (const what of rest.join('').split('/').length > 1 && rest[0]?.startsWith('/')
        ? [rest[0]]
        : rest.join('').split('/')) {
        const isPlayed = callRows.some(([call]) => matches(call, method, what ?? ''));
        assert.ok(isPlayed, `${label}: ${what}`);
      }
    }
    assert.equal(rows.length, 18);
  });

  it('4.4: each validator is played', () => {
    const rows = tableOf(facts, '4.4', 0);
    for (const [label = ''] of rows) {
      const [names = '', method] = label.split(' ');
      for (const name of names.split('/'))
        assert.ok(
          validatorRows.some(([call]) => matches(call, method ?? 'POST', name)),
          label,
        );
    }
    assert.equal(rows.length, 10);
  });
});

/** `=` repeats the version before. */
function resolved(rows: readonly string[][]): string[][] {
  return rows.map((cells) => {
    let last = '';
    return cells.map((cell, index) => {
      if (index > 0 && cell !== '=') last = cell;
      return index > 0 && cell === '=' ? last : cell;
    });
  });
}

function letters(cell: string): string {
  return 'RSCU'
    .split('')
    .filter((letter) => new RegExp(`\\b${letter}\\b`).test(cell))
    .join('');
}

function served(type: string, later: boolean): string {
  const has = (method: string, path: RegExp) =>
    fhirRoutes.some(
      (route) => route.method === method && path.test(route.path) && (later || !route.isNew),
    );
  const one = new RegExp(`^/fhir/${type}/:(uuid|id|operation)$`);
  const all = new RegExp(`^/fhir/${type}$`);
  return [
    has('GET', one) && 'R',
    has('GET', all) && 'S',
    has('POST', all) && 'C',
    has('PUT', one) && 'U',
  ]
    .filter(Boolean)
    .join('');
}

/** `/patient/:puuid` is a path, `vital` the last word of one. */
function matches(call: string, method: string, what: string): boolean {
  const [played, path = ''] = call.replace(/\?.*/, '').split(' ');
  if (played !== method) return false;
  if (what.startsWith('/')) return path === `/api${what}`;
  return (
    path
      .split('/')
      .filter((part) => !/^(:|\d|[0-9a-f]{8}-)/.test(part))
      .at(-1) === what
  );
}

// Behind a name stand its columns in parentheses, and behind `(+` what 7.0.4 adds.
function parameterNames(cell: string): string[] {
  const names = cell.replace(/\(\+|\)/g, ', ').match(/[\w-]+/g) ?? [];
  return names.filter((name) => name !== 'ss' && name !== 'pubpid');
}
