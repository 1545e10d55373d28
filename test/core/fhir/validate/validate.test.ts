import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';

interface Case {
  readonly what: string;
  readonly resource: unknown;
  readonly code: string;
  readonly path: string;
}

function casesOf(name: string): Case[] {
  const file = new URL(`../../../../fixtures/fhir/${name}.ndjson`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => parseExact(line) as Case);
}

describe('validateResource', () => {
  for (const { what, resource } of casesOf('validation-good')) {
    it(`accepts ${what}`, async () => {
      assert.deepEqual(await validateResource(resource), []);
    });
  }

  for (const { what, resource, code, path } of casesOf('validation-bad')) {
    it(`finds ${what}`, async () => {
      const issues = await validateResource(resource);

      assert.deepEqual(
        issues.map((issue) => [issue.severity, issue.code, issue.path]),
        [['error', code, path]],
      );
    });
  }

  it('gives the place as JSON keys too', async () => {
    const [issue] = await validateResource({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      component: [{ code: { text: 'y' }, valueQuantity: { value: 'x' } }],
    });

    assert.deepEqual(issue?.location, ['component', 0, 'valueQuantity', 'value']);
    assert.equal(issue?.path, 'Observation.component[0].value.ofType(Quantity).value');
  });

  it('tells a rule that cannot be evaluated on a broken value', async () => {
    const issues = await validateResource({
      resourceType: 'Encounter',
      status: 'finished',
      class: { code: 'AMB' },
      period: { start: '', end: '2025-01-11T12:59:00+09:00' },
    });

    assert.deepEqual(
      issues.map(({ severity, code, path }) => [severity, code, path]),
      [
        ['error', 'value', 'Encounter.period.start'],
        ['warning', 'invariant', 'Encounter.period'],
      ],
    );
  });

  it('prints nothing while fhirpath.js works', async () => {
    const { write } = process.stdout;
    const written: unknown[] = [];
    process.stdout.write = ((text: unknown) => {
      written.push(text);
      return true;
    }) as typeof process.stdout.write;
    try {
      await validateResource({
        resourceType: 'Patient',
        contained: [{ resourceType: 'Organization', id: 'o' }],
      });
    } finally {
      process.stdout.write = write;
    }

    assert.deepEqual(written, []);
  });
});
