// Generates the seed hospital. Runs when the fixture is made and in tests; the mocks load the fixture.
import type { Encounter, FhirResource, Patient } from '#core/fhir/r4.ts';
import { buildBreadth } from './breadth.ts';
import { addAllergy, addDiagnosis, addImaging, addImmunization, addProcedure } from './care.ts';
import {
  type Chart,
  codeSystems,
  concept,
  hl7Concept,
  newChart,
  referenceTo,
  seoulTime,
} from './chart.ts';
import { type Hospital, mrnSystem } from './hospital.ts';
import { addLaboratory, addVitals, type Visit } from './measurements.ts';
import {
  humanNames,
  koreanAddress,
  koreanMobile,
  type PersonSeed,
  patientSeeds,
} from './people.ts';
import { seededRandom } from './random.ts';
import { addSite, type Site } from './site.ts';

/** Seed of the committed fixture. */
export const hospitalSeed = 20250615;

/** All seeded resources start as version 1 of this instant, so that the bytes do not depend on the day. */
const seededAt = '2025-12-29T00:00:00.000Z';

/** The whole seed: the charts and one resource of each further type, each with its meta as a server would give it. */
export async function buildHospital(seed: number): Promise<Hospital> {
  const charts = buildCharts(seed);
  const breadth = await buildBreadth(seed, charts);
  return { resources: [...charts, ...breadth].map(withMeta) };
}

function withMeta(resource: FhirResource): FhirResource {
  const { resourceType, id, ...rest } = resource;
  return {
    resourceType,
    id,
    meta: { versionId: '1', lastUpdated: seededAt },
    ...rest,
  } as FhirResource;
}

/** Coherent charts in order of dependency: whatever a resource refers to stands before it. */
export function buildCharts(seed: number): readonly FhirResource[] {
  const chart = newChart(seededRandom(seed));
  const site = addSite(chart);
  const patients = patientSeeds.map((person) => addPatient(chart, site, person));
  for (const [index, patient] of patients.entries()) {
    const visits = chart.random.int(1, 2);
    for (let visit = 0; visit < visits; visit += 1) addVisit(chart, site, patient, index, visit);
  }
  return chart.resources;
}

function addPatient(chart: Chart, site: Site, person: PersonSeed): Patient {
  const id = chart.nextId('P');
  const doctor = chart.random.pick(site.staff);
  return chart.add<Patient>({
    resourceType: 'Patient',
    id,
    identifier: [
      {
        use: 'usual',
        type: hl7Concept('v2-0203', 'MR', 'Medical record number'),
        system: mrnSystem,
        value: id,
        assigner: referenceTo(site.organization, site.organization.name),
      },
    ],
    active: true,
    name: humanNames(person),
    telecom: [
      { system: 'phone', value: koreanMobile(chart.random), use: 'mobile' },
      { system: 'email', value: `patient${id.slice(-3)}@example.com` },
    ],
    gender: person.gender,
    birthDate: person.birthDate,
    address: [koreanAddress(chart.random)],
    communication: [
      person.alphabetic === undefined
        ? { language: concept('urn:ietf:bcp:47', 'en', 'English') }
        : { language: concept('urn:ietf:bcp:47', 'ko', 'Korean'), preferred: true },
    ],
    generalPractitioner: [referenceTo(doctor.practitioner, doctor.name)],
    managingOrganization: referenceTo(site.organization),
  });
}

function addVisit(
  chart: Chart,
  site: Site,
  patient: Patient,
  index: number,
  ordinal: number,
): void {
  const { random } = chart;
  const day = random.int(0, 100) + ordinal * 110;
  const hour = random.int(8, 16);
  const at = (minute: number) => seoulTime(day, hour, minute);
  const doctor = random.pick(site.staff);
  const inpatient = random.chance(0.15);
  const encounter = chart.add<Encounter>({
    resourceType: 'Encounter',
    id: chart.nextId('E'),
    status: 'finished',
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: inpatient ? 'IMP' : 'AMB',
      display: inpatient ? 'inpatient encounter' : 'ambulatory',
    },
    type: [
      inpatient
        ? concept(codeSystems.snomed, '32485007', 'Hospital admission')
        : concept(codeSystems.snomed, '185349003', 'Encounter for check up'),
    ],
    subject: referenceTo(patient, patient.name?.[0]?.text),
    participant: [{ individual: referenceTo(doctor.practitioner, doctor.name) }],
    period: { start: at(0), end: at(59) },
    location: [{ location: referenceTo(inpatient ? site.ward : site.outpatient) }],
    serviceProvider: referenceTo(site.organization),
  });
  const age = 2025 - Number(patient.birthDate?.slice(0, 4));
  addCare({ chart, patient, encounter, doctor, age, at }, site, index, ordinal);
}

function addCare(visit: Visit, site: Site, index: number, ordinal: number): void {
  const { random } = visit.chart;
  addVitals(visit);
  addLaboratory(visit);
  if (ordinal === 0) addDiagnosis(visit);
  if (index === 0 && ordinal === 0) {
    // The patient of the guides has one study of each modality.
    for (const kind of [0, 1, 2]) addImaging(visit, site, kind);
  } else if (random.chance(0.3)) addImaging(visit, site, index);
  if (random.chance(0.4)) addProcedure(visit);
  if (ordinal === 0 && random.chance(0.25)) addAllergy(visit);
  if (random.chance(0.3)) addImmunization(visit);
}
