// Diagnoses, prescriptions, procedures and imaging of one visit.
import type {
  AllergyIntolerance,
  Condition,
  DiagnosticReport,
  ImagingStudy,
  Immunization,
  MedicationRequest,
  Procedure,
  ServiceRequest,
} from '#core/fhir/r4.ts';
import { codeSystems, concept, hl7Concept, referenceTo } from './chart.ts';
import type { Visit } from './measurements.ts';
import type { Site } from './site.ts';

interface Diagnosis {
  readonly code: string;
  readonly display: string;
  readonly drug: { readonly code: string; readonly display: string; readonly dose: string };
}

const diagnoses: readonly Diagnosis[] = [
  {
    code: 'I10',
    display: 'Essential (primary) hypertension',
    drug: { code: 'C08CA01', display: 'amlodipine', dose: '암로디핀 5 mg 1일 1회 아침 식후' },
  },
  {
    code: 'E11.9',
    display: 'Type 2 diabetes mellitus without complications',
    drug: { code: 'A10BA02', display: 'metformin', dose: '메트포르민 500 mg 1일 2회 식후' },
  },
  {
    code: 'J45.9',
    display: 'Asthma, unspecified',
    drug: { code: 'R03AC02', display: 'salbutamol', dose: '살부타몰 흡입 필요시' },
  },
  {
    code: 'E78.5',
    display: 'Hyperlipidaemia, unspecified',
    drug: {
      code: 'C10AA05',
      display: 'atorvastatin',
      dose: '아토르바스타틴 20 mg 1일 1회 취침 전',
    },
  },
  {
    code: 'G43.9',
    display: 'Migraine, unspecified',
    drug: { code: 'N02CC01', display: 'sumatriptan', dose: '수마트립탄 50 mg 두통 시' },
  },
  {
    code: 'I63.9',
    display: 'Cerebral infarction, unspecified',
    drug: { code: 'B01AC06', display: 'acetylsalicylic acid', dose: '아스피린 100 mg 1일 1회' },
  },
];

const procedures = [
  { code: '40701008', display: 'Echocardiography' },
  { code: '73761001', display: 'Colonoscopy' },
  { code: '29303009', display: 'Electrocardiographic procedure' },
] as const;

const studies = [
  {
    modality: 'CT',
    modalityName: 'Computed Tomography',
    description: 'CT Brain without contrast',
    series: 2,
    instances: 3,
  },
  {
    modality: 'MR',
    modalityName: 'Magnetic Resonance',
    description: 'MR Brain T1/T2',
    series: 2,
    instances: 4,
  },
  {
    modality: 'CR',
    modalityName: 'Computed Radiography',
    description: 'Chest PA',
    series: 1,
    instances: 1,
  },
] as const;

/** SOP classes of the modalities above (PS3.4 B.5). */
const sopClasses = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  CR: '1.2.840.10008.5.1.4.1.1.1',
} as const;

export function addDiagnosis(visit: Visit): void {
  const { chart, patient, encounter, doctor } = visit;
  const diagnosis = chart.random.pick(diagnoses);
  const condition = chart.add<Condition>({
    resourceType: 'Condition',
    id: chart.nextId('DX'),
    clinicalStatus: hl7Concept('condition-clinical', 'active', 'Active'),
    verificationStatus: hl7Concept('condition-ver-status', 'confirmed', 'Confirmed'),
    category: [hl7Concept('condition-category', 'encounter-diagnosis', 'Encounter Diagnosis')],
    code: concept(codeSystems.icd10, diagnosis.code, diagnosis.display),
    subject: referenceTo(patient),
    encounter: referenceTo(encounter),
    onsetDateTime: visit.at(0).slice(0, 10),
    recordedDate: visit.at(15),
    recorder: referenceTo(doctor.practitioner, doctor.name),
  });
  chart.add<MedicationRequest>({
    resourceType: 'MedicationRequest',
    id: chart.nextId('O'),
    status: chart.random.pick(['active', 'completed']),
    intent: 'order',
    priority: 'routine',
    medicationCodeableConcept: concept(
      codeSystems.atc,
      diagnosis.drug.code,
      diagnosis.drug.display,
    ),
    subject: referenceTo(patient),
    encounter: referenceTo(encounter),
    authoredOn: visit.at(20),
    requester: referenceTo(doctor.practitioner, doctor.name),
    reasonReference: [referenceTo(condition)],
    dosageInstruction: [{ text: diagnosis.drug.dose }],
  });
}

export function addProcedure(visit: Visit): void {
  const { chart, patient, encounter, doctor } = visit;
  const { code, display } = chart.random.pick(procedures);
  chart.add<Procedure>({
    resourceType: 'Procedure',
    id: chart.nextId('PR'),
    status: 'completed',
    code: concept(codeSystems.snomed, code, display),
    subject: referenceTo(patient),
    encounter: referenceTo(encounter),
    performedPeriod: { start: visit.at(35), end: visit.at(50) },
    performer: [{ actor: referenceTo(doctor.practitioner, doctor.name) }],
  });
}

/** Order, study and report; the DICOM seed makes files of exactly these UIDs. */
export function addImaging(visit: Visit, site: Site, kind: number): void {
  const { chart, patient, encounter, doctor } = visit;
  const study = studies[kind % studies.length] ?? studies[0];
  const modality = { system: codeSystems.dicom, code: study.modality, display: study.modalityName };
  const studyUid = uid(visit);
  const order = chart.add<ServiceRequest>({
    resourceType: 'ServiceRequest',
    id: chart.nextId('O'),
    identifier: [
      {
        type: hl7Concept('v2-0203', 'ACSN', 'Accession ID'),
        system: 'https://fhir.hospital.com/identifier/accession',
        value: chart.nextId('ACC'),
      },
    ],
    status: 'completed',
    intent: 'order',
    category: [concept(codeSystems.snomed, '363679005', 'Imaging')],
    code: { text: study.description },
    subject: referenceTo(patient),
    encounter: referenceTo(encounter),
    authoredOn: visit.at(18),
    requester: referenceTo(doctor.practitioner, doctor.name),
  });
  const imagingStudy = chart.add<ImagingStudy>({
    resourceType: 'ImagingStudy',
    id: chart.nextId('RS'),
    identifier: [
      { system: 'urn:dicom:uid', value: `urn:oid:${studyUid}` },
      ...(order.identifier ?? []),
    ],
    status: 'available',
    modality: [modality],
    subject: referenceTo(patient),
    encounter: referenceTo(encounter),
    started: visit.at(40),
    basedOn: [referenceTo(order)],
    endpoint: [referenceTo(site.archive)],
    numberOfSeries: study.series,
    numberOfInstances: study.series * study.instances,
    location: referenceTo(site.imaging),
    description: study.description,
    series: Array.from({ length: study.series }, (_, series) => ({
      uid: uid(visit),
      number: series + 1,
      modality,
      numberOfInstances: study.instances,
      started: visit.at(41 + series),
      instance: Array.from({ length: study.instances }, (_unused, instance) => ({
        uid: uid(visit),
        sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${sopClasses[study.modality]}` },
        number: instance + 1,
      })),
    })),
  });
  chart.add<DiagnosticReport>({
    resourceType: 'DiagnosticReport',
    id: chart.nextId('AI'),
    basedOn: [referenceTo(order)],
    status: 'preliminary',
    category: [hl7Concept('v2-0074', 'RAD', 'Radiology')],
    code: { text: `AI analysis: ${study.description}` },
    subject: referenceTo(patient),
    encounter: referenceTo(encounter),
    effectiveDateTime: visit.at(48),
    issued: visit.at(55),
    imagingStudy: [referenceTo(imagingStudy)],
    conclusion: '특이 소견 없음 (AI 분석, 판독의 확인 필요)',
  });
}

export function addAllergy(visit: Visit): void {
  const { chart, patient } = visit;
  chart.add<AllergyIntolerance>({
    resourceType: 'AllergyIntolerance',
    id: chart.nextId('AL'),
    clinicalStatus: hl7Concept('allergyintolerance-clinical', 'active', 'Active'),
    verificationStatus: hl7Concept('allergyintolerance-verification', 'confirmed', 'Confirmed'),
    type: 'allergy',
    category: ['medication'],
    criticality: 'high',
    code: concept(codeSystems.snomed, '91936005', 'Allergy to penicillin'),
    patient: referenceTo(patient),
    recordedDate: visit.at(8),
    reaction: [{ manifestation: [{ text: '두드러기' }], severity: 'moderate' }],
  });
}

export function addImmunization(visit: Visit): void {
  const { chart, patient, encounter } = visit;
  chart.add<Immunization>({
    resourceType: 'Immunization',
    id: chart.nextId('IM'),
    status: 'completed',
    vaccineCode: concept(
      'http://hl7.org/fhir/sid/cvx',
      '140',
      'Influenza, seasonal, injectable, preservative free',
    ),
    patient: referenceTo(patient),
    encounter: referenceTo(encounter),
    occurrenceDateTime: visit.at(22),
    primarySource: true,
  });
}

/** A UID under 2.25 (PS3.5 B.2): its number stays below 2^128. */
function uid(visit: Visit): string {
  const { random } = visit.chart;
  const word = () => BigInt(random.int(0, 0xffff_ffff));
  return `2.25.${(word() << 96n) | (word() << 64n) | (word() << 32n) | word()}`;
}
