// Organization, Practitioner, PractitionerRole and Patient become facility, users and patient_data.

import type {
  Address,
  ContactPoint,
  HumanName,
  Organization,
  Patient,
  Practitioner,
  PractitionerRole,
} from '#core/fhir/r4.ts';
import { dictionary } from '../dictionary.ts';
import { mapUuid } from '../mapped-uuids.ts';
import { createPatient, pidOf } from '../patients.ts';
import { type ImportContext, placeOf, referenceTo, textOf, uuidFor } from './import-context.ts';

export function importOrganization(context: ImportContext, organization: Organization): void {
  const { records, places } = context;
  const uuid = uuidFor(organization);
  const address = organization.address?.[0];
  const first = records.database.get('SELECT id FROM facility') === undefined;
  const key = records.database.insert('facility', {
    uuid,
    name: organization.name ?? '',
    phone: telecom(organization.telecom, 'phone'),
    fax: telecom(organization.telecom, 'fax'),
    ...postal(address),
    email: telecom(organization.telecom, 'email'),
    service_location: 1,
    billing_location: 1,
    accepts_assignment: 1,
    color: '#99FFFF',
    primary_business_entity: first ? 1 : 0,
    facility_npi: npi('facility', places.size + 1),
    date_created: records.now(),
    last_updated: records.now(),
  });
  mapUuid(records, 'Location', uuid, 'facility');
  places.set(referenceTo(organization), { key, uuid });
}

export function importPractitioner(context: ImportContext, practitioner: Practitioner): void {
  const { records, places } = context;
  const uuid = uuidFor(practitioner);
  const name = official(practitioner.name);
  const facility = records.database.get('SELECT id, name FROM facility ORDER BY id');
  const key = records.database.insert('users', {
    uuid,
    authorized: 1,
    fname: name?.given?.[0] ?? '',
    mname: name?.given?.[1] ?? '',
    lname: name?.family ?? '',
    npi: npi('practitioner', places.size + 1),
    active: practitioner.active === false ? 0 : 1,
    facility_id: facility?.['id'] ?? 0,
    facility: facility?.['name'] ?? '',
    email: telecom(practitioner.telecom, 'email') ?? '',
    phonew1: telecom(practitioner.telecom, 'phone') ?? '',
    calendar: 1,
    acl_group: 'Physicians',
    physician_type: 'general_physician',
    last_updated: records.now(),
  });
  mapUuid(records, 'PractitionerRole', uuid, 'users');
  mapUuid(records, 'Location', uuid, 'users');
  mapUuid(records, 'Group', uuid, 'users');
  places.set(referenceTo(practitioner), { key, uuid });
}

export function importPractitionerRole(context: ImportContext, role: PractitionerRole): void {
  const practitioner = placeOf(context, role.practitioner);
  if (!practitioner) return;
  const specialty = textOf(role.specialty?.[0]);
  context.records.database.update('users', { specialty }, { id: practitioner.key });
}

const sexes = dictionary<string>({ male: 'Male', female: 'Female', other: 'Other' });

export function importPatient(context: ImportContext, patient: Patient): void {
  const { records, places } = context;
  const { uuid } = createPatient(records, {
    uuid: uuidFor(patient),
    DOB: patient.birthDate ?? null,
    sex: sexes[patient.gender ?? ''] ?? 'Unknown',
    pubpid: medicalRecordNumber(patient),
    allow_patient_portal: 'YES',
    deceased_date: patient.deceasedDateTime ?? null,
    language: languages[patient.communication?.[0]?.language.coding?.[0]?.code ?? ''] ?? '',
    ...demographics(patient),
    ...careTeam(context, patient),
  });
  const key = pidOf(records, uuid) ?? 0;
  mapUuid(records, 'CareTeam', uuid, 'patient_data');
  mapUuid(records, 'Location', uuid, 'patient_data');
  records.database.insert('patient_access_onsite', {
    pid: key,
    portal_username: telecom(patient.telecom, 'email')?.split('@')[0] ?? `patient${key}`,
    portal_pwd: 'pass',
  });
  places.set(referenceTo(patient), { key, uuid });
}

function demographics(patient: Patient): Record<string, string> {
  const name = official(patient.name);
  return {
    fname: name?.given?.[0] ?? '',
    mname: name?.given?.[1] ?? '',
    lname: name?.family ?? '',
    ...postal(patient.address?.[0]),
    county: patient.address?.[0]?.district ?? '',
    phone_cell: telecom(patient.telecom, 'phone', 'mobile') ?? '',
    phone_home: telecom(patient.telecom, 'phone', 'home') ?? '',
    phone_biz: telecom(patient.telecom, 'phone', 'work') ?? '',
    email: telecom(patient.telecom, 'email') ?? '',
  };
}

function careTeam(context: ImportContext, patient: Patient): Record<string, string | number> {
  const provider = placeOf(context, patient.generalPractitioner?.[0]);
  const facility = placeOf(context, patient.managingOrganization);
  return {
    ...(provider
      ? {
          providerID: provider.key,
          care_team_provider: String(provider.key),
          care_team_status: 'active',
        }
      : {}),
    ...(facility ? { care_team_facility: String(facility.key) } : {}),
  };
}

/** Language tags to option ids of OpenEMR's language list. */
const languages = dictionary<string>({
  ko: 'korean',
  en: 'English',
  es: 'Spanish',
  de: 'german',
  vi: 'vietnamese',
});

function medicalRecordNumber(patient: Patient): string {
  const number = patient.identifier?.find((identifier) => identifier.system?.endsWith('/patient'));
  return (number ?? patient.identifier?.[0])?.value ?? '';
}

function official(names: readonly HumanName[] | undefined): HumanName | undefined {
  return names?.find((name) => name.use === 'official') ?? names?.[0];
}

function telecom(
  points: readonly ContactPoint[] | undefined,
  system: string,
  use?: string,
): string | undefined {
  return points?.find((point) => point.system === system && (!use || point.use === use))?.value;
}

function postal(address: Address | undefined): Record<string, string> {
  return {
    street: address?.line?.join(' ') ?? '',
    city: address?.city ?? '',
    state: address?.state ?? '',
    postal_code: address?.postalCode ?? '',
    country_code: address?.country ?? '',
  };
}

// Synthetic, ten digits like a real one: without it OpenEMR does not call a user a practitioner.
function npi(kind: 'facility' | 'practitioner', serial: number): string {
  return `${kind === 'facility' ? '19' : '10'}${String(serial).padStart(8, '0')}`;
}
