// Create and update of Practitioner (users) and Organization (facility).
import { isRecord } from '#core/guards.ts';
import type { TableName } from '../records/columns.ts';
import { isUuid, type Records } from '../records/records.ts';
import { createRow, mapFacility, mapPractitioner } from '../records/staff.ts';
import { type Field, forUpdate, validate } from '../records/validation.ts';
import { facilityFields, missingUuid, practitionerFields } from '../records/validators.ts';
import { bodyOf } from '../rest/answers.ts';
import type { Handler } from '../rest/api-route.ts';
import { findResource } from './interactions.ts';
import {
  activeAddress,
  mentioned,
  objects,
  officialName,
  telecomOf,
  word,
  words,
} from './read-elements.ts';
import { structuralRefusal } from './resource-shape.ts';
import { serviceOf } from './services.ts';

interface Writable {
  readonly type: 'Practitioner' | 'Organization';
  readonly table: TableName;
  readonly fields: readonly Field[];
  readonly read: (resource: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** FHIR ids of the new row under other types. */
  readonly map: (records: Records, uuid: string) => void;
}

const practitioner: Writable = {
  type: 'Practitioner',
  table: 'users',
  fields: practitionerFields,
  read: practitionerValues,
  map: mapPractitioner,
};
const organization: Writable = {
  type: 'Organization',
  table: 'facility',
  fields: facilityFields,
  read: organizationValues,
  map: mapFacility,
};

const create =
  (kind: Writable): Handler =>
  (request, { records }) => {
    const resource = bodyOf(request);
    const refusal = structuralRefusal(kind.type, resource);
    if (refusal) return refusal;
    const values = kind.read(resource);
    const validationErrors = validate(kind.fields, values);
    if (validationErrors) return { status: 400, body: { validationErrors } };
    return { status: 201, body: createRow(records, kind.table, values, kind.map) };
  };

const update =
  (kind: Writable): Handler =>
  (request, world) => {
    const uuid = request.params['uuid'] ?? '';
    const resource = bodyOf(request);
    const refusal = structuralRefusal(kind.type, resource);
    if (refusal) return refusal;
    const values = kind.read(resource);
    const known = isUuid(uuid) && findResource(serviceOf(kind.type), uuid, world);
    const validationErrors = {
      ...validate(forUpdate(kind.fields), values),
      ...(known ? {} : missingUuid(uuid)),
    };
    if (Object.keys(validationErrors).length > 0)
      return { status: 400, body: { validationErrors } };
    const { records } = world;
    records.database.update(
      kind.table,
      { ...values, last_updated: records.now() },
      { uuid: uuid.toLowerCase() },
    );
    return { status: 200, body: findResource(serviceOf(kind.type), uuid, world) };
  };

export const createPractitioner = create(practitioner);
export const updatePractitioner = update(practitioner);
export const createOrganization = create(organization);
export const updateOrganization = update(organization);

function practitionerValues(resource: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const name = officialName(resource);
  const address = activeAddress(resource);
  return {
    fname: name.given[0] ?? '',
    lname: name.family,
    ...mentioned({
      mname: name.given[1],
      title: name.prefix || undefined,
      npi: npiOf(resource),
      email: telecomOf(resource, 'email'),
      phone: telecomOf(resource, 'phone', 'home'),
      phonew1: telecomOf(resource, 'phone', 'work'),
      phonecell: telecomOf(resource, 'phone', 'mobile'),
      street: address && words(address['line'])[0],
      city: address && word(address['city']),
      state: address && word(address['state']),
      zip: address && word(address['postalCode']),
    }),
    ...(typeof resource['active'] === 'boolean' ? { active: resource['active'] ? 1 : 0 } : {}),
  };
}

function organizationValues(resource: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const address = activeAddress(resource);
  return {
    name: word(resource['name']),
    ...mentioned({
      facility_npi: npiOf(resource),
      phone: telecomOf(resource, 'phone'),
      fax: telecomOf(resource, 'fax'),
      email: telecomOf(resource, 'email'),
      street: address && words(address['line'])[0],
      city: address && word(address['city']),
      state: address && word(address['state']),
      postal_code: address && word(address['postalCode']),
      country_code: address && word(address['country']),
    }),
  };
}

function npiOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  const found = objects(resource['identifier']).find(
    (one) => isRecord(one) && one['system'] === 'http://hl7.org/fhir/sid/us-npi',
  );
  return found && word(found['value']);
}
