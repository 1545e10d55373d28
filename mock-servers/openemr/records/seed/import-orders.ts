// ServiceRequest becomes procedure_order; laboratory reports and results hang below it. A report
// without an order in OpenEMR (imaging) becomes a clinical note, as OpenEMR shows those.

import type { DiagnosticReport, Observation, ServiceRequest } from '#core/fhir/r4.ts';
import { dictionary } from '../dictionary.ts';
import { steadyUuid } from '../records.ts';
import {
  codeOf,
  type ImportContext,
  placeOf,
  referenceTo,
  storedTime,
  textOf,
  uuidFor,
} from './import-context.ts';

const laboratoryCategory = '108252007';

export function importServiceRequest(context: ImportContext, request: ServiceRequest): void {
  const { database } = context.records;
  const patient = placeOf(context, request.subject);
  if (!patient) return;
  const uuid = uuidFor(request);
  const isLaboratory = codeOf(request.category?.[0]) === laboratoryCategory;
  const ordered = storedTime(request.authoredOn);
  const key = database.insert('procedure_order', {
    uuid,
    provider_id: placeOf(context, request.requester)?.key ?? 0,
    patient_id: patient.key,
    encounter_id: placeOf(context, request.encounter)?.key ?? 0,
    date_ordered: ordered,
    date_collected: isLaboratory ? ordered : null,
    order_priority: request.priority === 'stat' ? 'high' : 'normal',
    order_status: request.status === 'completed' ? 'complete' : 'pending',
    patient_instructions: request.patientInstruction ?? '',
    procedure_order_type: isLaboratory ? 'laboratory_test' : 'imaging',
  });
  database.insert('procedure_order_code', {
    procedure_order_id: key,
    procedure_code: codeOf(request.code),
    procedure_name: textOf(request.code),
    procedure_order_title: isLaboratory ? 'laboratory_test' : 'imaging',
  });
  if (isLaboratory)
    database.insert('procedure_specimen', {
      uuid: steadyUuid('procedure_specimen', uuid),
      procedure_order_id: key,
      specimen_identifier: `SP-${key}`,
      accession_identifier: `AC-${key}`,
      specimen_type_code: '119297000',
      specimen_type: 'Blood specimen',
      collected_date: ordered,
    });
  context.places.set(referenceTo(request), { key, uuid });
}

export function importReport(context: ImportContext, report: DiagnosticReport): void {
  const order = placeOf(context, report.basedOn?.[0]);
  if (codeOf(report.category?.[0]) === 'LAB' && order)
    importLaboratoryReport(context, report, order.key);
  else importNote(context, report);
}

function importLaboratoryReport(
  context: ImportContext,
  report: DiagnosticReport,
  orderKey: number,
): void {
  const { database } = context.records;
  const uuid = uuidFor(report);
  const key = database.insert('procedure_report', {
    uuid,
    procedure_order_id: orderKey,
    date_collected: storedTime(report.effectiveDateTime),
    date_report: storedTime(report.issued ?? report.effectiveDateTime),
    source: 1,
    report_status: report.status === 'final' ? 'final' : 'prelim',
    review_status: 'reviewed',
    report_notes: report.conclusion ?? '',
  });
  for (const result of report.result ?? []) {
    const observation = context.resources.get(result.reference ?? '');
    if (observation?.resourceType === 'Observation') importResult(context, observation, key);
  }
  context.places.set(referenceTo(report), { key, uuid });
}

function importResult(context: ImportContext, result: Observation, reportKey: number): void {
  const quantity = result.valueQuantity;
  const range = result.referenceRange?.[0];
  const uuid = uuidFor(result);
  const key = context.records.database.insert('procedure_result', {
    uuid,
    procedure_report_id: reportKey,
    result_data_type: 'N',
    result_code: codeOf(result.code),
    result_text: textOf(result.code),
    date: storedTime(result.effectiveDateTime),
    units: quantity?.unit ?? '',
    result: String(quantity?.value ?? result.valueString ?? ''),
    range: range ? `${range.low?.value ?? ''}-${range.high?.value ?? ''}` : '',
    abnormal: abnormal[codeOf(result.interpretation?.[0])] ?? '',
    result_status: result.status === 'final' ? 'final' : 'prelim',
  });
  context.places.set(referenceTo(result), { key, uuid });
}

const abnormal = dictionary<string>({ N: 'no', H: 'high', L: 'low', A: 'yes' });

function importNote(context: ImportContext, report: DiagnosticReport): void {
  const patient = placeOf(context, report.subject);
  if (!patient) return;
  const uuid = uuidFor(report);
  const date = storedTime(report.issued ?? report.effectiveDateTime);
  const key = context.records.database.insert('form_clinical_notes', {
    uuid,
    date,
    pid: patient.key,
    encounter: String(placeOf(context, report.encounter)?.key ?? ''),
    user: 'admin',
    groupname: 'Default',
    authorized: 1,
    activity: 1,
    code: 'LOINC:18748-4',
    codetext: 'Diagnostic imaging study',
    description: report.conclusion ?? textOf(report.code),
    clinical_notes_type: 'imaging_narrative',
    clinical_notes_category: 'radiology',
    last_updated: context.records.now(),
  });
  context.places.set(referenceTo(report), { key, uuid });
}
