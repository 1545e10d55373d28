// AllergyIntolerance, Condition, Device and Procedure: rows of `lists`, and procedures ordered.

import type { AllergyIntolerance, Condition, Device, Procedure } from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import {
  absent,
  atom,
  coded,
  codings,
  option,
  relative,
  resourceHead,
  tidy,
  unknownConcept,
} from '../elements.ts';
import { datetime, type FhirContext, type FhirService, patientParameters } from '../service.ts';

const terminology = 'http://terminology.hl7.org/CodeSystem';

const listSource = (
  type: string,
) => `SELECT l.uuid, l.title, l.diagnosis, l.begdate, l.enddate, l.date, l.outcome,
    l.occurrence, l.verification, l.reaction, l.severity_al, l.comments, l.udi, l.udi_data,
    l.modifydate AS last_updated, p.uuid AS puuid
  FROM lists l JOIN patient_data p ON p.pid = l.pid WHERE l.type = '${type}'`;

/** src/Services/FHIR/FhirAllergyIntoleranceService.php */
export const allergyService: FhirService = {
  type: 'AllergyIntolerance',
  inPatientCompartment: true,
  parameters: patientParameters,
  sources: [{ sql: listSource('allergy'), toResource: toAllergy }],
};

const criticalities = dictionary<AllergyIntolerance['criticality']>({
  mild: 'low',
  mild_to_moderate: 'low',
  moderate: 'low',
  moderate_to_severe: 'high',
  severe: 'high',
  life_threatening_severity: 'high',
  fatal: 'high',
  unassigned: 'unable-to-assess',
});

function toAllergy(row: Row, context: FhirContext): AllergyIntolerance {
  const title = String(row['title'] ?? '');
  const coding = codings(row['diagnosis'], title);
  const div = `<div xmlns='http://www.w3.org/1999/xhtml'>${title.replace(/[&<>]/g, '')}</div>`;
  return tidy({
    ...resourceHead(row),
    resourceType: 'AllergyIntolerance',
    text: { status: 'additional', div },
    clinicalStatus: status(row, 'allergyintolerance-clinical'),
    verificationStatus: coded(
      `${terminology}/allergyintolerance-verification`,
      String(row['verification'] || 'unconfirmed'),
      titleCase(String(row['verification'] || 'unconfirmed')),
    ),
    category: ['medication'],
    criticality: criticalities[String(row['severity_al'] ?? '')],
    code: coding ? { coding } : unknownConcept,
    patient: { reference: `Patient/${row['puuid']}` },
    reaction: reactions(row, context),
  } as AllergyIntolerance);
}

function reactions(row: Row, { records }: FhirContext): AllergyIntolerance['reaction'] {
  const listed = option(records.database, 'reaction', row['reaction']);
  if (!listed || row['reaction'] === '') return [];
  const text = String(listed['title']);
  const coding = codings(listed['codes'], text);
  return [{ manifestation: [{ ...(coding ? { coding } : {}), text }] }];
}

/** src/Services/FHIR/Condition/FhirConditionProblemListItemService.php */
export const conditionService: FhirService = {
  type: 'Condition',
  inPatientCompartment: true,
  parameters: patientParameters,
  sources: [{ sql: listSource('medical_problem'), toResource: toCondition }],
};

function toCondition(row: Row): Condition {
  const coding = codings(row['diagnosis'], String(row['title'] ?? ''));
  const verification = String(row['verification'] || 'unconfirmed');
  return tidy({
    ...resourceHead(row),
    resourceType: 'Condition',
    clinicalStatus: status(row, 'condition-clinical'),
    verificationStatus: coded(
      `${terminology}/condition-ver-status`,
      verification,
      titleCase(verification),
    ),
    category: [
      coded(`${terminology}/condition-category`, 'problem-list-item', 'Problem List Item'),
    ],
    code: coding ? { coding } : { text: String(row['title'] ?? '') },
    subject: relative('Patient', row['puuid']),
    onsetDateTime: atom(row['begdate']),
    recordedDate: atom(row['date']),
  } as Condition);
}

// An end date makes it inactive, the outcome "Resolved" resolves it.
function status(row: Row, system: string) {
  const code = clinicalStatus(row);
  return coded(`${terminology}/${system}`, code, titleCase(code));
}

function clinicalStatus(row: Row): 'active' | 'inactive' | 'resolved' {
  if (Number(row['outcome']) === 1) return 'resolved';
  return row['enddate'] ? 'inactive' : 'active';
}

function titleCase(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1);
}

/** src/Services/FHIR/FhirDeviceService.php: lists of type medical_device with a parsed UDI. */
export const deviceService: FhirService = {
  type: 'Device',
  inPatientCompartment: true,
  parameters: patientParameters,
  sources: [{ sql: listSource('medical_device'), toResource: toDevice }],
};

function toDevice(row: Row): Device {
  const udi = String(row['udi'] ?? '');
  // GS1 element strings: (01) device, (11) made, (17) expires, (10) lot, (21) serial.
  const part = (code: string) => new RegExp(`\\(${code}\\)([^(]+)`).exec(udi)?.[1];
  const day = (digits: string | undefined) => digits?.replace(/^(\d\d)(\d\d)(\d\d)$/, '20$1-$2-$3');
  return tidy({
    ...resourceHead(row),
    resourceType: 'Device',
    udiCarrier: udi === '' ? [] : [{ deviceIdentifier: part('01'), carrierHRF: udi }],
    manufactureDate: day(part('11')),
    expirationDate: day(part('17')),
    lotNumber: part('10'),
    serialNumber: part('21'),
    type: { ...absent, text: String(row['title'] ?? '') || undefined },
    patient: relative('Patient', row['puuid']),
  } as Device);
}

const surgerySql = `SELECT l.uuid, l.title, l.diagnosis, l.begdate AS date, l.comments, 'completed' AS state,
    l.modifydate AS last_updated, p.uuid AS puuid, NULL AS euuid, NULL AS provider_uuid
  FROM lists l JOIN patient_data p ON p.pid = l.pid WHERE l.type = 'surgery'`;

const orderedSql = `SELECT o.uuid, c.procedure_name AS title, c.procedure_code AS diagnosis,
    coalesce(o.date_collected, o.date_ordered) AS date, NULL AS comments,
    CASE o.order_status WHEN 'complete' THEN 'completed' WHEN 'canceled' THEN 'not-done' ELSE 'in-progress' END AS state,
    o.date_ordered AS last_updated, p.uuid AS puuid, e.uuid AS euuid, u.uuid AS provider_uuid
  FROM procedure_order o
  JOIN patient_data p ON p.pid = o.patient_id
  LEFT JOIN procedure_order_code c ON c.procedure_order_id = o.procedure_order_id
  LEFT JOIN form_encounter e ON e.encounter = o.encounter_id AND e.pid = o.patient_id
  LEFT JOIN users u ON u.id = o.provider_id AND ifnull(u.npi, '') <> ''
  WHERE o.activity = 1 AND o.procedure_order_type = 'procedure'`;

/** src/Services/FHIR/Procedure/*.php: what was ordered, and the surgeries of the chart. */
export const procedureService: FhirService = {
  type: 'Procedure',
  inPatientCompartment: true,
  parameters: { ...patientParameters, date: datetime('date') },
  sources: [orderedSql, surgerySql].map((sql) => ({ sql, toResource: toProcedure })),
};

function toProcedure(row: Row): Procedure {
  const title = String(row['title'] ?? '');
  const coding = codings(row['diagnosis'], title);
  const performer = relative('Practitioner', row['provider_uuid']);
  return tidy({
    ...resourceHead(row),
    resourceType: 'Procedure',
    status: row['state'],
    code: coding ? { coding } : { text: title || undefined },
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    performedDateTime: atom(row['date']),
    performer: performer ? [{ actor: performer }] : [],
    note: row['comments'] ? [{ text: String(row['comments']) }] : [],
  } as Procedure);
}
