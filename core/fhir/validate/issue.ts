import type { Text } from '../../text.ts';

/** Codes of http://hl7.org/fhir/issue-type that the validator gives. */
export type IssueCode = 'structure' | 'required' | 'value' | 'code-invalid' | 'invariant';

/** One finding about a resource. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly code: IssueCode;
  /** FHIRPath of the element, such as `Patient.name[0].given[1]` or `Observation.value.ofType(Quantity)`. */
  readonly path: string;
  /** The same place as JSON keys and indexes, for an editor. */
  readonly location: readonly (string | number)[];
  readonly message: Text;
}
