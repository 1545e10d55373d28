// Every statement of facts 1.3 to 4.4 has a test: the row files beside this one name them, and this
// compares the rows with the facts and with the tests that really run.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isArrayOf, isRecord, parseJson } from '#core/guards.ts';
import { faultsOf } from './compare.ts';
import { fhirRouteSection } from './fhir-route-rows.ts';
import { fhirSections } from './fhir-rows.ts';
import { oauthSections } from './oauth-rows.ts';
import { factsOrSkip, statementsOf } from './read-facts.ts';
import { refusalSections } from './refusal-rows.ts';
import { registrationSection } from './registration-rows.ts';
import { restSections } from './rest-rows.ts';
import { validationSections } from './validation-rows.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const sections = [
  ...oauthSections,
  registrationSection,
  ...refusalSections,
  fhirRouteSection,
  ...fhirSections,
  ...restSections,
  ...validationSections,
];

describe('every statement of the facts has a test', function () {
  this.timeout(60_000);
  let facts: string;
  let titles: ReadonlySet<string>;
  before(async function () {
    facts = factsOrSkip(this);
    titles = await titlesOfTests();
  });

  for (const { section, rows } of sections) {
    it(`${section}: ${rows.length} statements`, () => {
      assert.deepEqual(faultsOf(statementsOf(facts, section), rows, titles), []);
    });
  }

  it('leaves out no section', () => {
    const wanted = '1.3 1.4 1.5 1.6 1.7 1.8 2 3.1 3.2 3.3 3.4 3.5 3.6 3.7 4.1 4.2 4.3 4.4';

    assert.deepEqual(
      sections.map(({ section }) => section).toSorted(),
      wanted.split(' ').toSorted(),
    );
  });
});

/** Full titles of the tests of this folder that are not skipped, as mocha itself lists them. */
async function titlesOfTests(): Promise<ReadonlySet<string>> {
  const mocha = ['node_modules/mocha/bin/mocha.js', '--dry-run', '--reporter', 'json'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...mocha,
      'test/mock-servers/openemr/{admin,fhir,oauth,records,rest}/**/*.test.ts',
      'test/mock-servers/openemr/*.test.ts',
    ],
    { cwd: root, maxBuffer: 64e6 },
  );
  const report = parseJson(stdout.slice(stdout.indexOf('{')));
  const tests = isRecord(report) ? report['passes'] : undefined;
  assert.ok(isArrayOf(isRecord)(tests));
  return new Set(tests.map((one) => String(one['fullTitle'])));
}
