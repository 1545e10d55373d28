// What the builders of one chart share: the random source, running numbers and small value makers.
import type { CodeableConcept, FhirResource, Quantity, Reference } from '#core/fhir/r4.ts';
import type { Random } from './random.ts';

export interface Chart {
  readonly random: Random;
  /** Adds a resource and gives it back; order of adding is the order of dependency. */
  add<T extends FhirResource>(resource: T): T;
  /** Running id such as `E-2025-000012`, in the numbering of the team's guides. */
  nextId(prefix: string): string;
}

export const codeSystems = {
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  snomed: 'http://snomed.info/sct',
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  atc: 'http://www.whocc.no/atc',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
} as const;

const terminology = 'http://terminology.hl7.org/CodeSystem';

export function newChart(random: Random): Chart & { readonly resources: FhirResource[] } {
  const resources: FhirResource[] = [];
  const counters = new Map<string, number>();
  return {
    random,
    resources,
    add: (resource) => {
      resources.push(resource);
      return resource;
    },
    nextId: (prefix) => {
      const number = (counters.get(prefix) ?? 0) + 1;
      counters.set(prefix, number);
      return `${prefix}-2025-${String(number).padStart(6, '0')}`;
    },
  };
}

export function concept(system: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system, code, display }], text: display };
}

/** A code of terminology.hl7.org. */
export function hl7Concept(codeSystem: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system: `${terminology}/${codeSystem}`, code, display }] };
}

export function quantity(value: number, unit: string, digits = 1): Quantity {
  const rounded = Number(value.toFixed(digits));
  return { value: rounded, unit, system: codeSystems.ucum, code: unit };
}

export function referenceTo(
  target: { readonly resourceType: string; readonly id?: string | undefined },
  display?: string,
): Reference {
  const reference = `${target.resourceType}/${target.id}`;
  return display === undefined ? { reference } : { reference, display };
}

/** An instant of Seoul's clock, `days` after 2025-01-01. */
export function seoulTime(days: number, hour: number, minute: number): string {
  const day = new Date(Date.UTC(2025, 0, 1 + days)).toISOString().slice(0, 10);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${day}T${pad(hour)}:${pad(minute)}:00+09:00`;
}
