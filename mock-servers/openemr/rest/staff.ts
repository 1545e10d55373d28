// practitioner, user and facility: envelope, uuid in the path.
import type { TableName } from '../records/columns.ts';
import { facilities, practitioners, type Query, select, users } from '../records/queries.ts';
import { isUuid } from '../records/records.ts';
import { createRow, type Mapping, mapFacility, mapPractitioner } from '../records/staff.ts';
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
