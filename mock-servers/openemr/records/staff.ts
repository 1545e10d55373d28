// New users and facilities, whichever API they come from.
import type { TableName } from './columns.ts';
import { mapUuid } from './mapped-uuids.ts';
import type { Records } from './records.ts';

/** Gives a new row its FHIR ids under other types. */
export type Mapping = (records: Records, uuid: string) => void;

/** Adds a user or facility; the values are taken as validated. */
export function createRow(
  records: Records,
  table: TableName,
  values: Readonly<Record<string, unknown>>,
  after: Mapping,
): { id: number; uuid: string } {
  const uuid = records.newUuid();
  const { id: _id, ...rest } = values;
  const id = records.database.insert(table, { ...rest, uuid, last_updated: records.now() });
  after(records, uuid);
  return { id, uuid };
}

/** The ids under which FHIR shows a new user elsewhere. */
export const mapPractitioner: Mapping = (records, uuid) => {
  for (const resource of ['PractitionerRole', 'Location', 'Group'])
    mapUuid(records, resource, uuid, 'users');
};

export const mapFacility: Mapping = (records, uuid) =>
  mapUuid(records, 'Location', uuid, 'facility');
