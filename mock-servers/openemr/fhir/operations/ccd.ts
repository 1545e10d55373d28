// A Continuity of Care Document (C-CDA R2.1) with the sections that the record can fill.

import type { Cell, Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import type { PatientRecord } from '../../records/patients.ts';
import type { Records } from '../../records/records.ts';

/** Care dates outside of `start` and `end` are left out. */
interface CareDates {
  readonly start?: string;
  readonly end?: string;
}

export function continuityOfCareDocument(
  records: Records,
  patient: PatientRecord,
  dates: CareDates,
): string {
  const pid = Number(patient['pid']);
  const rows = (sql: string) =>
    records.database.all(sql, pid).filter((row) => isWithin(row['date'], dates));
  const lists = (type: string) =>
    rows(`SELECT title, begdate AS date FROM lists WHERE pid = ? AND type = '${type}' ORDER BY id`);
  const sections = [
    section('11450-4', 'Problem List', lists('medical_problem')),
    section('48765-2', 'Allergies', lists('allergy')),
    section(
      '10160-0',
      'Medications',
      rows(
        'SELECT drug AS title, start_date AS date FROM prescriptions WHERE patient_id = ? ORDER BY id',
      ),
    ),
    section('47519-4', 'Procedures', lists('surgery')),
    section(
      '46240-8',
      'Encounters',
      rows('SELECT reason AS title, date FROM form_encounter WHERE pid = ? ORDER BY encounter'),
    ),
    section(
      '11369-6',
      'Immunizations',
      rows(
        'SELECT note AS title, administered_date AS date FROM immunizations WHERE patient_id = ? ORDER BY id',
      ),
    ),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    '<realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>',
    '<templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>',
    `<id root="${records.newUuid()}"/>`,
    '<code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of Episode Note"/>',
    `<title>Continuity of Care Document</title><effectiveTime value="${stamp(records.now())}"/>`,
    '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="en-US"/>',
    recordTarget(patient),
    custodian(records),
    `<component><structuredBody>${sections.join('')}</structuredBody></component></ClinicalDocument>`,
  ].join('\n');
}

const genders = dictionary({ male: 'M', female: 'F' });

function recordTarget(patient: PatientRecord): string {
  const text = (column: string) => xmlText(String(patient[column] ?? ''));
  const gender = genders[String(patient['sex'] ?? '').toLowerCase()] ?? 'UN';
  return [
    `<recordTarget><patientRole><id root="${text('uuid')}" extension="${text('pubpid')}"/>`,
    `<addr><streetAddressLine>${text('street')}</streetAddressLine><city>${text('city')}</city>`,
    `<state>${text('state')}</state><postalCode>${text('postal_code')}</postalCode></addr>`,
    `<patient><name use="L"><given>${text('fname')}</given><family>${text('lname')}</family></name>`,
    `<administrativeGenderCode code="${gender}" codeSystem="2.16.840.1.113883.5.1"/>`,
    `<birthTime value="${stamp(String(patient['DOB'] ?? ''))}"/></patient></patientRole></recordTarget>`,
  ].join('');
}

function custodian(records: Records): string {
  const facility = records.database.get(
    'SELECT uuid, name FROM facility WHERE primary_business_entity = 1 ORDER BY id',
  );
  const name = xmlText(String(facility?.['name'] ?? ''));
  return `<custodian><assignedCustodian><representedCustodianOrganization><id root="${facility?.['uuid'] ?? ''}"/><name>${name}</name></representedCustodianOrganization></assignedCustodian></custodian>`;
}

function section(code: string, title: string, rows: readonly Row[]): string {
  const items = rows.map(
    (row) =>
      `<item>${xmlText(String(row['title'] ?? ''))} (${String(row['date'] ?? '').slice(0, 10)})</item>`,
  );
  const text = items.length > 0 ? `<list>${items.join('')}</list>` : 'None recorded';
  const empty = items.length > 0 ? '' : ' nullFlavor="NI"';
  return `<component><section${empty}><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><title>${title}</title><text>${text}</text></section></component>`;
}

function isWithin(date: Cell | undefined, { start, end }: CareDates): boolean {
  const day = String(date ?? '').slice(0, 10);
  if (day === '') return true;
  return (
    (start === undefined || day >= start.slice(0, 10)) &&
    (end === undefined || day <= end.slice(0, 10))
  );
}

function stamp(time: string): string {
  return time.replace(/\D/g, '');
}

function xmlText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
