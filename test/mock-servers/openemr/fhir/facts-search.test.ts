// Facts 3.5: what each parameter finds, and how a search fails quietly.
import assert from 'node:assert/strict';
import { openWorld, type World } from '../records/world.ts';

/** Query, and how many of the seed it finds; the seed has 24 patients, of whom these are a few. */
const searchRows: readonly (readonly [string, number | 'some'])[] = [
  ['Patient?name=길', 1],
  ['Patient?name=동', 0],
  ['Patient?name:contains=길동', 1],
  ['Patient?family:exact=홍', 1],
  ['Patient?family:exact=호', 0],
  ['Patient?family=MULLER', 1],
  ['Patient?given=Emily,John', 2],
  ['Patient?family=홍&family=김', 0],
  ['Patient?family:missing=true', 0],
  ['Patient?birthdate=1985-06-15', 1],
  ['Patient?birthdate=1985-06', 'some'],
  ['Patient?birthdate=1985', 'some'],
  ['Patient?birthdate=ge1985-06-15&birthdate=le1985-06-15', 1],
  ['Patient?birthdate=gt2100', 0],
  ['Patient?birthdate=ne1985-06-15', 23],
  ['Patient?gender=male', 'some'],
  ['Patient?identifier=P-2025-000001', 1],
  ['Patient?identifier=https://fhir.hospital.com/identifier/patient|P-2025-000001', 1],
  ['Patient?email=PATIENT001@example.com', 1],
  ['Patient?address-city=광주', 'some'],
  ['Patient?address=상무대로', 'some'],
  ['Observation?patient={patient}&category=vital-signs', 'some'],
  ['Observation?patient={patient}&code=85354-9', 'some'],
  ['Observation?patient=Patient/{patient}&code=http://loinc.org|8867-4', 'some'],
  ['Observation?patient={patient}&category=social-history', 1],
  ['Observation?category=laboratory&code=718-7', 21],
  ['Observation?date=gt2100', 0],
  ['Encounter?patient={patient}', 'some'],
  ['Encounter?date=2025', 'some'],
  ['DiagnosticReport?category=LAB', 'some'],
  ['DiagnosticReport?category=LP29684-5', 'some'],
  ['MedicationRequest?status=active&intent=order', 'some'],
  ['DocumentReference?category=clinical-note', 1],
  ['Group?patient={patient}', 1],
  ['Practitioner?family=김', 1],
  ['Person?name=Administrator', 1],
  ['Organization?name=한빛', 1],
  ['ValueSet?_id=language', 1],
  // Unknown, unsupported or malformed: 200 and nothing.
  ['Patient?unknown=1', 0],
  ['Patient?_count=1', 0],
  ['Patient?_offset=1', 0],
  ['Patient?_sort=family', 0],
  ['Patient?family:text=홍', 0],
  ['Patient?gender:not=male', 0],
  ['Observation?subject={patient}', 0],
  ['Observation?patient=nobody', 0],
  ['Observation?_include=Observation:patient', 0],
  ['Condition?clinical-status=active', 0],
  ['Encounter?date=yesterday', 0],
  ['PractitionerRole?_id={patient}', 0],
  ['Goal?description=x', 0],
];

describe('facts 3.2 and 3.5: searches in 7.0.3', () => {
  let world: World;
  let patient: string;
  before(async () => {
    world = await openWorld();
    patient = (await world.call('GET', '/fhir/Patient?family=홍')).json.entry[0].resource.id;
  });
  after(() => world.close());

  for (const [query, expected] of searchRows) {
    it(`${query} -> ${expected}`, async () => {
      const { status, json } = await world.call(
        'GET',
        `/fhir/${query.replaceAll('{patient}', patient)}`,
      );

      assert.equal(status, 200);
      assert.equal(json.total, json.entry?.length ?? 0);
      if (expected === 'some') assert.ok(json.total > 0);
      else assert.equal(json.total, expected);
    });
  }

  it('adds Provenance for what it finds with _revinclude', async () => {
    const { json } = await world.call(
      'GET',
      '/fhir/Patient?family=홍&_revinclude=Provenance:target',
    );

    const [found, provenance] = json.entry.map((entry: { resource: unknown }) => entry.resource);
    assert.equal(json.total, 2);
    assert.equal(provenance.id, `Patient:${found.id}`);
    assert.deepEqual(provenance.target, [{ reference: `Patient/${found.id}`, type: 'Patient' }]);
    const read = await world.call('GET', `/fhir/Provenance/${provenance.id}`);
    assert.deepEqual(read.json, provenance);
  });

  it('takes a search by POST, form and query together', async () => {
    const { json } = await world.call('POST', '/fhir/Patient/_search?family=홍', {
      body: 'given=길동',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

    assert.equal(json.total, 1);
    assert.equal(json.link[0].url, 'https://openemr.example/apis/default/fhir/Patient');
  });

  it('ignores paging for other types in 7.0.4, where only Patient has it', async () => {
    const later = await openWorld({ version: '7.0.4' });
    try {
      const all = await later.call('GET', '/fhir/Encounter');
      const paged = await later.call('GET', '/fhir/Encounter?_count=1');

      assert.equal(paged.json.total, all.json.total);
    } finally {
      await later.close();
    }
  });
});
