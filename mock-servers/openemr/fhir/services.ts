// All resource types that OpenEMR serves from the record.

import { encounterService } from './resources/encounter.ts';
import { observationService } from './resources/observation.ts';
import { patientService } from './resources/patient.ts';
import type { FhirService } from './service.ts';

const all: readonly FhirService[] = [encounterService, observationService, patientService];

export const services: ReadonlyMap<string, FhirService> = new Map(
  all.map((service) => [service.type, service]),
);
