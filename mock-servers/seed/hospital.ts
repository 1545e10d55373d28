// The seed hospital of all mock servers, from the committed fixture. How it is made: build-hospital.ts.
import type { FhirResource } from '#core/fhir/r4.ts';
import { hospitalLines } from './generated/hospital.ts';

export interface Hospital {
  /** In order of dependency: whatever a resource refers to stands before it. Every one has id and meta. */
  readonly resources: readonly FhirResource[];
}

/** System of the medical record numbers `P-2025-000001`..., as the team's guides name it. */
export const mrnSystem = 'https://fhir.hospital.com/identifier/patient';

/** A fresh copy at each call, so that no mock sees what another one changes. */
export function loadHospital(): Hospital {
  return { resources: JSON.parse(`[${hospitalLines.replaceAll('\n', ',')}]`) };
}
