// Turns the R4 resources of a hospital into OpenEMR's rows. What OpenEMR has no place for (imaging
// studies, endpoints, rooms) stays out, as it would.
import type { FhirResource, Observation } from '#core/fhir/r4.ts';
import type { Records } from '../records.ts';
import {
  importAllergy,
  importCondition,
  importImmunization,
  importMedicationRequest,
  importProcedure,
} from './import-charts.ts';
import { type ImportContext, referenceTo, storedPlace } from './import-context.ts';
import { importReport, importServiceRequest } from './import-orders.ts';
import {
  importOrganization,
  importPatient,
  importPractitioner,
  importPractitionerRole,
} from './import-people.ts';
import { importEncounter, importVitals } from './import-visits.ts';

/**
 * @param resources - in order of dependency
 * @returns how many of each kind were taken in
 */
export function importHospital(
  records: Records,
  resources: readonly FhirResource[],
): Readonly<Record<string, number>> {
  const context: ImportContext = {
    records,
    places: new Map(),
    isFirst: isEmpty(records),
    resources: new Map(resources.map((resource) => [referenceTo(resource), resource])),
    byUuid: new Map(resources.map((resource) => [resource.id ?? '', referenceTo(resource)])),
  };
  records.database.transaction(() => {
    for (const resource of resources) importOne(context, resource);
    importVitals(context, resources.filter(isVitalSign));
  });
  const counts: Record<string, number> = {};
  for (const reference of context.places.keys()) {
    const type = reference.split('/')[0] ?? '';
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

// A seed meets nothing of its own, so nothing has to be looked up.
function isEmpty({ database }: Records): boolean {
  const found = database.get('SELECT 1 FROM facility UNION ALL SELECT 1 FROM patient_data LIMIT 1');
  return found === undefined;
}

type Importer = (context: ImportContext, resource: never) => void;

const importers: Readonly<Partial<Record<FhirResource['resourceType'], Importer>>> = {
  Organization: importOrganization,
  Practitioner: importPractitioner,
  PractitionerRole: importPractitionerRole,
  Patient: importPatient,
  Encounter: importEncounter,
  ServiceRequest: importServiceRequest,
  DiagnosticReport: importReport,
  Condition: importCondition,
  AllergyIntolerance: importAllergy,
  Procedure: importProcedure,
  MedicationRequest: importMedicationRequest,
  Immunization: importImmunization,
};

// What is there already stays as it is. The table pairs each importer with the type it takes.
function importOne(context: ImportContext, resource: FhirResource): void {
  const isThere =
    !context.isFirst && storedPlace(context.records, referenceTo(resource)) !== undefined;
  if (!isThere) importers[resource.resourceType]?.(context, resource as never);
}

function isVitalSign(resource: FhirResource): resource is Observation {
  return (
    resource.resourceType === 'Observation' &&
    resource.category?.[0]?.coding?.[0]?.code === 'vital-signs'
  );
}
