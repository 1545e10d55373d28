// Data that others made: Synthea's transaction bundles and HL7's examples. They lie beside the
// project, not in it; where they are missing this says so.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseExact } from '#core/fhir/validate/exact-json.ts';
import type { World } from '#mock-servers/fhir/world.ts';
import { aWorld, searchIds, send } from './fhir-world.ts';

const data = path.resolve(import.meta.dirname, '../../../../shared/data/fhir');
const hasData = existsSync(data);

type Json = Record<string, unknown>;

/** Without what the server sets; the rest must be the same text. */
function comparable(resource: unknown): string {
  const { id: _id, meta = {}, ...rest } = resource as Json;
  const { versionId: _version, lastUpdated: _updated, ...kept } = meta as Json;
  return JSON.stringify({ meta: kept, ...rest });
}

describe('FHIR mock: data of others', function () {
  this.timeout(60_000);
  let world: World;
  before(function () {
    if (hasData) return;
    console.warn(`skipped: ${data} is not there`);
    this.skip();
  });
  beforeEach(() => {
    world = aWorld();
  });
  afterEach(() => world?.store.close());

  it('loads every Synthea bundle in order and gives each resource back as it was', async () => {
    const directory = path.join(data, 'synthea');
    const rank = (name: string) =>
      name.startsWith('hospital') ? 0 : name.startsWith('practitioner') ? 1 : 2;
    const files = readdirSync(directory).toSorted((a, b) => rank(a) - rank(b));
    let compared = 0;
    for (const file of files) {
      const bundle = parseExact(readFileSync(path.join(directory, file), 'utf8')) as {
        entry: { fullUrl: string; resource: Json }[];
      };
      const { status, body = '' } = await send(world, 'POST', '', bundle);
      assert.equal(status, 200, `${file}: ${body.slice(0, 500)}`);
      const locations = (
        JSON.parse(body) as { entry: { response: { location: string } }[] }
      ).entry.map(({ response }) => response.location.replace(/\/_history\/.*/, ''));
      // References are rewritten; the same is done to what was sent, by plain text.
      const renamed = bundle.entry.reduce(
        (text, { fullUrl }, index) =>
          text.replaceAll(`"reference":"${fullUrl}"`, `"reference":"${locations[index]}"`),
        JSON.stringify(bundle.entry.map(({ resource }) => resource)),
      );
      for (const [index, sent] of (parseExact(renamed) as Json[]).entries()) {
        const read = await send(world, 'GET', `/${locations[index]}`);
        assert.equal(
          comparable(parseExact(read.body ?? '')),
          comparable(sent),
          `${file} entry ${index}`,
        );
        compared += 1;
      }
    }

    assert.equal(files.length, 13);
    assert.equal(compared, world.store.count());
    assert.equal((await searchIds(world, '/Patient')).length, 11);
  });

  it('finds what it loaded: every resource of a patient is in the compartment', async () => {
    const directory = path.join(data, 'synthea');
    const [file = ''] = readdirSync(directory).filter((name) => name.startsWith('Buster'));
    await send(world, 'POST', '', parseExact(readFileSync(path.join(directory, file), 'utf8')));
    const [patient] = await searchIds(world, '/Patient');
    const observations = await searchIds(world, `/Patient/${patient}/Observation`);

    assert.deepEqual(observations, await searchIds(world, '/Observation'));
    assert.ok(observations.length > 10);
  });

  /** Faults that HL7's own examples have; the validator must name exactly these. */
  const knownFaults: Readonly<Record<string, RegExp>> = {
    'bundle-questionnaire.json': /^linkId is required/,
    'codesystem-example.json': /^Rule csd-1/,
    'deviceusestatement-example.json': /^A reference to Procedure is not allowed/,
  };

  for (const file of hasData ? readdirSync(path.join(data, 'r4-examples')) : []) {
    const fault = knownFaults[file];
    it(
      fault === undefined ? `keeps ${file} as it is` : `refuses ${file} for its known fault`,
      async () => {
        const resource = parseExact(
          readFileSync(path.join(data, 'r4-examples', file), 'utf8'),
        ) as Json;
        const url = `/${resource['resourceType']}/${resource['id']}`;
        const written = await send(world, 'PUT', url, resource);

        if (fault !== undefined) {
          const { issue } = JSON.parse(written.body ?? '') as {
            issue: { severity: string; diagnostics: string }[];
          };
          assert.equal(written.status, 422);
          for (const { diagnostics } of issue.filter(({ severity }) => severity === 'error'))
            assert.match(diagnostics, fault);
          return;
        }
        assert.equal(written.status, 201, written.body);
        const read = await send(world, 'GET', url);
        assert.equal(comparable(parseExact(read.body ?? '')), comparable(resource));
      },
    );
  }
});
