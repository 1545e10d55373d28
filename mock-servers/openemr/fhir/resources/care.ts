// CarePlan, Goal, CareTeam and Appointment.

import type { Appointment, CarePlan, CareTeam, Goal } from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import {
  absent,
  coded,
  narrative,
  relative,
  resourceHead,
  systems,
  tidy,
  unknownConcept,
} from '../elements.ts';
import {
  added,
  datetime,
  type FhirContext,
  type FhirService,
  patientParameters,
  text,
  token,
} from '../service.ts';

// The id is the encounter's uuid and the number of the form, joined by an underscore.
const planSql = (
  type: string,
) => `SELECT e.uuid || '_' || c.id AS uuid, c.description, c.codetext, c.date,
    c.date_end, coalesce(nullif(c.plan_status, ''), 'active') AS status, 'assess-plan' AS category,
    c.date AS last_updated, p.uuid AS puuid
  FROM form_care_plan c
  JOIN patient_data p ON p.pid = c.pid
  JOIN form_encounter e ON e.encounter = CAST(c.encounter AS INTEGER) AND e.pid = c.pid
  WHERE c.activity = 1 AND c.care_plan_type = '${type}'`;

/** src/Services/FHIR/FhirCarePlanService.php */
export const carePlanService: FhirService = {
  type: 'CarePlan',
  inPatientCompartment: true,
  hasOtherIds: true,
  parameters: {
    ...patientParameters,
    _id: token('uuid'),
    category: token('category'),
    status: added(token('status')),
  },
  sources: [{ sql: planSql('plan_of_care'), toResource: toCarePlan }],
};

function toCarePlan(row: Row): CarePlan {
  const description = String(row['description'] ?? '');
  return tidy({
    ...resourceHead(row),
    resourceType: 'CarePlan',
    text: narrative(description),
    status: row['status'],
    intent: 'plan',
    category: [coded('http://hl7.org/fhir/us/core/CodeSystem/careplan-category', 'assess-plan')],
    description,
    subject: relative('Patient', row['puuid']),
  } as CarePlan);
}

/** src/Services/FHIR/FhirGoalService.php */
export const goalService: FhirService = {
  type: 'Goal',
  inPatientCompartment: true,
  hasOtherIds: true,
  parameters: {
    ...patientParameters,
    _id: token('uuid'),
    'lifecycle-status': added(token('status')),
    'target-date': added(datetime('date_end')),
    description: added(text('description')),
  },
  sources: [{ sql: planSql('goal'), toResource: toGoal }],
};

function toGoal(row: Row): Goal {
  const description = String(row['description'] ?? '');
  const dueDate = row['date_end'] ? String(row['date_end']).slice(0, 10) : undefined;
  return tidy({
    ...resourceHead(row),
    resourceType: 'Goal',
    lifecycleStatus: 'active',
    description: { text: description },
    subject: relative('Patient', row['puuid']),
    target: dueDate ? [{ measure: absent, detailString: description, dueDate }] : [],
  } as Goal);
}

/** src/Services/FHIR/FhirCareTeamService.php: kept in columns of patient_data. */
export const careTeamService: FhirService = {
  type: 'CareTeam',
  inPatientCompartment: true,
  parameters: { ...patientParameters, status: token('status') },
  sources: [
    {
      sql: `SELECT m.uuid, p.uuid AS puuid, p.care_team_status AS status, p.last_updated, u.uuid AS provider_uuid,
          f.uuid AS facility_uuid, u.taxonomy, u.specialty
        FROM patient_data p
        JOIN uuid_mapping m ON m.target_uuid = p.uuid AND m.resource = 'CareTeam'
        LEFT JOIN users u ON u.id = CAST(p.care_team_provider AS INTEGER)
        LEFT JOIN facility f ON f.id = CAST(p.care_team_facility AS INTEGER)
        WHERE ifnull(p.care_team_provider, '') <> '' OR ifnull(p.care_team_facility, '') <> ''`,
      toResource: toCareTeam,
    },
  ],
};

function toCareTeam(row: Row): CareTeam {
  const member = relative('Practitioner', row['provider_uuid']);
  const organization = relative('Organization', row['facility_uuid']);
  const role = coded(
    systems.nucc,
    String(row['taxonomy'] ?? '207Q00000X'),
    String(row['specialty'] ?? '') || undefined,
  );
  return tidy({
    ...resourceHead(row),
    resourceType: 'CareTeam',
    status: row['status'] || 'active',
    subject: relative('Patient', row['puuid']),
    participant: [
      ...(member ? [{ role: [role], member, onBehalfOf: organization }] : []),
      ...(organization ? [{ role: [unknownConcept], member: organization }] : []),
    ],
  } as CareTeam);
}

/** src/Services/FHIR/FhirAppointmentService.php */
export const appointmentService: FhirService = {
  type: 'Appointment',
  inPatientCompartment: true,
  parameters: { ...patientParameters, date: datetime('date') },
  sources: [
    {
      sql: `SELECT a.uuid, a.pc_title, a.pc_apptstatus, a.pc_hometext, a.pc_duration, c.pc_constant_id, c.pc_catname,
          a.pc_eventDate || ' ' || a.pc_startTime AS date, a.pc_eventDate || ' ' || a.pc_endTime AS end,
          a.pc_time AS last_updated, p.uuid AS puuid, u.uuid AS provider_uuid, m.uuid AS location_uuid
        FROM openemr_postcalendar_events a
        JOIN patient_data p ON p.pid = CAST(a.pc_pid AS INTEGER)
        LEFT JOIN openemr_postcalendar_categories c ON c.pc_catid = a.pc_catid
        LEFT JOIN users u ON u.id = CAST(a.pc_aid AS INTEGER) AND ifnull(u.npi, '') <> ''
        LEFT JOIN facility f ON f.id = a.pc_facility
        LEFT JOIN uuid_mapping m ON m.target_uuid = f.uuid AND m.resource = 'Location'`,
      toResource: toAppointment,
    },
  ],
};

// The signs of OpenEMR's appointment status list.
const statuses = dictionary<Appointment['status']>({
  '-': 'proposed',
  '*': 'booked',
  '+': 'booked',
  x: 'cancelled',
  '%': 'cancelled',
  '?': 'noshow',
  '@': 'arrived',
  '~': 'arrived',
  '<': 'checked-in',
  '>': 'fulfilled',
  '^': 'pending',
});

function toAppointment(row: Row, { fhirUrl }: FhirContext): Appointment {
  const actors = [
    relative('Patient', row['puuid']),
    relative('Practitioner', row['provider_uuid']),
    relative('Location', row['location_uuid']),
  ].filter((actor) => actor !== undefined);
  const instant = (column: string) => {
    const [day = '', time = ''] = String(row[column] ?? '').split(' ');
    return `${day}T${time.padEnd(8, ':00').slice(0, 8)}+00:00`;
  };
  const type = row['pc_constant_id']
    ? coded(
        `${fhirUrl}/ValueSet/appointment-type`,
        String(row['pc_constant_id']),
        String(row['pc_catname']),
      )
    : undefined;
  return tidy({
    ...resourceHead(row),
    resourceType: 'Appointment',
    status: statuses[String(row['pc_apptstatus'] ?? '')] ?? 'booked',
    appointmentType: type,
    description: String(row['pc_title'] ?? '') || undefined,
    start: instant('date'),
    end: instant('end'),
    comment: String(row['pc_hometext'] ?? '') || undefined,
    participant: actors.map((actor) => ({ actor, status: 'accepted' })),
  } as Appointment);
}
