// practitioner, user and facility: envelope, uuid in the path.
import type { TableName } from '../records/columns.ts';
import { mapUuid } from '../records/mapped-uuids.ts';
import { facilities, practitioners, type Query, select, users } from '../records/queries.ts';
import { isUuid, type Records } from '../records/records.ts';
import { type Field, forUpdate, validate } from '../records/validation.ts';
import { facilityFields, practitionerFields } from '../records/validators.ts';
import { bodyOf, invalid, many, queryOf, single, unknownUuid } from './answers.ts';
import type { Handler } from './api-route.ts';

/** GET of a list with its exact filters. */
export function listOf(query: Query): Handler {
  return (request, world) => many(select(world.records, query, queryOf(request)), request, world);
}

/** GET by the uuid that stands in the path under this name. */
function oneOf(query: Query, name: string): Handler {
  return (request, { records }) => {
    const uuid = request.params[name] ?? '';
    const row = isUuid(uuid) ? select(records, query, { uuid })[0] : undefined;
    return row ? single(row) : unknownUuid(uuid);
  };
}

function creator(table: TableName, fields: readonly Field[], after: Mapping): Handler {
  return (request, { records }) => {
    const values = bodyOf(request);
    const failures = validate(fields, values);
    if (failures) return invalid(failures);
    return single(createRow(records, table, values, after), 201);
  };
}

type Mapping = (records: Records, uuid: string) => void;

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

function updater(table: TableName, fields: readonly Field[], query: Query, name: string): Handler {
  return (request, { records }) => {
    const uuid = request.params[name] ?? '';
    const values = bodyOf(request);
    const failures = validate(forUpdate(fields), values);
    const known = isUuid(uuid) && select(records, query, { uuid })[0];
    if (!known) return unknownUuid(uuid);
    if (failures) return invalid(failures);
    const { id: _id, uuid: _uuid, ...rest } = values;
    records.database.update(
      table,
      { ...rest, last_updated: records.now() },
      { uuid: String(known['uuid']) },
    );
    return single(select(records, query, { uuid })[0]);
  };
}

/** The ids under which FHIR shows a new user elsewhere. */
export const mapPractitioner: Mapping = (records, uuid) => {
  for (const resource of ['PractitionerRole', 'Location', 'Group'])
    mapUuid(records, resource, uuid, 'users');
};

export const mapFacility: Mapping = (records, uuid) =>
  mapUuid(records, 'Location', uuid, 'facility');

export const listPractitioners = listOf(practitioners);
export const getPractitioner = oneOf(practitioners, 'pruuid');
export const postPractitioner = creator('users', practitionerFields, mapPractitioner);
export const putPractitioner = updater('users', practitionerFields, practitioners, 'pruuid');

export const listUsers = listOf(users);
export const getUser = oneOf(users, 'uuid');

export const listFacilities = listOf(facilities);
export const getFacility = oneOf(facilities, 'fuuid');
export const postFacility = creator('facility', facilityFields, mapFacility);
export const putFacility = updater('facility', facilityFields, facilities, 'fuuid');
