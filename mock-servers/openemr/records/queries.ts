// Rows as OpenEMR's services select them, with their joined names and in their key order.
import type { Cell, Row } from './database.ts';
import type { Records } from './records.ts';

export interface Query {
  /** SELECT without WHERE. */
  readonly sql: string;
  /** Parameters that narrow the list: name to column. */
  readonly filters?: Readonly<Record<string, string>>;
  readonly where?: string;
  readonly order?: string;
}

/**
 * @param filters - by the names of the query; unknown names are left out
 * @returns numbers as numbers when something was bound, else as strings: so ADOdb answers
 */
export function select(
  records: Records,
  query: Query,
  filters: Readonly<Record<string, Cell>> = {},
): Row[] {
  const known = query.filters ?? {};
  const used = Object.entries(filters).filter(([name]) => Object.hasOwn(known, name));
  const conditions = [
    ...(query.where ? [query.where] : []),
    ...used.map(([name]) => `${known[name]} = ? COLLATE NOCASE`),
  ];
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const order = query.order ? ` ORDER BY ${query.order}` : '';
  const bound = used.map(([, value]) => value);
  const rows = records.database.all(`${query.sql}${where}${order}`, ...bound);
  return bound.length > 0 ? rows : rows.map(withStrings);
}

/** Numbers as strings: what PHP gets from a query without bound values. */
export function withStrings(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [
      name,
      typeof cell === 'number' ? String(cell) : cell,
    ]),
  );
}

const columns = (table: string, names: string) =>
  names
    .split(/\s+/)
    .map((name) => `${table}."${name}"`)
    .join(', ');

const same = (table: string, names: string) =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, `${table}."${name}"`]));

const staffColumns = `id uuid title fname lname mname federaltaxid federaldrugid upin facility_id facility npi email
  active specialty billname url assistant organization valedictory street streetb city state zip phone fax phonew1
  phonecell notes state_license_number`;

/** src/Services/PractitionerService.php: a user with an NPI. */
export const practitioners: Query = {
  sql: `SELECT ${columns('u', staffColumns)}, u.abook_type AS abook_title, t.title AS physician_title,
      t.codes AS physician_code
    FROM users u
    LEFT JOIN list_options t ON t.list_id = 'physician_type' AND t.option_id = u.physician_type`,
  where: "ifnull(u.npi, '') <> ''",
  filters: same('u', staffColumns),
  order: 'u.id',
};

/** src/Services/UserService.php: everyone with a login. */
export const users: Query = {
  sql: `SELECT ${columns('u', staffColumns)}, u.username FROM users u`,
  where: "ifnull(u.username, '') <> '' AND u.active = 1",
  filters: same('u', `${staffColumns} username`),
  order: 'u.id',
};

const facilityColumns = `id uuid name phone fax street city state postal_code country_code federal_ein website email
  service_location billing_location accepts_assignment pos_code x12_sender_id attn domain_identifier facility_npi
  facility_taxonomy tax_id_type color primary_business_entity facility_code extra_validation mail_street mail_street2
  mail_city mail_state mail_zip oid iban info`;

/** src/Services/FacilityService.php */
export const facilities: Query = {
  sql: `SELECT ${columns('f', facilityColumns)} FROM facility f`,
  filters: same('f', facilityColumns),
  order: 'f.id',
};

/** src/Services/EncounterService.php search */
export const encounters: Query = {
  sql: `SELECT e.encounter AS eid, e.uuid AS euuid, ${columns('e', 'date reason onset_date sensitivity billing_note pc_catid last_level_billed last_level_closed last_stmt_date stmt_count supervisor_id invoice_refno referral_source billing_facility external_id last_update pos_code class_code')},
      class.notes AS class_title, c.pc_catname, p.pid, p.uuid AS puuid,
      f.id AS facility_id, f.uuid AS facility_uuid, f.name AS facility_name, fl.uuid AS facility_location_uuid,
      b.id AS billing_facility_id, b.uuid AS billing_facility_uuid, b.name AS billing_facility_name,
      bl.uuid AS billing_location_uuid, e.provider_id, e.referring_provider_id,
      u.uuid AS provider_uuid, u.username AS provider_username,
      r.uuid AS referrer_uuid, r.username AS referrer_username,
      e.discharge_disposition, d.title AS discharge_disposition_text
    FROM form_encounter e
    LEFT JOIN list_options class ON class.list_id = '_ActEncounterCode' AND class.option_id = e.class_code
    LEFT JOIN openemr_postcalendar_categories c ON c.pc_catid = e.pc_catid
    JOIN patient_data p ON p.pid = e.pid
    LEFT JOIN facility f ON f.id = e.facility_id
    LEFT JOIN uuid_mapping fl ON fl.target_uuid = f.uuid AND fl.resource = 'Location'
    LEFT JOIN facility b ON b.id = e.billing_facility
    LEFT JOIN uuid_mapping bl ON bl.target_uuid = b.uuid AND bl.resource = 'Location'
    LEFT JOIN users u ON u.id = e.provider_id AND ifnull(u.npi, '') <> ''
    LEFT JOIN users r ON r.id = e.referring_provider_id AND ifnull(r.npi, '') <> ''
    LEFT JOIN list_options d ON d.list_id = 'discharge-disposition' AND d.option_id = e.discharge_disposition`,
  filters: { puuid: 'p.uuid', euuid: 'e.uuid' },
  order: 'e.encounter DESC',
};

const appointmentSql = (
  extra: string,
) => `SELECT a.pc_eid, a.uuid AS pc_uuid, p.fname, p.lname, p.DOB, p.pid,
    p.uuid AS puuid, u.uuid AS pce_aid_uuid, u.fname AS pce_aid_fname, u.lname AS pce_aid_lname,
    u.npi AS pce_aid_npi, a.pc_aid, a.pc_apptstatus, a.pc_eventDate,
    a.pc_startTime, a.pc_endTime, a.pc_time, ${extra}a.pc_facility, a.pc_billing_location, a.pc_catid, a.pc_pid,
    a.pc_title, f.name AS facility_name, fl.uuid AS facility_uuid, b.name AS billing_location_name,
    bl.uuid AS billing_location_uuid
  FROM openemr_postcalendar_events a
  LEFT JOIN facility f ON a.pc_facility = f.id
  LEFT JOIN uuid_mapping fl ON fl.target_uuid = f.uuid AND fl.resource = 'Location'
  LEFT JOIN facility b ON a.pc_billing_location = b.id
  LEFT JOIN uuid_mapping bl ON bl.target_uuid = b.uuid AND bl.resource = 'Location'
  LEFT JOIN patient_data p ON p.pid = CAST(a.pc_pid AS INTEGER)
  LEFT JOIN users u ON CAST(a.pc_aid AS INTEGER) = u.id`;

/** src/Services/AppointmentService.php getAppointmentsForPatient */
export const appointments: Query = {
  sql: appointmentSql(''),
  filters: { pid: 'p.pid', puuid: 'p.uuid', uuid: 'a.uuid' },
  order: 'a.pc_eid',
};

/** src/Services/AppointmentService.php getAppointment: a few columns more. */
export const oneAppointment: Query = {
  sql: appointmentSql('a.pc_duration, '),
  filters: { eid: 'a.pc_eid' },
};

const listColumns = `id uuid date type subtype title udi udi_data begdate enddate returndate occurrence classification
  referredby extrainfo diagnosis activity comments pid user groupname outcome destination reinjury_id injury_part
  injury_type injury_grade reaction verification external_allergyid erx_source erx_uploaded modifydate severity_al
  external_id list_option_id`;

/** src/Services/ConditionService.php */
export const problems: Query = {
  sql: `SELECT ${columns('l', listColumns)}, p.uuid AS puuid, l.uuid AS condition_uuid, v.title AS verification_title
    FROM lists l JOIN patient_data p ON p.pid = l.pid
    LEFT JOIN list_options v ON v.list_id = 'condition-verification' AND v.option_id = l.verification`,
  where: "l.type = 'medical_problem'",
  filters: { puuid: 'p.uuid', uuid: 'l.uuid' },
  order: 'l.id',
};

/** src/Services/AllergyIntoleranceService.php */
export const allergies: Query = {
  sql: `SELECT ${columns('l', listColumns)}, p.uuid AS puuid, l.uuid AS allergy_uuid, u.uuid AS practitioner,
      u.npi AS practitioner_npi, f.uuid AS organization, r.title AS reaction_title, v.title AS verification_title
    FROM lists l JOIN patient_data p ON p.pid = l.pid
    LEFT JOIN users u ON u.username = l.user
    LEFT JOIN facility f ON f.name = u.facility
    LEFT JOIN list_options r ON r.list_id = 'reaction' AND r.option_id = l.reaction
    LEFT JOIN list_options v ON v.list_id = 'allergyintolerance-verification' AND v.option_id = l.verification`,
  where: "l.type = 'allergy'",
  filters: { puuid: 'p.uuid', uuid: 'l.uuid' },
  order: 'l.id',
};

/** src/Services/ListService.php */
export const listRows: Query = {
  sql: `SELECT ${columns('l', listColumns)} FROM lists l`,
  filters: { pid: 'l.pid', type: 'l.type', id: 'l.id' },
  order: 'l.date DESC, l.id DESC',
};
