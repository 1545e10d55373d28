// Rows of medication, orders, insurance and forms as OpenEMR's services select them.
import type { Query } from './queries.ts';

/** src/Services/DrugService.php */
export const drugs: Query = {
  sql: `SELECT d.drug_id, d.uuid, d.name, d.ndc_number, d.form, d.size, d.unit, d.route, d.related_code, d.active,
      d.drug_code, i.manufacturer, i.lot_number, i.expiration
    FROM drugs d LEFT JOIN drug_inventory i ON i.drug_id = d.drug_id`,
  filters: { uuid: 'd.uuid' },
  order: 'd.drug_id',
};

/** src/Services/PrescriptionService.php */
export const prescriptions: Query = {
  sql: `SELECT r.uuid, 'prescriptions' AS source_table, r.drug, r.active, 'order' AS intent, 'community' AS category,
      'Order' AS intent_title, 'Home/Community' AS category_title, 'Community' AS category_text, r.rxnorm_drugcode,
      r.date_added, r.unit, r.interval, r.route, r.note,
      CASE WHEN r.end_date IS NOT NULL AND r.active = 1 THEN 'completed' WHEN r.active = 1 THEN 'active'
        ELSE 'stopped' END AS status,
      r.drug_dosage_instructions, p.uuid AS puuid, e.uuid AS euuid, u.uuid AS pruuid, d.uuid AS drug_uuid,
      o.option_id AS route_id, o.title AS route_title, o.codes AS route_codes
    FROM prescriptions r
    JOIN patient_data p ON p.pid = r.patient_id
    LEFT JOIN drugs d ON d.drug_id = r.drug_id
    LEFT JOIN list_options o ON o.list_id = 'drug_route' AND o.option_id = r.route
    LEFT JOIN form_encounter e ON e.encounter = r.encounter AND e.pid = r.patient_id
    LEFT JOIN users u ON u.id = r.provider_id AND ifnull(u.npi, '') <> ''`,
  filters: { uuid: 'r.uuid' },
  order: 'r.id',
};

/** src/Services/ImmunizationService.php */
export const immunizations: Query = {
  sql: `SELECT i.id, i.uuid, p.uuid AS puuid, i.patient_id, i.administered_date, i.immunization_id, i.cvx_code,
      i.note AS cvx_code_text, i.manufacturer, i.lot_number, i.administered_by_id, i.administered_by, i.education_date,
      i.vis_date, i.note, i.create_date, i.update_date, i.created_by, i.updated_by, i.amount_administered,
      i.amount_administered_unit, i.expiration_date, i.route, i.administration_site, i.added_erroneously,
      i.external_id, i.completion_status, i.information_source, i.refusal_reason, i.ordering_provider,
      i.encounter_id, u.uuid AS provider_uuid
    FROM immunizations i JOIN patient_data p ON p.pid = i.patient_id
    LEFT JOIN users u ON u.id = i.administered_by_id`,
  filters: {
    uuid: 'i.uuid',
    ...Object.fromEntries(
      `patient_id id administered_date immunization_id cvx_code manufacturer lot_number administered_by_id
       administered_by education_date vis_date note create_date update_date created_by updated_by amount_administered
       expiration_date route administration_site added_erroneously external_id completion_status information_source
       refusal_reason ordering_provider`
        .split(/\s+/)
        .map((name) => [name, `i.${name}`]),
    ),
  },
  order: 'i.id',
};

/** src/Services/ProcedureService.php: one order with its reports and results is put together from these. */
export const procedureOrders: Query = {
  sql: `SELECT o.procedure_order_id, o.uuid, c.procedure_name AS name, c.procedure_code AS code,
      o.order_diagnosis AS diagnosis, o.activity, o.order_status AS status, o.date_ordered, o.date_collected,
      o.procedure_order_type, p.pid, p.uuid AS puuid, e.encounter AS eid, e.uuid AS euuid, e.date AS encounter_date,
      u.id AS provider_id, u.uuid AS provider_uuid, u.npi AS provider_npi
    FROM procedure_order o
    LEFT JOIN procedure_order_code c ON c.procedure_order_id = o.procedure_order_id
    JOIN patient_data p ON p.pid = o.patient_id
    LEFT JOIN form_encounter e ON e.encounter = o.encounter_id AND e.pid = o.patient_id
    LEFT JOIN users u ON u.id = o.provider_id AND ifnull(u.npi, '') <> ''`,
  where: 'o.activity = 1',
  filters: { uuid: 'o.uuid' },
  order: 'o.procedure_order_id',
};

/** src/Services/VitalsService.php search */
export const vitals: Query = {
  sql: `SELECT p.pid, p.uuid AS puuid, e.encounter AS eid, e.uuid AS euuid, u.uuid AS user_uuid, v.user, v.groupname,
      v.authorized, v.activity, v.id AS form_id, v.id, v.uuid, v.date, v.external_id, v.note, v.bps, v.bpd, v.weight,
      v.height, v.temperature, v.temp_method, v.pulse, v.respiration, v.BMI, v.BMI_status, v.waist_circ, v.head_circ,
      v.oxygen_saturation, v.oxygen_flow_rate, v.ped_weight_height, v.ped_bmi, v.ped_head_circ,
      v.inhaled_oxygen_concentration, v.last_updated
    FROM form_vitals v
    JOIN forms f ON f.form_id = v.id AND f.formdir = 'vitals'
    JOIN patient_data p ON p.pid = f.pid
    LEFT JOIN form_encounter e ON e.encounter = f.encounter AND e.pid = f.pid
    LEFT JOIN users u ON u.username = v.user`,
  where: 'f.deleted = 0',
  filters: { pid: 'f.pid', eid: 'f.encounter', vid: 'v.id' },
  order: 'v.date DESC, v.id DESC',
};

/** src/Services/EncounterService.php getSoapNotes */
export const soapNotes: Query = {
  sql: `SELECT s.* FROM form_soap s JOIN forms f ON f.form_id = s.id AND f.formdir = 'soap'`,
  where: 'f.deleted = 0',
  filters: { pid: 'f.pid', eid: 'f.encounter', sid: 's.id' },
  order: 's.date DESC, s.id DESC',
};

/** src/Services/InsuranceService.php search */
export const insurances: Query = {
  sql: `SELECT i.*, p.uuid AS puuid, c.uuid AS insureruuid, c.name AS insurer_name
    FROM insurance_data i JOIN patient_data p ON p.pid = i.pid
    LEFT JOIN insurance_companies c ON c.id = CAST(i.provider AS INTEGER)`,
  filters: { puuid: 'p.uuid', uuid: 'i.uuid', type: 'i.type' },
  order: 'i.id',
};

/** src/Services/InsuranceCompanyService.php getAll */
export const insuranceCompanies: Query = {
  sql: `SELECT i.id, i.uuid, i.name, i.attn, i.cms_id, i.ins_type_code, i.x12_receiver_id, i.x12_default_partner_id,
      i.alt_cms_id, i.inactive, a.line1, a.line2, a.city, a.state, a.zip, a.country
    FROM insurance_companies i LEFT JOIN addresses a ON a.foreign_id = i.id`,
  filters: { id: 'i.id' },
  order: 'i.id',
};

/** src/Services/EmployerService.php */
export const employers: Query = {
  sql: `SELECT d.*, p.uuid AS puuid FROM employer_data d JOIN patient_data p ON p.pid = d.pid`,
  filters: { puuid: 'p.uuid' },
  order: 'd.id',
};

/** src/Services/ListService.php getOptionsByListName */
export const listOptions: Query = {
  sql: `SELECT o.list_id, o.option_id, o.title, o.seq, o.is_default, o.option_value, o.mapping, o.notes, o.codes,
      o.toggle_setting_1, o.toggle_setting_2, o.activity, o.subtype, o.edit_options, o.last_updated
    FROM list_options o`,
  where: 'o.activity = 1',
  filters: { list_name: 'o.list_id' },
  order: 'o.seq',
};
