// A FHIR resource type as OpenEMR serves it: queries on the record, a mapping, search parameters.
import type { FhirResource } from '#core/fhir/r4.ts';
import type { Profile } from '../profiles.ts';
import type { Row } from '../records/database.ts';
import type { Records } from '../records/records.ts';

/** How a parameter compares with its columns (src/Services/Search/SearchFieldType.php). */
export type ParameterKind = 'token' | 'uuid' | 'string' | 'date' | 'datetime' | 'reference';

export interface Parameter {
  readonly kind: ParameterKind;
  /** Columns of the query; any of them may match. */
  readonly columns: readonly string[];
  /** From 7.0.4. */
  readonly isNew?: boolean;
  /** The columns are in the patients' index of pieces of text. */
  readonly isIndexed?: boolean;
}

export interface FhirContext {
  readonly records: Records;
  readonly profile: Profile;
  /** `{base}/apis/default/fhir` */
  readonly fhirUrl: string;
}

/** One query and what becomes of its rows; a type such as Observation has several. */
export interface Source {
  /** A SELECT whose columns the parameters name; `uuid` is the id, `puuid` the patient. */
  readonly sql: string;
  readonly toResource: (row: Row, context: FhirContext) => FhirResource;
}

export interface FhirService {
  readonly type: FhirResource['resourceType'];
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly sources: readonly Source[];
  /** A token with a patient in context sees this patient's resources only. */
  readonly inPatientCompartment: boolean;
  /** What belongs to no patient is in every patient's compartment. */
  readonly sharesUnowned?: boolean;
  /** Ids are UUIDs, and anything else is refused, unless the type says otherwise. */
  readonly hasOtherIds?: boolean;
  /** The query gives a resource as often as it has members; the first row stands for it. */
  readonly oneRowPerMember?: boolean;
}

export const id = (column = 'uuid'): Parameter => ({ kind: 'uuid', columns: [column] });
export const token = (...columns: string[]): Parameter => ({ kind: 'token', columns });
export const text = (...columns: string[]): Parameter => ({ kind: 'string', columns });
/** Columns of patient_data that `patient-index.ts` knows. */
export const indexed = (...columns: string[]): Parameter => ({
  kind: 'string',
  columns,
  isIndexed: true,
});
export const date = (...columns: string[]): Parameter => ({ kind: 'date', columns });
export const datetime = (...columns: string[]): Parameter => ({ kind: 'datetime', columns });
export const reference = (...columns: string[]): Parameter => ({ kind: 'reference', columns });
export const added = (parameter: Parameter): Parameter => ({ ...parameter, isNew: true });

/** What nearly every type of the patient compartment has. */
export const patientParameters = {
  _id: id(),
  patient: reference('puuid'),
  _lastUpdated: datetime('last_updated'),
} as const;
