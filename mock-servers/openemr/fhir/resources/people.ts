// Practitioner, PractitionerRole, Person (rows of `users`), RelatedPerson and Group.
import type {
  Address,
  ContactPoint,
  Group,
  HumanName,
  Person,
  Practitioner,
  PractitionerRole,
  RelatedPerson,
} from '#core/fhir/r4.ts';
import type { Cell, Row } from '../../records/database.ts';
import { coded, contact, narrative, relative, resourceHead, systems, tidy } from '../elements.ts';
import {
  datetime,
  type FhirContext,
  type FhirService,
  id,
  reference,
  text,
  token,
} from '../service.ts';

const userParameters = {
  _id: id(),
  active: token('active'),
  email: token('email'),
  phone: token('phonew1', 'phone', 'phonecell'),
  telecom: token('email', 'phone', 'phonew1', 'phonecell'),
  address: text('street', 'streetb', 'zip', 'city', 'state'),
  'address-city': text('city'),
  'address-postalcode': text('zip'),
  'address-state': text('state'),
  family: text('lname'),
  given: text('fname', 'mname'),
  name: text('title', 'fname', 'mname', 'lname'),
  _lastUpdated: datetime('last_updated'),
} as const;

const userColumns = `u.uuid, u.title, u.fname, u.mname, u.lname, u.npi, u.email, u.phone, u.phonew1, u.phonecell,
  u.street, u.streetb, u.city, u.state, u.zip, u.last_updated,
  CASE u.active WHEN 1 THEN 'true' ELSE 'false' END AS active FROM users u`;

/** src/Services/FHIR/FhirPractitionerService.php: only users with an NPI. */
export const practitionerService: FhirService = {
  type: 'Practitioner',
  inPatientCompartment: false,
  parameters: userParameters,
  sources: [
    { sql: `SELECT ${userColumns} WHERE ifnull(u.npi, '') <> ''`, toResource: toPractitioner },
  ],
};

function toPractitioner(row: Row): Practitioner {
  return tidy({
    ...resourceHead(row),
    resourceType: 'Practitioner',
    text: fullName(row),
    identifier: [{ system: systems.npi, value: String(row['npi']) }],
    active: row['active'] === 'true',
    name: [humanName(row)],
    telecom: telecoms(row),
    address: address(row),
  } as Practitioner);
}

/** src/Services/FHIR/FhirPersonService.php: every user who can sign in. */
export const personService: FhirService = {
  type: 'Person',
  inPatientCompartment: false,
  parameters: userParameters,
  sources: [
    { sql: `SELECT ${userColumns} WHERE ifnull(u.username, '') <> ''`, toResource: toPerson },
  ],
};

function toPerson(row: Row): Person {
  return tidy({
    ...resourceHead(row),
    resourceType: 'Person',
    text: fullName(row),
    name: [humanName(row)],
    telecom: telecoms(row),
    address: address(row),
    active: row['active'] === 'true',
  } as Person);
}

function fullName(row: Row) {
  return narrative([row['fname'], row['lname']].filter(Boolean).join(' '));
}

function humanName(row: Row): HumanName {
  const filled = (...cells: (Cell | undefined)[]) => cells.filter(Boolean).map(String);
  const family = filled(row['lname'])[0];
  return {
    use: 'official',
    ...(family === undefined ? {} : { family }),
    given: filled(row['fname'], row['mname']),
    prefix: filled(row['title']),
  };
}

function telecoms(row: Row): ContactPoint[] {
  return [
    ...contact('phone', row['phone'], 'home'),
    ...contact('phone', row['phonew1'], 'work'),
    ...contact('phone', row['phonecell'], 'mobile'),
    ...contact('email', row['email'], 'home'),
  ];
}

function address(row: Row): Address[] {
  const line = [row['street'], row['streetb']].filter(Boolean).map(String);
  const part = (cell: Cell | undefined) => (cell ? String(cell) : undefined);
  const places = {
    city: part(row['city']),
    state: part(row['state']),
    postalCode: part(row['zip']),
  };
  if (line.length === 0 && Object.values(places).every((place) => !place)) return [];
  return [{ line, ...places } as Address];
}

/** src/Services/FHIR/FhirPractitionerRoleService.php: no `_id` among its parameters. */
export const practitionerRoleService: FhirService = {
  type: 'PractitionerRole',
  inPatientCompartment: false,
  parameters: {
    specialty: token('specialty', 'taxonomy'),
    practitioner: reference('provider_uuid'),
    _lastUpdated: datetime('last_updated'),
  },
  sources: [
    {
      sql: `SELECT m.uuid, u.uuid AS provider_uuid, trim(u.fname || ' ' || u.lname) AS user_name, u.specialty,
          u.taxonomy, f.uuid AS facility_uuid, f.name AS facility_name, t.title AS role_title,
          u.physician_type AS role_code, u.last_updated
        FROM users u
        JOIN uuid_mapping m ON m.target_uuid = u.uuid AND m.resource = 'PractitionerRole'
        LEFT JOIN facility f ON f.id = u.facility_id
        LEFT JOIN list_options t ON t.list_id = 'physician_type' AND t.option_id = u.physician_type
        WHERE ifnull(u.npi, '') <> ''`,
      toResource: toPractitionerRole,
    },
  ],
};

function toPractitionerRole(row: Row): PractitionerRole {
  const organization = row['facility_uuid']
    ? { reference: `Organization/${row['facility_uuid']}`, display: String(row['facility_name']) }
    : undefined;
  const specialty = String(row['specialty'] ?? '');
  return tidy({
    ...resourceHead(row),
    resourceType: 'PractitionerRole',
    practitioner: {
      reference: `Practitioner/${row['provider_uuid']}`,
      display: String(row['user_name']),
    },
    organization,
    code: row['role_code']
      ? [{ coding: [{ code: String(row['role_code']) }], text: String(row['role_title'] ?? '') }]
      : [],
    specialty:
      specialty === ''
        ? []
        : [{ coding: [{ system: systems.nucc, code: String(row['taxonomy']) }], text: specialty }],
  } as PractitionerRole);
}

/** 7.0.4 src/Services/FHIR/FhirRelatedPersonService.php */
export const relatedPersonService: FhirService = {
  type: 'RelatedPerson',
  inPatientCompartment: true,
  parameters: { patient: reference('puuid') },
  sources: [
    {
      sql: `SELECT r.*, r.address_line AS street, r.postal_code AS zip, r.phone AS phonew1, p.uuid AS puuid
        FROM related_persons r JOIN patient_data p ON p.pid = r.pid`,
      toResource: toRelatedPerson,
    },
  ],
};

function toRelatedPerson(row: Row): RelatedPerson {
  return tidy({
    ...resourceHead(row),
    resourceType: 'RelatedPerson',
    active: Number(row['active']) === 1,
    patient: relative('Patient', row['puuid']),
    relationship: [
      coded('http://terminology.hl7.org/CodeSystem/v3-RoleCode', String(row['relationship'])),
    ],
    name: [humanName(row)],
    telecom: [...contact('phone', row['phone'], 'home'), ...contact('email', row['email'], 'home')],
    address: address(row),
  } as RelatedPerson);
}

/** src/Services/FHIR/Group/FhirPatientProviderGroupService.php: the patients of each provider. */
export const groupService: FhirService = {
  type: 'Group',
  inPatientCompartment: false,
  parameters: { _id: id(), patient: reference('puuid'), _lastUpdated: datetime('last_updated') },
  sources: [
    {
      sql: `SELECT m.uuid, u.id AS provider_id, u.uuid AS provider_uuid, trim(u.fname || ' ' || u.lname) AS user_name,
          u.last_updated, p.uuid AS puuid
        FROM users u
        JOIN uuid_mapping m ON m.target_uuid = u.uuid AND m.resource = 'Group'
        JOIN patient_data p ON p.providerID = u.id`,
      toResource: toGroup,
    },
  ],
  // One row for each patient: a Group is found through any of its members.
  oneRowPerMember: true,
};

function toGroup(row: Row, { records }: FhirContext): Group {
  const members = records.database.all(
    'SELECT uuid FROM patient_data WHERE providerID = ? ORDER BY pid',
    row['provider_id'] ?? null,
  );
  return tidy({
    ...resourceHead(row),
    resourceType: 'Group',
    type: 'person',
    actual: true,
    name: `Patients of ${row['user_name']}`,
    quantity: members.length,
    managingEntity: relative('Practitioner', row['provider_uuid']),
    member: members.flatMap(({ uuid }) => {
      const entity = relative('Patient', uuid ?? null);
      return entity ? [{ entity }] : [];
    }),
  } as Group);
}
