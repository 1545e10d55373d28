// The structural check of a resource that a client sends (src/Services/FHIR/FhirValidationService.php).
import type { OperationOutcome } from '#core/fhir/r4.ts';
import type { ApiAnswer } from '../rest/api-route.ts';

const domainElements =
  'resourceType id meta implicitRules language text contained extension modifierExtension';

/** Elements of the three types that OpenEMR takes. */
const elements: Readonly<Record<string, string>> = {
  Patient: `${domainElements} identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime
    address maritalStatus multipleBirthBoolean multipleBirthInteger photo contact communication
    generalPractitioner managingOrganization link`,
  Practitioner: `${domainElements} identifier active name telecom address gender birthDate photo qualification
    communication`,
  Organization: `${domainElements} identifier active type name alias telecom address partOf contact endpoint`,
};

/** Lists must be lists and words must be words, else the model class itself refuses. */
const lists = new Set(['identifier', 'name', 'telecom', 'address', 'extension', 'contained']);

/** @returns the refusal, or undefined when the shape is fine */
export function structuralRefusal(
  type: string,
  resource: Readonly<Record<string, unknown>>,
): ApiAnswer | undefined {
  const named = resource['resourceType'];
  if (named === undefined || named === '') return outcome('error', 'resourceType Not Found');
  // OpenEMR looks the class up by name: an unknown one is fatal.
  if (named !== type) return outcome('fatal', 'resourceType Not Found');
  const known = new Set((elements[type] ?? '').split(/\s+/));
  const unknown = Object.keys(resource).find((key) => !known.has(key.replace(/^_/, '')));
  if (unknown !== undefined) return outcome('error', `Invalid content ${unknown} Found`);
  const broken = Object.entries(resource).find(([key, value]) => isBroken(type, key, value));
  return broken ? outcome('fatal', `Invalid content ${broken[0]} Found`) : undefined;
}

/** 400 with an OperationOutcome of one issue. */
export function outcome(severity: 'error' | 'fatal', text: string): ApiAnswer {
  const body: OperationOutcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity, code: 'invalid', details: { text } }],
  };
  return { status: 400, body };
}

function isBroken(type: string, key: string, value: unknown): boolean {
  if (type === 'Organization' && key === 'name') return typeof value !== 'string';
  if (lists.has(key)) return !Array.isArray(value);
  return (key === 'birthDate' || key === 'gender') && typeof value !== 'string' && value !== null;
}
