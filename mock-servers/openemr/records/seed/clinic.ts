// What the common hospital has no resources for but OpenEMR serves: insurance, calendar, care plan,
// documents, stock. A little of each, for the first two patients, so that no endpoint is always empty.
import { createAppointment } from '../appointments.ts';
import type { TableName } from '../columns.ts';
import type { Row, Values } from '../database.ts';
import { createCompany } from '../insurance-companies.ts';
import { type Records, steadyUuid } from '../records.ts';

/** Does nothing without patients. */
export function furnishClinic(records: Records): void {
  const { database } = records;
  const patients = database.all(
    'SELECT pid, uuid, fname, lname, DOB, sex FROM patient_data ORDER BY pid LIMIT 2',
  );
  const [first] = patients;
  const encounter = database.get(
    'SELECT encounter, uuid, date FROM form_encounter WHERE pid = ? ORDER BY encounter',
    first?.['pid'] ?? 0,
  );
  if (!first || !encounter) return;
  addStock(records);
  addInsurance(records, first);
  addForms(records, first, encounter);
  addPapers(records, first, encounter);
  for (const [index, patient] of patients.entries()) addAppointment(records, patient, index);
}

function add(records: Records, table: TableName, values: Values): number {
  const uuid = steadyUuid(table, String(values['name'] ?? values['title'] ?? values['type'] ?? ''));
  return records.database.insert(table, { uuid, ...values });
}

function addStock(records: Records): void {
  const drug_id = add(records, 'drugs', {
    name: 'Acetaminophen 325 MG Oral Tablet',
    ndc_number: '00000-0000-01',
    form: '2',
    size: '325',
    drug_code: '313782',
    date_created: records.now(),
    last_updated: records.now(),
  });
  records.database.insert('drug_inventory', {
    drug_id,
    lot_number: 'LOT-2025-01',
    expiration: '2027-12-31',
    on_hand: 100,
  });
}

function addInsurance(records: Records, patient: Row): void {
  const company = createCompany(records, {
    name: '국민건강보험공단',
    attn: '급여관리실',
    ins_type_code: 17,
    line1: '건강로 32',
    city: '원주시',
    state: '강원',
    zip: '26464',
    country: 'KR',
  });
  add(records, 'insurance_data', {
    type: 'primary',
    provider: String(company),
    plan_name: '직장가입자',
    policy_number: 'NHIS-0001',
    group_number: '1',
    subscriber_lname: patient['lname'],
    subscriber_fname: patient['fname'],
    subscriber_relationship: 'self',
    subscriber_DOB: patient['DOB'],
    subscriber_sex: patient['sex'],
    date: '2024-01-01',
    pid: patient['pid'],
  });
  add(records, 'employer_data', {
    name: '한빛상사',
    street: '을지로 1',
    postal_code: '04524',
    city: '서울특별시',
    country: 'KR',
    date: records.now(),
    pid: patient['pid'],
    start_date: '2020-03-02 00:00:00',
    created_by: 1,
  });
}

function addForms(records: Records, patient: Row, encounter: Row): void {
  const { database } = records;
  const common = {
    date: encounter['date'],
    pid: patient['pid'],
    user: 'admin',
    groupname: 'Default',
  };
  const form = (form_id: number, form_name: string, formdir: string) =>
    database.insert('forms', {
      ...common,
      encounter: encounter['encounter'],
      form_id,
      form_name,
      formdir,
      authorized: 1,
    });
  const soap = database.insert('form_soap', {
    ...common,
    authorized: 1,
    activity: 1,
    subjective: '두통이 있다고 함',
    objective: '활력징후 안정',
    assessment: '긴장성 두통',
    plan: '경과 관찰',
  });
  form(soap, 'SOAP', 'soap');
  const plan = {
    ...common,
    id: 1,
    encounter: String(encounter['encounter']),
    authorized: 1,
    activity: 1,
  };
  database.insert('form_care_plan', {
    ...plan,
    code: 'SNOMED-CT:410177006',
    codetext: 'Special diet education',
    description: '저염식 교육',
    care_plan_type: 'plan_of_care',
  });
  database.insert('form_care_plan', {
    ...plan,
    id: 2,
    code: 'LOINC:8480-6',
    codetext: 'Systolic blood pressure',
    description: '수축기 혈압 130 미만 유지',
    care_plan_type: 'goal',
    date_end: '2026-12-31',
  });
  form(1, 'Care Plan Form', 'care_plan');
  add(records, 'form_clinical_notes', {
    ...common,
    encounter: String(encounter['encounter']),
    authorized: 1,
    activity: 1,
    code: 'LOINC:11506-3',
    codetext: 'Progress note',
    description: '경과 기록: 증상 호전',
    clinical_notes_type: 'progress_note',
    last_updated: records.now(),
  });
  add(records, 'history_data', { pid: patient['pid'], date: encounter['date'], tobacco: '4' });
  add(records, 'lists', {
    ...common,
    type: 'medical_device',
    title: 'Coronary stent',
    udi: '(01)08717648200274(11)230201(17)280201(10)LOT123(21)000025',
    begdate: '2023-02-10 00:00:00',
    activity: 1,
    modifydate: records.now(),
  });
  add(records, 'lists', {
    ...common,
    type: 'dental_issue',
    title: '치은염',
    begdate: '2024-06-01 00:00:00',
    activity: 1,
    modifydate: records.now(),
  });
}

function addPapers(records: Records, patient: Row, encounter: Row): void {
  const { pid } = patient;
  const { database } = records;
  const content = Buffer.from('의무기록 사본\n');
  const document_id = add(records, 'documents', {
    type: 'file_url',
    name: 'record-copy.txt',
    size: content.length,
    date: records.now(),
    url: `file://${pid}/record-copy.txt`,
    mimetype: 'text/plain',
    owner: 1,
    foreign_id: pid,
    docdate: records.today(),
    category: 'medical record',
    content,
  });
  const when = { date: encounter['date'], pid };
  add(records, 'media', {
    ...when,
    title: '피부 사진',
    mimetype: 'text/plain',
    document_id,
    encounter_id: encounter['encounter'],
  });
  add(records, 'pnotes', {
    ...when,
    body: '예약 확인 부탁드립니다',
    user: 'admin',
    groupname: 'Default',
    activity: 1,
    authorized: 1,
    title: 'Unassigned',
    assigned_to: 'admin',
  });
  const referral = add(records, 'transactions', {
    ...when,
    title: 'LBTref',
    user: 'admin',
    groupname: 'Default',
    authorized: 1,
  });
  database.insert('lbt_data', { form_id: referral, field_id: 'body', field_value: '협진 의뢰' });
  add(records, 'related_persons', {
    pid,
    relationship: 'WIFE',
    lname: '성',
    fname: '춘향',
    phone: '010-0000-0000',
    city: '남원시',
    last_updated: records.now(),
  });
  add(records, 'drug_sales', {
    drug_id: 1,
    inventory_id: 1,
    pid,
    encounter: encounter['encounter'],
    user: 'admin',
    sale_date: encounter['date'],
    quantity: 10,
  });
  addQuestionnaire(records, patient, encounter);
}

function addQuestionnaire(records: Records, patient: Row, encounter: Row): void {
  const item = { linkId: '1', text: 'Do you smoke?' };
  add(records, 'questionnaire_repository', {
    name: 'Smoking',
    code: '72166-2',
    code_display: 'Tobacco smoking status',
    version: 1,
    created_date: records.now(),
    modified_date: records.now(),
    status: 'active',
    questionnaire: JSON.stringify({
      name: 'Smoking',
      title: 'Smoking',
      status: 'active',
      item: [{ ...item, type: 'boolean' }],
    }),
  });
  add(records, 'questionnaire_response', {
    questionnaire_name: 'Smoking',
    patient_id: patient['pid'],
    encounter: encounter['encounter'],
    create_time: encounter['date'],
    last_updated: records.now(),
    questionnaire_response: JSON.stringify({
      item: [{ ...item, answer: [{ valueBoolean: false }] }],
    }),
  });
}

function addAppointment(records: Records, patient: Row, index: number): void {
  const provider = records.database.get(
    "SELECT id FROM users WHERE ifnull(npi, '') <> '' ORDER BY id",
  );
  createAppointment(records, String(patient['pid']), {
    pc_catid: 5,
    pc_title: 'Office Visit',
    pc_duration: 900,
    pc_hometext: '',
    pc_apptstatus: '-',
    pc_eventDate: records.today(),
    pc_startTime: index === 0 ? '09:00' : '09:15',
    pc_facility: 1,
    pc_billing_location: 1,
    pc_aid: provider?.['id'] ?? null,
  });
}
