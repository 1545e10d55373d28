// Patient (src/Services/FHIR/FhirPatientService.php).

import type { Extension, Identifier, Patient } from '#core/fhir/r4.ts';
import type { Cell, Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import {
  atom,
  contact,
  narrative,
  option,
  relative,
  resourceHead,
  systems,
  tidy,
  unknownConcept,
} from '../elements.ts';
import {
  date,
  datetime,
  type FhirContext,
  type FhirService,
  id,
  indexed,
  reference,
  text,
  token,
} from '../service.ts';

const identifierTypes = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core';
const raceAndEthnicity = 'urn:oid:2.16.840.1.113883.6.238';

export const patientService: FhirService = {
  type: 'Patient',
  inPatientCompartment: true,
  parameters: {
    _id: id(),
    identifier: token('ss', 'pubpid'),
    name: text('title', 'fname', 'mname', 'lname'),
    birthdate: date('DOB'),
    gender: token('sex'),
    address: indexed('street', 'postal_code', 'city', 'state'),
    'address-city': indexed('city'),
    'address-postalcode': indexed('postal_code'),
    'address-state': indexed('state'),
    email: token('email'),
    family: indexed('lname'),
    given: indexed('fname', 'mname'),
    phone: token('phone_home', 'phone_biz', 'phone_cell'),
    telecom: token('email', 'phone_home', 'phone_biz', 'phone_cell'),
    _lastUpdated: datetime('last_updated'),
    generalPractitioner: reference('provider_uuid'),
  },
  sources: [
    {
      sql: `SELECT p.*, u.uuid AS provider_uuid FROM patient_data p
        LEFT JOIN users u ON u.id = p.providerID AND ifnull(u.npi, '') <> ''`,
      toResource: toPatient,
    },
  ],
};

function toPatient(row: Row, context: FhirContext): Patient {
  const practitioner = relative('Practitioner', row['provider_uuid']);
  const deceased = atom(row['deceased_date']);
  return tidy({
    ...resourceHead(row),
    resourceType: 'Patient',
    text: narrative([row['fname'], row['lname']].filter(Boolean).join(' ')),
    extension: extensions(row, context),
    identifier: [
      ...identifier('SS', 'http://hl7.org/fhir/sid/us-ssn', row['ss']),
      ...identifier('PT', identifierTypes, row['pubpid']),
    ],
    active: true,
    name: [
      {
        use: 'official',
        family: words(row['lname'])[0],
        given: words(row['fname'], row['mname']),
        prefix: words(row['title']),
        suffix: words(row['suffix']),
      },
    ],
    telecom: [
      ...contact('phone', row['phone_home'], 'home'),
      ...contact('phone', row['phone_biz'], 'work'),
      ...contact('phone', row['phone_cell'], 'mobile'),
      ...contact('email', row['email'], 'home'),
    ],
    gender: genderOf(row['sex']),
    birthDate: row['DOB'] ? String(row['DOB']) : undefined,
    deceasedDateTime: deceased,
    address: address(row),
    communication: [{ language: language(row, context) }],
    generalPractitioner: practitioner ? [practitioner] : [],
  } as Patient);
}

function words(...cells: (Cell | undefined)[]): string[] {
  return cells.filter((cell) => Boolean(cell)).map(String);
}

function genderOf(sex: Cell | undefined): Patient['gender'] {
  const gender = String(sex ?? '').toLowerCase();
  if (gender === 'male' || gender === 'female' || gender === 'other') return gender;
  return 'unknown';
}

const birthSexes = dictionary({ male: 'M', female: 'F' });

function extensions(row: Row, context: FhirContext): Extension[] {
  const birthSex = birthSexes[String(row['sex'] ?? '').toLowerCase()] ?? 'UNK';
  return [
    { valueCode: birthSex, url: `${usCore}-birthsex` },
    race(row, context),
    ...ethnicity(row, context),
  ];
}

function race(row: Row, context: FhirContext): Extension {
  const listed = option(context.records.database, 'race', row['race']);
  const valueCoding = listed
    ? { system: raceAndEthnicity, code: String(listed['notes']), display: String(listed['title']) }
    : { system: systems.nullFlavor, code: 'UNK', display: 'Unknown' };
  return {
    extension: [
      { valueCoding, url: 'ombCategory' },
      { valueString: valueCoding.display, url: 'text' },
    ],
    url: `${usCore}-race`,
  };
}

function ethnicity(row: Row, context: FhirContext): Extension[] {
  if (!row['ethnicity']) return [];
  const listed = option(context.records.database, 'ethnicity', row['ethnicity']);
  const display = String(listed?.['title'] ?? 'Unknown');
  const category = listed
    ? [
        {
          valueCoding: { system: raceAndEthnicity, code: String(listed['notes']), display },
          url: 'ombCategory',
        },
      ]
    : [];
  return [
    {
      extension: [...category, { valueString: display, url: 'text' }],
      url: `${usCore}-ethnicity`,
    },
  ];
}

function identifier(code: string, system: string, value: Cell | undefined): Identifier[] {
  if (!value) return [];
  const type = { coding: [{ system: identifierTypes, code }] };
  return [{ use: 'official', type, system, value: String(value) }];
}

function address(row: Row): Patient['address'] {
  const part = (column: string) => words(row[column])[0];
  const places = {
    line: words(row['street'], row['street_line_2']),
    city: part('city'),
    district: part('county'),
    state: part('state'),
    postalCode: part('postal_code'),
    country: part('country_code'),
  };
  const isEmpty = Object.values(places).every((place) => !place || place.length === 0);
  if (isEmpty) return [];
  const start = atom(row['date']);
  return [
    {
      use: 'home',
      type: 'both',
      ...places,
      ...(start ? { period: { start } } : {}),
    } as NonNullable<Patient['address']>[number],
  ];
}

function language(row: Row, context: FhirContext) {
  const listed = option(context.records.database, 'language', row['language']);
  if (!row['language'] || !listed) return unknownConcept;
  const coding = {
    system: 'urn:ietf:bcp:47',
    code: String(listed['notes']),
    display: String(listed['title']),
  };
  return { coding: [coding], text: coding.display };
}
