// Organization (facilities, then insurance companies), Location and Coverage.

import type { Address, Coverage, Location, Organization } from '#core/fhir/r4.ts';
import type { Cell, Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import { coded, contact, narrative, relative, resourceHead, systems, tidy } from '../elements.ts';
import {
  added,
  datetime,
  type FhirService,
  id,
  patientParameters,
  reference,
  text,
  token,
} from '../service.ts';

/** src/Services/FHIR/Organization/*.php */
export const organizationService: FhirService = {
  type: 'Organization',
  inPatientCompartment: false,
  parameters: {
    _id: id(),
    email: token('email'),
    phone: token('phone'),
    telecom: token('phone', 'email', 'fax'),
    address: text('street', 'postal_code', 'city', 'state', 'country_code'),
    'address-city': text('city'),
    'address-postalcode': text('postal_code'),
    'address-state': text('state'),
    name: text('name'),
  },
  sources: [
    {
      sql: `SELECT uuid, name, phone, fax, email, street, city, state, postal_code, country_code, facility_npi AS npi,
          'prov' AS kind, inactive, last_updated FROM facility`,
      toResource: toOrganization,
    },
    {
      sql: `SELECT c.uuid, c.name, NULL AS phone, NULL AS fax, NULL AS email, a.line1 AS street, a.city, a.state,
          a.zip AS postal_code, a.country AS country_code, NULL AS npi, 'ins' AS kind, c.inactive,
          NULL AS last_updated
        FROM insurance_companies c LEFT JOIN addresses a ON a.foreign_id = c.id`,
      toResource: toOrganization,
    },
  ],
};

const kinds = dictionary<string>({
  prov: 'Healthcare Provider',
  ins: 'Insurance Company',
});

function toOrganization(row: Row): Organization {
  const kind = String(row['kind']);
  return tidy({
    ...resourceHead(row),
    resourceType: 'Organization',
    text: narrative(String(row['name'] ?? '')),
    identifier: row['npi'] ? [{ system: systems.npi, value: String(row['npi']) }] : [],
    active: Number(row['inactive']) !== 1,
    type: [coded('http://terminology.hl7.org/CodeSystem/organization-type', kind, kinds[kind])],
    name: String(row['name'] ?? ''),
    telecom: [
      ...contact('phone', row['phone'], 'work'),
      ...contact('fax', row['fax'], 'work'),
      ...contact('email', row['email'], 'work'),
    ],
    address: addresses(row),
  } as Organization);
}

function addresses(row: Row): Address[] {
  const part = (cell: Cell | undefined) => (cell ? String(cell) : undefined);
  const address = {
    line: row['street'] ? [String(row['street'])] : [],
    city: part(row['city']),
    state: part(row['state']),
    postalCode: part(row['postal_code']),
    country: part(row['country_code']),
  };
  const isEmpty = Object.values(address).every((place) => !place || place.length === 0);
  return isEmpty ? [] : [address as Address];
}

/** src/Services/LocationService.php: facilities, and the homes of patients and of users. */
export const locationService: FhirService = {
  type: 'Location',
  inPatientCompartment: true,
  sharesUnowned: true,
  parameters: { _id: id(), _lastUpdated: datetime('last_updated') },
  sources: [
    {
      sql: `SELECT m.uuid, l.name, l.street, l.city, l.state, l.postal_code, l.country_code, l.phone, l.fax, l.email,
          l.last_updated, l.puuid
        FROM (
          SELECT uuid AS target, fname || '''s Home' AS name, street, city, state, postal_code, country_code,
            phone_cell AS phone, NULL AS fax, email, last_updated, uuid AS puuid FROM patient_data
          UNION ALL
          SELECT uuid, name, street, city, state, postal_code, country_code, phone, fax, email, last_updated, NULL
            FROM facility
          UNION ALL
          SELECT uuid, fname || '''s Home', street, city, state, zip, NULL, phone, fax, email, last_updated, 'staff'
            FROM users
        ) l JOIN uuid_mapping m ON m.target_uuid = l.target AND m.resource = 'Location'`,
      toResource: toLocation,
    },
  ],
};

function toLocation(row: Row): Location {
  return tidy({
    ...resourceHead(row),
    resourceType: 'Location',
    status: 'active',
    name: String(row['name'] ?? ''),
    telecom: [
      ...contact('phone', row['phone']),
      ...contact('fax', row['fax']),
      ...contact('email', row['email']),
    ],
    address: addresses(row)[0],
  } as Location);
}

/** src/Services/FHIR/FhirCoverageService.php */
export const coverageService: FhirService = {
  type: 'Coverage',
  inPatientCompartment: true,
  parameters: {
    ...patientParameters,
    payor: reference('insurer_uuid'),
    type: added(token('type')),
    status: added(token('status')),
  },
  sources: [
    {
      sql: `SELECT i.uuid, i.type, i.policy_number, i.group_number, i.plan_name, i.subscriber_relationship, i.date,
          i.date_end, i.date AS last_updated, p.uuid AS puuid, c.uuid AS insurer_uuid,
          CASE WHEN i.date_end IS NULL THEN 'active' ELSE 'cancelled' END AS status
        FROM insurance_data i JOIN patient_data p ON p.pid = i.pid
        LEFT JOIN insurance_companies c ON c.id = CAST(i.provider AS INTEGER)`,
      toResource: toCoverage,
    },
  ],
};

function toCoverage(row: Row): Coverage {
  const payor = relative('Organization', row['insurer_uuid']);
  const relationship = String(row['subscriber_relationship'] ?? '');
  const start = row['date'] ? String(row['date']) : undefined;
  const end = row['date_end'] ? String(row['date_end']) : undefined;
  return tidy({
    ...resourceHead(row),
    resourceType: 'Coverage',
    status: row['status'],
    subscriberId: row['policy_number'] ? String(row['policy_number']) : undefined,
    beneficiary: { reference: `Patient/${row['puuid']}` },
    relationship:
      relationship === ''
        ? undefined
        : coded('http://terminology.hl7.org/CodeSystem/subscriber-relationship', relationship),
    period: start ? { start, ...(end ? { end } : {}) } : undefined,
    payor: payor ? [payor] : [],
  } as Coverage);
}
