// uuid_mapping: FHIR ids of things that have no row of their own, such as one measurement of a
// vitals form or the Location that stands for a facility.
import { type Records, steadyUuid } from './records.ts';
import { vitalCodes } from './vital-codes.ts';

/** Gives a thing its own FHIR id. The same thing gets the same id in every run. */
export function mapUuid(
  records: Records,
  resource: string,
  targetUuid: string,
  table: string,
  path = '',
): void {
  records.database.insert('uuid_mapping', {
    uuid: steadyUuid(resource, targetUuid, path),
    resource,
    resource_path: path,
    table,
    target_uuid: targetUuid,
    created: records.now(),
  });
}

const addVitals = `INSERT INTO uuid_mapping (uuid, resource, resource_path, "table", target_uuid, created) VALUES
  ${vitalCodes
    .map(
      ({ code }, index) =>
        `(?1 || '${index.toString(16).padStart(2, '0')}', 'Observation', 'category=vital-signs&code=${code}', 'form_vitals', ?2, ?3)`,
    )
    .join()}`;

/** One id for each code that a vitals form can carry: one statement, for a seed has many. */
export function mapVitals(records: Records, targetUuid: string): void {
  const base = steadyUuid('Observation', targetUuid).slice(0, -2);
  records.database.run(addVitals, base, targetUuid, records.now());
}
