import assert from 'node:assert/strict';
import { validateResource } from '#core/fhir/validate/validate.ts';
import { buildHospital, hospitalSeed } from '#mock-servers/seed/build-hospital.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';

describe('hospital seed', () => {
  it('gives the same bytes for the same seed, and those are the committed fixture', async () => {
    const built = await buildHospital(hospitalSeed);

    assert.equal(JSON.stringify(built), JSON.stringify(loadHospital()));
  });

  it('gives another hospital for another seed', async () => {
    const other = await buildHospital(hospitalSeed + 1);

    assert.notEqual(JSON.stringify(other), JSON.stringify(loadHospital()));
  });

  it('starts with the patient of the guides', () => {
    const patient = loadHospital().resources.find((entry) => entry.resourceType === 'Patient');

    assert.ok(patient?.resourceType === 'Patient');
    assert.equal(patient.identifier?.[0]?.value, 'P-2025-000001');
    assert.equal(patient.identifier?.[0]?.system, 'https://fhir.hospital.com/identifier/patient');
    assert.deepEqual(
      patient.name?.map((name) => [name.family, name.given]),
      [
        ['홍', ['길동']],
        ['Hong', ['Gildong']],
      ],
    );
    assert.equal(patient.gender, 'male');
    assert.equal(patient.birthDate, '1985-06-15');
    assert.match(patient.telecom?.[0]?.value ?? '', /^010-\d{4}-\d{4}$/);
  });

  it('refers only to resources that stand before the referring one', () => {
    const seen = new Set<string>();
    const dangling: string[] = [];
    for (const resource of loadHospital().resources) {
      for (const [, target] of JSON.stringify(resource).matchAll(/"reference":"([^"]+)"/g)) {
        if (target !== undefined && !seen.has(target)) dangling.push(target);
      }
      seen.add(`${resource.resourceType}/${resource.id}`);
    }

    assert.deepEqual(dangling, []);
  });

  it('holds only resources that validate', async () => {
    const faults: unknown[] = [];
    for (const resource of loadHospital().resources) {
      const issues = await validateResource(resource);
      faults.push(...issues.map(({ path, message }) => [resource.id, path, message.template]));
    }

    assert.deepEqual(faults, []);
  });

  it('gives each resource its own id and each DICOM object its own UID', () => {
    const { resources } = loadHospital();
    const ids = resources.map(({ resourceType, id }) => `${resourceType}/${id}`);
    const uids = [...JSON.stringify(resources).matchAll(/"uid":"([\d.]+)"/g)].map(([, uid]) => uid);

    assert.equal(new Set(ids).size, ids.length);
    assert.ok(uids.length > 50);
    assert.equal(new Set(uids).size, uids.length);
  });
});
