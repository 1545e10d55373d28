// Facts 3.1 to 3.6, row by row.
import assert from 'node:assert/strict';
import { services } from '#mock-servers/openemr/fhir/services.ts';
import { profiles } from '#mock-servers/openemr/profiles.ts';
import { openWorld, type World } from '../records/world.ts';

/** Facts 3.5: the parameters of 7.0.3, and behind `+` those that 7.0.4 adds. */
const parameterRows: readonly (readonly [types: string, parameters: string])[] = [
  [
    'Patient',
    '_id identifier name birthdate gender address address-city address-postalcode address-state email family given phone telecom _lastUpdated generalPractitioner',
  ],
  [
    'Practitioner Person',
    '_id active email phone telecom address address-city address-postalcode address-state family given name _lastUpdated',
  ],
  [
    'Organization',
    '_id email phone telecom address address-city address-postalcode address-state name',
  ],
  ['Location', '_id _lastUpdated'],
  ['PractitionerRole', 'specialty practitioner _lastUpdated'],
  ['Encounter', '_id patient date _lastUpdated'],
  ['Observation', '_id patient code category date _lastUpdated'],
  ['DiagnosticReport', '_id patient code category date _lastUpdated'],
  ['DocumentReference', '_id patient type category date _lastUpdated'],
  ['Condition AllergyIntolerance Device Immunization Group', '_id patient _lastUpdated'],
  ['Procedure', '_id patient date _lastUpdated'],
  ['MedicationRequest', '_id patient intent status _lastUpdated'],
  ['Medication ValueSet', '_id _lastUpdated'],
  ['Goal', '_id patient _lastUpdated + lifecycle-status target-date description'],
  ['CarePlan', '_id patient category _lastUpdated + status'],
  ['CareTeam', '_id patient status _lastUpdated'],
  ['Coverage', '_id patient payor _lastUpdated + type status'],
  ['Appointment', '_id patient date _lastUpdated'],
  ['ServiceRequest', '+ _id patient category code authored status intent _lastUpdated'],
  ['Specimen', '+ patient identifier accession type collected status _id'],
  ['MedicationDispense', '+ patient status type'],
  ['Media', '+ patient content-type title'],
  ['RelatedPerson', '+ patient'],
  ['Questionnaire', '+ _id title questionnaire-code'],
  ['QuestionnaireResponse', '+ _id patient _lastUpdated'],
];

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

describe('facts 3.6: CapabilityStatement', () => {
  for (const version of ['7.0.3', '7.0.4'] as const) {
    it(`says what ${version} serves`, async () => {
      const world = await openWorld({ version });
      try {
        const { status, json } = await world.call('GET', '/fhir/metadata');

        const [rest] = json.rest;
        const types = rest.resource.map((resource: { type: string }) => resource.type);
        const writable = rest.resource
          .filter(({ interaction }: { interaction: { code: string }[] }) =>
            interaction.some(({ code }) => code === 'create'),
          )
          .map(({ type }: { type: string }) => type);
        assert.equal(status, 200);
        assert.deepEqual(json.software, { name: 'OpenEMR', version });
        assert.equal(json.kind, 'instance');
        assert.equal(json.date, '2026-01-14');
        assert.equal(types.includes('ServiceRequest'), profiles[version].hasServiceRequest);
        assert.equal(types.includes('ImagingStudy'), false);
        assert.deepEqual(writable, ['Organization', 'Patient', 'Practitioner']);
        assert.match(rest.security.extension[0].url, /oauth-uris$/);
        assert.equal(
          rest.security.extension[0].extension[0].valueUri,
          'https://openemr.example/oauth2/default/token',
        );
      } finally {
        await world.close();
      }
    });
  }
});
