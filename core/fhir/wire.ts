// Guards for what a FHIR server sends. They check what this project reads; everything else passes through.
import { WorkbenchError } from '../errors.ts';
import { isRecord, isString, optional } from '../guards.ts';
import { text } from '../text.ts';
import type { Bundle, FhirResource, OperationOutcome, OperationOutcomeIssue } from './r4.ts';

export type ResourceType = FhirResource['resourceType'];
export type ResourceOf<T extends ResourceType> = Extract<FhirResource, { resourceType: T }>;

const isOptionalString = optional(isString);

export function isResource(value: unknown): value is FhirResource {
  if (!isRecord(value)) return false;
  const { resourceType, id, meta } = value;
  return (
    isString(resourceType) &&
    isOptionalString(id) &&
    (meta === undefined || (isRecord(meta) && isOptionalString(meta['versionId'])))
  );
}

export function isResourceOf<T extends ResourceType>(
  type: T,
): (value: unknown) => value is ResourceOf<T> {
  return (value): value is ResourceOf<T> => isResource(value) && value.resourceType === type;
}

export function isBundle(value: unknown): value is Bundle<FhirResource> {
  if (!isResource(value) || value.resourceType !== 'Bundle') return false;
  const { entry, link, total }: { entry?: unknown; link?: unknown; total?: unknown } = value;
  return (
    isAbsentOr(entry, isEntry) &&
    isAbsentOr(link, isLink) &&
    (total === undefined || typeof total === 'number')
  );
}

export function isOperationOutcome(value: unknown): value is OperationOutcome {
  if (!isResource(value) || value.resourceType !== 'OperationOutcome') return false;
  const { issue }: { issue?: unknown } = value;
  return Array.isArray(issue) && issue.every(isIssue);
}

/**
 * Checks that a value is a resource of one type, without copying it: unknown elements survive.
 *
 * @throws WorkbenchError `FHIR_BAD_ANSWER`
 */
export function parseResource<T extends ResourceType>(value: unknown, type: T): ResourceOf<T> {
  if (isResourceOf(type)(value)) return value;
  throw new WorkbenchError(
    'FHIR_BAD_ANSWER',
    text(
      'The server answered with something that is not a FHIR {type}. Check that the address is the base of a FHIR R4 server.',
      { type },
    ),
  );
}

function isAbsentOr(value: unknown, item: (value: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(item));
}

function isEntry(value: unknown): boolean {
  return isRecord(value) && (value['resource'] === undefined || isResource(value['resource']));
}

function isLink(value: unknown): boolean {
  return isRecord(value) && isString(value['relation']) && isString(value['url']);
}

function isIssue(value: unknown): value is OperationOutcomeIssue {
  return isRecord(value) && isString(value['severity']) && isString(value['code']);
}
