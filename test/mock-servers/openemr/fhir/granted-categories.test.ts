// Scopes with a category in 7.0.4, as openemr PR 9515 has them.
import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';

const terminology = 'http://terminology.hl7.org/CodeSystem';
const laboratory = `user/Observation.rs?category=${terminology}/observation-category|laboratory`;
const social = `user/Observation.rs?category=${terminology}/observation-category|social-history`;
const problems = `user/Condition.rs?category=${terminology}/condition-category|problem-list-item`;
const concerns =
  'user/Condition.rs?category=http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern';

describe('scopes with a category in 7.0.4', () => {
  let world: World;
  before(async () => {
    world = await openWorld({ version: '7.0.4' });
  });
  after(() => world.close());

  const ask = (path: string, ...scopes: readonly string[]) =>
    world.call('GET', `/fhir/${path}`, { as: { scopes: new Set(scopes) } });

  /** Codes of the categories that are found, each once. */
  async function found(path: string, ...scopes: readonly string[]): Promise<string> {
    const { status, json } = await ask(path, ...scopes);
    assert.equal(status, 200);
    assert.equal(json.total, json.entry?.length ?? 0);
    const codes = (json.entry ?? []).map(
      // biome-ignore lint/suspicious/noExplicitAny: an answer of any type of resource
      ({ resource }: any) => resource.category?.[0]?.coding?.[0]?.code ?? resource.resourceType,
    );
    return [...new Set(codes)].sort().join(' ');
  }

  it('give what they name', async () => {
    const everything = 'laboratory social-history vital-signs';

    assert.equal(await found('Observation', 'user/Observation.rs'), everything);
    assert.equal(await found('Observation', laboratory), 'laboratory');
    assert.equal(await found('Observation', laboratory, social), 'laboratory social-history');
    assert.equal(await found('Observation?category=vital-signs', laboratory), '');
    assert.equal(await found('Condition', problems), 'problem-list-item');
    assert.equal(await found('Condition', concerns), '');
  });

  it('narrow a scope without one', async () => {
    assert.equal(await found('Observation', 'user/Observation.read', laboratory), 'laboratory');
  });

  it('hide what else they do not name from a read', async () => {
    const { json } = await ask('Observation?category=social-history', 'user/Observation.rs');
    const path = `Observation/${json.entry[0].resource.id}`;

    assert.equal((await ask(path, social)).status, 200);
    const hidden = await ask(path, laboratory);
    assert.deepEqual([hidden.status, hidden.json], [404, []]);
  });

  it('let no Provenance through', async () => {
    const path = 'Condition?_revinclude=Provenance:target';

    assert.match(await found(path, 'user/Condition.rs'), /Provenance/);
    assert.equal(await found(path, problems), 'problem-list-item');
  });

  it('count for their letters only', async () => {
    const scopes = ['user/Observation.s', laboratory.replace('.rs', '.r')];

    assert.equal(await found('Observation', ...scopes), 'laboratory social-history vital-signs');
  });

  it('change nothing for documents', async () => {
    const note =
      'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category|clinical-note';
    const all = await found('DocumentReference', 'user/DocumentReference.rs');

    assert.equal(
      await found('DocumentReference', `user/DocumentReference.rs?category=${note}`),
      all,
    );
  });

  it('bind a patient as well', async () => {
    const { json } = await ask('Observation?category=laboratory', 'user/Observation.rs');
    const patientUuid = json.entry[0].resource.subject.reference.split('/')[1];
    const scopes = new Set([laboratory.replace('user/', 'patient/')]);

    const own = await world.call('GET', '/fhir/Observation', { as: { scopes, patientUuid } });

    assert.ok(own.json.total > 0 && own.json.total < json.total);
  });
});
