// Vital signs and laboratory results, in LOINC and UCUM.
import type {
  DiagnosticReport,
  Encounter,
  Observation,
  Patient,
  ServiceRequest,
} from '#core/fhir/r4.ts';
import { type Chart, codeSystems, concept, hl7Concept, quantity, referenceTo } from './chart.ts';
import type { StaffMember } from './site.ts';

export interface Visit {
  readonly chart: Chart;
  readonly patient: Patient;
  readonly encounter: Encounter;
  readonly doctor: StaffMember;
  /** Years at the visit. */
  readonly age: number;
  at(minute: number): string;
}

interface Measured {
  readonly code: string;
  readonly display: string;
  readonly unit: string;
  readonly mean: number;
  readonly spread: number;
  readonly digits: number;
  readonly low?: number;
  readonly high?: number;
}

const bodyTemperature: Measured = {
  code: '8310-5',
  display: 'Body temperature',
  unit: 'Cel',
  mean: 36.7,
  spread: 0.8,
  digits: 1,
};
const heartRate: Measured = {
  code: '8867-4',
  display: 'Heart rate',
  unit: '/min',
  mean: 76,
  spread: 20,
  digits: 0,
};
const oxygen: Measured = {
  code: '2708-6',
  display: 'Oxygen saturation in Arterial blood',
  unit: '%',
  mean: 97.5,
  spread: 2,
  digits: 0,
};

const panels: readonly { code: string; display: string; tests: readonly Measured[] }[] = [
  {
    code: '58410-2',
    display: 'CBC panel - Blood by Automated count',
    tests: [
      {
        code: '718-7',
        display: 'Hemoglobin [Mass/volume] in Blood',
        unit: 'g/dL',
        mean: 13.8,
        spread: 3,
        digits: 1,
        low: 12,
        high: 17,
      },
      {
        code: '6690-2',
        display: 'Leukocytes [#/volume] in Blood by Automated count',
        unit: '10*3/uL',
        mean: 7,
        spread: 4,
        digits: 2,
        low: 4,
        high: 10,
      },
      {
        code: '777-3',
        display: 'Platelets [#/volume] in Blood by Automated count',
        unit: '10*3/uL',
        mean: 250,
        spread: 110,
        digits: 0,
        low: 150,
        high: 400,
      },
    ],
  },
  {
    code: '24323-8',
    display: 'Comprehensive metabolic 2000 panel - Serum or Plasma',
    tests: [
      {
        code: '2345-7',
        display: 'Glucose [Mass/volume] in Serum or Plasma',
        unit: 'mg/dL',
        mean: 104,
        spread: 40,
        digits: 0,
        low: 70,
        high: 100,
      },
      {
        code: '2160-0',
        display: 'Creatinine [Mass/volume] in Serum or Plasma',
        unit: 'mg/dL',
        mean: 0.95,
        spread: 0.5,
        digits: 2,
        low: 0.6,
        high: 1.3,
      },
      {
        code: '2951-2',
        display: 'Sodium [Moles/volume] in Serum or Plasma',
        unit: 'mmol/L',
        mean: 140,
        spread: 6,
        digits: 0,
        low: 135,
        high: 145,
      },
      {
        code: '1742-6',
        display: 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma',
        unit: 'U/L',
        mean: 27,
        spread: 22,
        digits: 0,
        low: 0,
        high: 40,
      },
    ],
  },
];

export function addVitals(visit: Visit): void {
  const { random } = visit.chart;
  const systolic = random.around(visit.age < 15 ? 100 : 124, 28);
  const part = (code: string, display: string, value: number) => ({
    code: concept(codeSystems.loinc, code, display),
    valueQuantity: quantity(value, 'mm[Hg]', 0),
  });
  addObservation(visit, 'vital-signs', 'Vital Signs', {
    code: concept(codeSystems.loinc, '85354-9', 'Blood pressure panel with all children optional'),
    component: [
      part('8480-6', 'Systolic blood pressure', systolic),
      part('8462-4', 'Diastolic blood pressure', systolic * 0.64),
    ],
  });
  for (const measured of [bodyTemperature, heartRate, oxygen]) {
    addObservation(visit, 'vital-signs', 'Vital Signs', measure(visit, measured));
  }
}

/** One panel: its order, its results and the report that gathers them. */
export function addLaboratory(visit: Visit): void {
  const { chart } = visit;
  const panel = chart.random.pick(panels);
  const code = concept(codeSystems.loinc, panel.code, panel.display);
  const order = chart.add<ServiceRequest>({
    resourceType: 'ServiceRequest',
    id: chart.nextId('O'),
    status: 'completed',
    intent: 'order',
    priority: chart.random.pick(['routine', 'urgent', 'stat']),
    category: [concept(codeSystems.snomed, '108252007', 'Laboratory procedure')],
    code,
    subject: referenceTo(visit.patient),
    encounter: referenceTo(visit.encounter),
    authoredOn: visit.at(12),
    requester: referenceTo(visit.doctor.practitioner, visit.doctor.name),
  });
  const results = panel.tests.map((test) =>
    addObservation(visit, 'laboratory', 'Laboratory', {
      basedOn: [referenceTo(order)],
      ...measure(visit, test),
    }),
  );
  chart.add<DiagnosticReport>({
    resourceType: 'DiagnosticReport',
    id: chart.nextId('DRP'),
    basedOn: [referenceTo(order)],
    status: 'final',
    category: [hl7Concept('v2-0074', 'LAB', 'Laboratory')],
    code,
    subject: referenceTo(visit.patient),
    encounter: referenceTo(visit.encounter),
    effectiveDateTime: visit.at(30),
    issued: visit.at(45),
    result: results.map((result) => referenceTo(result)),
  });
}

function measure(visit: Visit, test: Measured): Pick<Observation, 'code' | 'valueQuantity'> {
  const value = quantity(visit.chart.random.around(test.mean, test.spread), test.unit, test.digits);
  const { low, high } = test;
  const measured = {
    code: concept(codeSystems.loinc, test.code, test.display),
    valueQuantity: value,
  };
  if (low === undefined || high === undefined) return measured;
  return {
    ...measured,
    interpretation: [interpretation(value.value ?? 0, low, high)],
    referenceRange: [
      { low: quantity(low, test.unit, test.digits), high: quantity(high, test.unit, test.digits) },
    ],
  } as typeof measured;
}

function interpretation(value: number, low: number, high: number) {
  if (value < low) return hl7Concept('v3-ObservationInterpretation', 'L', 'Low');
  if (value > high) return hl7Concept('v3-ObservationInterpretation', 'H', 'High');
  return hl7Concept('v3-ObservationInterpretation', 'N', 'Normal');
}

function addObservation(
  visit: Visit,
  category: 'vital-signs' | 'laboratory',
  display: string,
  content: Partial<Observation> & Pick<Observation, 'code'>,
): Observation {
  const { chart } = visit;
  return chart.add<Observation>({
    resourceType: 'Observation',
    id: chart.nextId(category === 'laboratory' ? 'LR' : 'VS'),
    ...('basedOn' in content ? { basedOn: content.basedOn } : {}),
    status: 'final',
    category: [hl7Concept('observation-category', category, display)],
    ...content,
    subject: referenceTo(visit.patient),
    encounter: referenceTo(visit.encounter),
    effectiveDateTime: visit.at(category === 'laboratory' ? 25 : 5),
    performer: [referenceTo(visit.doctor.practitioner, visit.doctor.name)],
  } as Observation);
}
