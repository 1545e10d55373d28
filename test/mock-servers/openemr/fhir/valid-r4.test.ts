// Every resource that the mock gives from its seed is valid R4, apart from the deviations that real
// OpenEMR has.
import assert from 'node:assert/strict';
import { loadModel } from '#core/fhir/validate/model.ts';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { services } from '#mock-servers/openemr/fhir/services.ts';
import { openWorld, type World } from '../records/world.ts';

/** Ids with an underscore, which R4 does not allow: encounter and form number, names of lists. */
const wrongIds: ReadonlySet<string> = new Set(['CarePlan.id', 'Goal.id', 'ValueSet.id']);

describe('FHIR resources of the OpenEMR mock', () => {
  let world: World;
  before(async () => {
    world = await openWorld({ version: '7.0.4' });
  });
  after(() => world.close());

  for (const type of services.keys()) {
    it(`are valid R4 and not none: ${type}`, async () => {
      const { json } = await world.call('GET', `/fhir/${type}`);
      const resources: unknown[] = (json.entry ?? []).map(
        (entry: { resource: unknown }) => entry.resource,
      );
      assert.ok(resources.length > 0, `the seed has no ${type}`);

      const wrong = (await Promise.all(resources.map(errorsOf))).flat();

      assert.deepEqual([...new Set(wrong)].slice(0, 3), []);
    });
  }

  it('name their elements in the order of the definition, behind id, meta, resourceType', async () => {
    const model = await loadModel();
    for (const type of services.keys()) {
      const { json } = await world.call('GET', `/fhir/${type}`);
      const elements = [...(model.type(type)?.elements.keys() ?? [])].slice(2);
      for (const { resource } of json.entry) {
        const keys = Object.keys(resource);
        const expected = ['id', 'meta', 'resourceType', ...elements].filter((key) =>
          keys.includes(key),
        );

        assert.deepEqual(keys, expected);
      }
    }
  });

  it('are valid for metadata, Provenance and what $docref makes', async () => {
    const patients = await world.call('GET', '/fhir/Patient?_revinclude=Provenance:target');
    const provenance = patients.json.entry.at(-1).resource;
    const docref = await world.call(
      'POST',
      `/fhir/DocumentReference/$docref?patient=${patients.json.entry[0].resource.id}`,
    );
    const metadata = await world.call('GET', '/fhir/metadata');

    assert.equal(provenance.resourceType, 'Provenance');
    // A colon is no character of an id in R4; OpenEMR has it there.
    const checked = [{ ...provenance, id: 'x' }, docref.json.entry[0].resource, metadata.json];
    for (const resource of checked) assert.deepEqual(await errorsOf(resource), []);
  });
});

async function errorsOf(resource: unknown): Promise<string[]> {
  const issues = await validateResource(resource);
  return issues
    .filter(({ severity, path }) => severity === 'error' && !wrongIds.has(path))
    .map((issue) => JSON.stringify(issue));
}
