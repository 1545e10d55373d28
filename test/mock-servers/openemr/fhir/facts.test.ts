// Facts 3.2 and 3.5: parameters row by row, and what a token of one patient finds.
import assert from 'node:assert/strict';
import { services } from '#mock-servers/openemr/fhir/services.ts';
import { openWorld, type World } from '../records/world.ts';
import { parameterRows } from './parameter-rows.ts';

describe('facts 3.5: search parameters', () => {
  for (const [types, parameters] of parameterRows) {
    const [plain = '', added = ''] = parameters.split('+');
    const words = (text: string) => text.split(' ').filter((word) => word !== '');
    for (const type of types.split(' ')) {
      it(`${type}: ${parameters}`, () => {
        const service = services.get(type);
        const own = Object.entries(service?.parameters ?? {});
        const isAddedType = plain.trim() === '';
        const old = own.filter(([, { isNew }]) => !isNew).map(([name]) => name);
        const later = own.filter(([, { isNew }]) => isNew).map(([name]) => name);

        assert.deepEqual(old.toSorted(), words(isAddedType ? added : plain).toSorted());
        assert.deepEqual(later.toSorted(), isAddedType ? [] : words(added).toSorted());
      });
    }
  }

  it('leaves no type without its row', () => {
    const rows = parameterRows.flatMap(([types]) => types.split(' '));

    assert.deepEqual([...services.keys()].toSorted(), rows.toSorted());
  });
});

describe('facts 3.2: a patient in context', () => {
  let world: World;
  let mine: string;
  let other: string;
  before(async () => {
    world = await openWorld();
    mine = (await world.call('GET', '/fhir/Patient?family=홍')).json.entry[0].resource.id;
    other = (await world.call('GET', '/fhir/Patient?family=김')).json.entry[0].resource.id;
  });
  after(() => world.close());
  const as = (patientUuid: string) => ({
    role: 'users' as const,
    patientUuid,
    scopes: new Set([
      'patient/Patient.read',
      'patient/Observation.read',
      'patient/Encounter.read',
      'patient/Group.read',
    ]),
  });

  for (const query of ['Patient', 'Patient?_id=:other', 'Patient?family=김']) {
    it(`searches ${query} within the own record`, async () => {
      const path = `/fhir/${query.replace(':other', other)}`;
      const { json } = await world.call('GET', path, { as: as(mine) });

      const found = (json.entry ?? []).map(
        (entry: { resource: { id: string } }) => entry.resource.id,
      );
      assert.ok(found.every((id: string) => id === mine));
    });
  }

  it('gives only own observations, whichever patient is asked for', async () => {
    const { json } = await world.call('GET', `/fhir/Observation?patient=${other}`, {
      as: as(mine),
    });

    assert.ok(json.total > 0);
    for (const { resource } of json.entry)
      assert.equal(resource.subject.reference, `Patient/${mine}`);
  });

  it('does not find what belongs to another patient', async () => {
    const { json } = await world.call('GET', `/fhir/Encounter?patient=${other}`);
    const { id } = json.entry[0].resource;

    const foreign = await world.call('GET', `/fhir/Encounter/${id}`, { as: as(mine) });
    const person = await world.call('GET', `/fhir/Patient/${other}`, { as: as(mine) });

    assert.deepEqual([foreign.status, foreign.text], [404, '[]']);
    assert.deepEqual([person.status, person.text], [401, '']);
  });

  it('refuses a patient what is for staff', async () => {
    const { status } = await world.call('GET', '/fhir/Group', { as: as(mine) });

    assert.equal(status, 401);
  });
});
