// All resource types that OpenEMR serves from the record; Provenance, Binary and OperationDefinition
// have handlers of their own.
import {
  appointmentService,
  carePlanService,
  careTeamService,
  goalService,
} from './resources/care.ts';
import { encounterService } from './resources/encounter.ts';
import {
  allergyService,
  conditionService,
  deviceService,
  procedureService,
} from './resources/lists.ts';
import {
  immunizationService,
  medicationDispenseService,
  medicationRequestService,
  medicationService,
} from './resources/medication.ts';
import { observationService } from './resources/observation.ts';
import { serviceRequestService, specimenService } from './resources/orders.ts';
import { patientService } from './resources/patient.ts';
import {
  groupService,
  personService,
  practitionerRoleService,
  practitionerService,
  relatedPersonService,
} from './resources/people.ts';
import { coverageService, locationService, organizationService } from './resources/places.ts';
import {
  diagnosticReportService,
  documentReferenceService,
  mediaService,
} from './resources/reports.ts';
import {
  questionnaireResponseService,
  questionnaireService,
  valueSetService,
} from './resources/vocabulary.ts';
import type { FhirService } from './service.ts';

const all: readonly FhirService[] = [
  allergyService,
  appointmentService,
  carePlanService,
  careTeamService,
  conditionService,
  coverageService,
  deviceService,
  diagnosticReportService,
  documentReferenceService,
  encounterService,
  goalService,
  groupService,
  immunizationService,
  locationService,
  mediaService,
  medicationService,
  medicationDispenseService,
  medicationRequestService,
  observationService,
  organizationService,
  patientService,
  personService,
  practitionerService,
  practitionerRoleService,
  procedureService,
  questionnaireService,
  questionnaireResponseService,
  relatedPersonService,
  serviceRequestService,
  specimenService,
  valueSetService,
];

export const services: ReadonlyMap<string, FhirService> = new Map(
  all.map((service) => [service.type, service]),
);

/** @throws TypeError for a type that OpenEMR does not serve */
export function serviceOf(type: string): FhirService {
  const service = services.get(type);
  if (!service) throw new TypeError(`No FHIR service for ${type}`);
  return service;
}
