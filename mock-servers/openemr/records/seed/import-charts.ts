// Condition, AllergyIntolerance and Procedure become rows of `lists`; prescriptions and immunizations
// have tables of their own.
import type {
  AllergyIntolerance,
  Condition,
  Immunization,
  MedicationRequest,
  Procedure,
} from '#core/fhir/r4.ts';
import type { Values } from '../database.ts';
import {
  codeOf,
  type ImportContext,
  openemrCode,
  placeOf,
  referenceTo,
  storedTime,
  textOf,
  uuidFor,
} from './import-context.ts';

type ListResource = Condition | AllergyIntolerance | Procedure;

export function importCondition(context: ImportContext, condition: Condition): void {
  addListRow(context, condition, 'medical_problem', {
    title: textOf(condition.code),
    diagnosis: openemrCode(condition.code),
    begdate: storedTime(condition.onsetDateTime ?? condition.recordedDate),
    enddate: storedTime(condition.abatementDateTime),
    date: storedTime(condition.recordedDate),
    verification: codeOf(condition.verificationStatus),
    outcome: codeOf(condition.clinicalStatus) === 'resolved' ? 1 : 0,
  });
}

export function importAllergy(context: ImportContext, allergy: AllergyIntolerance): void {
  const reaction = allergy.reaction?.[0];
  addListRow(context, allergy, 'allergy', {
    title: textOf(allergy.code),
    diagnosis: openemrCode(allergy.code),
    begdate: storedTime(allergy.onsetDateTime ?? allergy.recordedDate),
    date: storedTime(allergy.recordedDate),
    verification: codeOf(allergy.verificationStatus),
    reaction: textOf(reaction?.manifestation[0]) === '' ? '' : 'hives',
    severity_al: reaction?.severity ?? '',
    comments: reaction?.manifestation.map(textOf).join(', ') ?? '',
  });
}

export function importProcedure(context: ImportContext, procedure: Procedure): void {
  const period = procedure.performedPeriod;
  addListRow(context, procedure, 'surgery', {
    title: textOf(procedure.code),
    diagnosis: openemrCode(procedure.code),
    begdate: storedTime(period?.start ?? procedure.performedDateTime),
    enddate: storedTime(period?.end),
    date: storedTime(period?.start ?? procedure.performedDateTime),
  });
}

function addListRow(
  context: ImportContext,
  resource: ListResource,
  type: string,
  values: Values,
): void {
  const patient = placeOf(
    context,
    resource.resourceType === 'AllergyIntolerance' ? resource.patient : resource.subject,
  );
  if (!patient) return;
  const uuid = uuidFor(resource);
  const key = context.records.database.insert('lists', {
    ...values,
    uuid,
    type,
    pid: patient.key,
    activity: 1,
    user: 'admin',
    groupname: 'Default',
    modifydate: context.records.now(),
  });
  context.places.set(referenceTo(resource), { key, uuid });
}

export function importMedicationRequest(context: ImportContext, request: MedicationRequest): void {
  const { database } = context.records;
  const patient = placeOf(context, request.subject);
  if (!patient) return;
  const uuid = uuidFor(request);
  const drug = textOf(request.medicationCodeableConcept);
  const code = openemrCode(request.medicationCodeableConcept);
  const date = storedTime(request.authoredOn);
  const key = database.insert('prescriptions', {
    uuid,
    patient_id: patient.key,
    provider_id: placeOf(context, request.requester)?.key ?? 0,
    encounter: placeOf(context, request.encounter)?.key ?? 0,
    date_added: date,
    date_modified: date,
    start_date: date?.slice(0, 10) ?? null,
    drug,
    rxnorm_drugcode: code.startsWith('RXCUI') ? code : '',
    drug_dosage_instructions: request.dosageInstruction?.[0]?.text ?? '',
    active: request.status === 'stopped' || request.status === 'cancelled' ? 0 : 1,
    end_date: request.status === 'completed' ? (date?.slice(0, 10) ?? null) : null,
    medication: 1,
    datetime: date,
    user: 'admin',
    txDate: date?.slice(0, 10) ?? null,
    request_intent: 'order',
    request_intent_title: 'Order',
    usage_category: 'community',
    usage_category_title: 'Home/Community',
  });
  // OpenEMR copies a prescription onto the medication list.
  database.insert('lists', {
    type: 'medication',
    title: drug,
    date,
    begdate: date,
    activity: 1,
    pid: patient.key,
    user: 'admin',
    groupname: 'Default',
    modifydate: context.records.now(),
    external_id: `rx${key}`,
  });
  context.places.set(referenceTo(request), { key, uuid });
}

export function importImmunization(context: ImportContext, immunization: Immunization): void {
  const { records, places } = context;
  const patient = placeOf(context, immunization.patient);
  if (!patient) return;
  const uuid = uuidFor(immunization);
  const date = storedTime(immunization.occurrenceDateTime);
  const key = records.database.insert('immunizations', {
    uuid,
    patient_id: patient.key,
    administered_date: date,
    immunization_id: 0,
    cvx_code: codeOf(immunization.vaccineCode),
    lot_number: immunization.lotNumber ?? null,
    manufacturer: immunization.manufacturer?.display ?? null,
    create_date: date,
    update_date: date,
    created_by: 1,
    updated_by: 1,
    note: textOf(immunization.vaccineCode),
    completion_status: immunization.status === 'completed' ? 'completed' : '',
    information_source: immunization.primarySource
      ? 'new_immunization_record'
      : 'hist_inf_src_unspecified',
    encounter_id: placeOf(context, immunization.encounter)?.key ?? null,
  });
  places.set(referenceTo(immunization), { key, uuid });
}
