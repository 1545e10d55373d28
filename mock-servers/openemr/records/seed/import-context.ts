// What the importers of R4 resources share: where an imported resource ended up, and small readings.

import type { CodeableConcept, FhirResource, Reference } from '#core/fhir/r4.ts';
import { dictionary } from '../dictionary.ts';
import { isUuid, type Records, sqlTime, steadyUuid } from '../records.ts';

/** Where a resource lives in the record. */
export interface Place {
  /** Key of its row: pid, encounter number, users.id ... */
  readonly key: number;
  readonly uuid: string;
}

export interface ImportContext {
  readonly records: Records;
  /** By reference, such as `Patient/P-2025-000001`. */
  readonly places: Map<string, Place>;
  readonly resources: ReadonlyMap<string, FhirResource>;
}

export function referenceTo(resource: FhirResource): string {
  return `${resource.resourceType}/${resource.id ?? ''}`;
}

/** A resource keeps its id when it is a UUID; OpenEMR has no other kind. */
export function uuidFor(resource: FhirResource): string {
  return isUuid(resource.id) ? resource.id.toLowerCase() : steadyUuid(referenceTo(resource));
}

export function placeOf(
  context: ImportContext,
  reference: Reference | undefined,
): Place | undefined {
  return context.places.get(reference?.reference ?? '');
}

/** `2025-01-17 00:05:00` in UTC; a bare date stays at midnight. */
export function storedTime(instant: string | undefined): string | null {
  if (instant === undefined) return null;
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? null : sqlTime(date);
}

export function textOf(concept: CodeableConcept | undefined): string {
  return concept?.text ?? concept?.coding?.[0]?.display ?? '';
}

export function codeOf(concept: CodeableConcept | undefined): string {
  return concept?.coding?.[0]?.code ?? '';
}

const codeTypes = dictionary<string>({
  'http://snomed.info/sct': 'SNOMED-CT',
  'http://loinc.org': 'LOINC',
  'http://hl7.org/fhir/sid/icd-10': 'ICD10',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD10',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RXCUI',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
});

/** OpenEMR writes codes as `ICD10:E78.5`. Codes of systems that it does not know are left out. */
export function openemrCode(concept: CodeableConcept | undefined): string {
  const known = concept?.coding?.find((coding) => codeTypes[coding.system ?? ''] !== undefined);
  return known ? `${codeTypes[known.system ?? '']}:${known.code}` : '';
}
