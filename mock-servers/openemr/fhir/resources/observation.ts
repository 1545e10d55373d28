// Observation: one for each measurement of a vitals form, laboratory results, smoking status
// (src/Services/FHIR/Observation/Fhir*Service.php).

import type { Observation, Quantity } from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import {
  bloodPressureCode,
  type VitalCode,
  vitalCodes,
  vitalsPanelCode,
} from '../../records/vital-codes.ts';
import {
  atom,
  coded,
  codings,
  relative,
  resourceHead,
  systems,
  tidy,
  unknownConcept,
} from '../elements.ts';
import {
  datetime,
  type FhirContext,
  type FhirService,
  patientParameters,
  token,
} from '../service.ts';

const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
const vitalByCode = new Map(vitalCodes.map((vital) => [vital.code, vital]));

// Measurements without a value have no Observation.
const hasValue = vitalCodes
  .map(({ code, column }) => {
    const filled = (name: string) => `ifnull(v."${name}", '') NOT IN ('', '0', '0.00', '0.000000')`;
    if (code === vitalsPanelCode) return `WHEN '${code}' THEN 1`;
    if (code === bloodPressureCode)
      return `WHEN '${code}' THEN ${filled('bps')} OR ${filled('bpd')}`;
    return `WHEN '${code}' THEN ${filled(column)}`;
  })
  .join(' ');

const codeOfPath = `substr(m.resource_path, instr(m.resource_path, '&code=') + 6)`;

export const observationService: FhirService = {
  type: 'Observation',
  inPatientCompartment: true,
  parameters: {
    ...patientParameters,
    code: token('code'),
    category: token('category'),
    date: datetime('date'),
  },
  sources: [
    {
      sql: `SELECT m.uuid, m.target_uuid, ${codeOfPath} AS code, 'vital-signs' AS category, v.*,
          m.uuid AS uuid, v.last_updated, p.uuid AS puuid, e.uuid AS euuid
        FROM uuid_mapping m
        JOIN form_vitals v ON v.uuid = m.target_uuid
        JOIN patient_data p ON p.pid = v.pid
        JOIN forms f ON f.form_id = v.id AND f.formdir = 'vitals' AND f.deleted = 0
        LEFT JOIN form_encounter e ON e.encounter = f.encounter AND e.pid = v.pid
        WHERE m.resource = 'Observation' AND CASE ${codeOfPath} ${hasValue} ELSE 0 END`.replace(
        'v.*,',
        `${['respiration', 'pulse', 'oxygen_saturation', 'oxygen_flow_rate', 'temperature', 'height', 'head_circ', 'weight', 'BMI', 'bps', 'bpd', 'date'].map((column) => `v."${column}"`).join()},`,
      ),
      toResource: toVitalSign,
    },
    {
      sql: `SELECT r.uuid, r.result_code AS code, r.result_text, 'laboratory' AS category, r.result, r.units,
          r.range, r.abnormal, r.result_status, r.comments, coalesce(r.date, t.date_report, o.date_collected) AS date,
          coalesce(t.date_report, o.date_ordered) AS last_updated, p.uuid AS puuid, e.uuid AS euuid,
          u.uuid AS provider_uuid, x.uuid AS specimen_uuid
        FROM procedure_result r
        JOIN procedure_report t ON t.procedure_report_id = r.procedure_report_id
        JOIN procedure_order o ON o.procedure_order_id = t.procedure_order_id
        JOIN patient_data p ON p.pid = o.patient_id
        LEFT JOIN procedure_specimen x ON x.procedure_order_id = o.procedure_order_id
        LEFT JOIN form_encounter e ON e.encounter = o.encounter_id AND e.pid = o.patient_id
        LEFT JOIN users u ON u.id = o.provider_id AND ifnull(u.npi, '') <> ''`,
      toResource: toLaboratoryResult,
    },
    {
      sql: `SELECT h.uuid, '72166-2' AS code, 'social-history' AS category, h.tobacco, h.date,
          h.date AS last_updated, p.uuid AS puuid, l.title, l.codes
        FROM history_data h
        JOIN patient_data p ON p.pid = h.pid
        JOIN list_options l ON l.list_id = 'smoking_status' AND l.option_id = h.tobacco`,
      toResource: toSmokingStatus,
    },
  ],
};

function head(row: Row, display: string): Partial<Observation> & { resourceType: 'Observation' } {
  return {
    ...resourceHead(row),
    resourceType: 'Observation',
    status: 'final',
    category: [coded(categories, String(row['category']))],
    code: coded(systems.loinc, String(row['code']), display),
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    effectiveDateTime: atom(row['date']),
  } as Partial<Observation> & { resourceType: 'Observation' };
}

function toVitalSign(row: Row, context: FhirContext): Observation {
  const vital = vitalByCode.get(String(row['code'])) as VitalCode;
  const common = head(row, vital.display);
  if (vital.code === vitalsPanelCode) {
    return tidy({ ...common, hasMember: members(row, context) } as Observation);
  }
  if (vital.code === bloodPressureCode) {
    const component = ['8480-6', '8462-4'].flatMap((code) => {
      const part = vitalByCode.get(code);
      const valueQuantity = part && quantityOf(row, part);
      return part && valueQuantity
        ? [{ code: coded(systems.loinc, code, part.display), valueQuantity }]
        : [];
    });
    return tidy({ ...common, component } as Observation);
  }
  return tidy({ ...common, valueQuantity: quantityOf(row, vital) } as Observation);
}

function quantityOf(row: Row, { column, unit }: VitalCode): Quantity | undefined {
  const value = Number(row[column]);
  if (!Number.isFinite(value) || value === 0) return undefined;
  return { value, unit, system: systems.ucum, code: unit };
}

function members(row: Row, { records }: FhirContext): Observation['hasMember'] {
  const mapped = records.database.all(
    `SELECT uuid, ${codeOfPath} AS code FROM uuid_mapping m WHERE m.target_uuid = ?`,
    row['target_uuid'] ?? null,
  );
  return mapped.flatMap((member) => {
    const vital = vitalByCode.get(String(member['code']));
    const isFilled =
      vital?.code === bloodPressureCode ? row['bps'] : vital && Number(row[vital.column]) > 0;
    const found = vital?.isMember && isFilled ? relative('Observation', member['uuid']) : undefined;
    return found ? [found] : [];
  });
}

const interpretations = dictionary<readonly [string, string]>({
  no: ['N', 'Normal'],
  yes: ['A', 'Abnormal'],
  high: ['H', 'High'],
  low: ['L', 'Low'],
});

function toLaboratoryResult(row: Row): Observation {
  const value = Number(row['result']);
  const unit = String(row['units'] ?? '');
  const isNumber = row['result'] !== '' && Number.isFinite(value);
  const performer = relative('Practitioner', row['provider_uuid']);
  const [code, display] = interpretations[String(row['abnormal'] ?? '')] ?? [];
  const interpretationSystem = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
  return tidy({
    ...head(row, String(row['result_text'] ?? '')),
    status: row['result_status'] === 'prelim' ? 'preliminary' : 'final',
    performer: performer ? [performer] : [],
    ...(isNumber
      ? { valueQuantity: { value, unit, system: systems.ucum, code: unit } }
      : { valueString: String(row['result'] ?? '') || undefined }),
    interpretation: code ? [coded(interpretationSystem, code, display)] : [],
    note: row['comments'] ? [{ text: String(row['comments']) }] : [],
    specimen: relative('Specimen', row['specimen_uuid']),
    referenceRange: referenceRange(row, unit),
  } as Observation);
}

function referenceRange(row: Row, unit: string): Observation['referenceRange'] {
  const [low, high] = String(row['range'] ?? '').split('-');
  if (!low || !high) return row['range'] ? [{ text: String(row['range']) }] : [];
  const quantity = (value: string) => ({
    value: Number(value),
    unit,
    system: systems.ucum,
    code: unit,
  });
  return [{ low: quantity(low), high: quantity(high) }];
}

function toSmokingStatus(row: Row): Observation {
  const coding = codings(row['codes'], String(row['title']));
  return tidy({
    ...head(row, 'Tobacco smoking status NHIS'),
    issued: atom(row['date']),
    valueCodeableConcept: coding ? { coding } : unknownConcept,
  } as Observation);
}
