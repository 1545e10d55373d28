// _summary and _elements: a part of a resource, marked as such
// (http://hl7.org/fhir/R4/search.html#summary).
import type { FhirRequest } from '../wire.ts';

export function shapeBody(body: string, _type: string, _request: FhirRequest): string {
  return body;
}
