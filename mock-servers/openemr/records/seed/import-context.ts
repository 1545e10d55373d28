// What the importers of R4 resources share: where an imported resource ended up, and small readings.

import type { CodeableConcept, FhirResource, Reference } from '#core/fhir/r4.ts';
import type { TableName } from '../columns.ts';
import { dictionary } from '../dictionary.ts';
import { isUuid, type Records, sqlTime, steadyUuid } from '../records.ts';

/** Where a resource lives in the record. */
interface Place {
  /** Key of its row: pid, encounter number, users.id ... */
  readonly key: number;
  readonly uuid: string;
}

export interface ImportContext {
  readonly records: Records;
  /** By reference, such as `Patient/P-2025-000001`. */
  readonly places: Map<string, Place>;
  readonly resources: ReadonlyMap<string, FhirResource>;
  /** The record had nothing of a hospital before. */
  readonly isFirst: boolean;
  /** Reference by id, for `urn:uuid:` references. */
  readonly byUuid: ReadonlyMap<string, string>;
}

export function referenceTo(resource: FhirResource): string {
  return `${resource.resourceType}/${resource.id ?? ''}`;
}

/** A resource keeps its id when it is a UUID; OpenEMR has no other kind. */
export function uuidFor(resource: FhirResource): string {
  return isUuid(resource.id) ? resource.id.toLowerCase() : steadyUuid(referenceTo(resource));
}

/** Where the resource lives that a reference names: of this import, or of one before. */
export function placeOf(
  context: ImportContext,
  reference: Reference | undefined,
): Place | undefined {
  const named = reference?.reference ?? '';
  // Transaction bundles refer to each other by the fullUrl of an entry.
  const key = named.startsWith('urn:uuid:') ? (context.byUuid.get(named.slice(9)) ?? '') : named;
  return context.places.get(key) ?? storedPlace(context.records, key);
}

/** Tables and key columns of what an import can meet again. */
const homes = dictionary<readonly (readonly [TableName, string])[]>({
  Patient: [['patient_data', 'pid']],
  Encounter: [['form_encounter', 'encounter']],
  Practitioner: [['users', 'id']],
  Organization: [['facility', 'id']],
  ServiceRequest: [['procedure_order', 'procedure_order_id']],
  DiagnosticReport: [
    ['procedure_report', 'procedure_report_id'],
    ['form_clinical_notes', 'id'],
  ],
  Condition: [['lists', 'id']],
  AllergyIntolerance: [['lists', 'id']],
  Procedure: [['lists', 'id']],
  MedicationRequest: [['prescriptions', 'id']],
  Immunization: [['immunizations', 'id']],
});

/** @param reference - such as `Patient/P-2025-000001` */
export function storedPlace({ database }: Records, reference: string): Place | undefined {
  const [type = '', id = ''] = reference.split('/');
  const uuid = isUuid(id) ? id.toLowerCase() : steadyUuid(reference);
  for (const [table, column] of id === '' ? [] : (homes[type] ?? [])) {
    const row = database.get(`SELECT "${column}" AS key FROM "${table}" WHERE uuid = ?`, uuid);
    if (row) return { key: Number(row['key']), uuid };
  }
  return undefined;
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
