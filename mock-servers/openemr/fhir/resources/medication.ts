// Medication, MedicationRequest, MedicationDispense and Immunization.
import type {
  CodeableConcept,
  Immunization,
  Medication,
  MedicationDispense,
  MedicationRequest,
} from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import { atom, coded, codings, relative, resourceHead, systems, tidy } from '../elements.ts';
import { datetime, type FhirService, id, patientParameters, reference, token } from '../service.ts';

/** src/Services/FHIR/FhirMedicationService.php: the drug inventory, of no patient. */
export const medicationService: FhirService = {
  type: 'Medication',
  inPatientCompartment: false,
  parameters: { _id: id(), _lastUpdated: datetime('last_updated') },
  sources: [
    {
      sql: `SELECT d.uuid, d.name, d.drug_code, d.active, i.lot_number, i.expiration, d.last_updated
        FROM drugs d LEFT JOIN drug_inventory i ON i.drug_id = d.drug_id`,
      toResource: toMedication,
    },
  ],
};

function toMedication(row: Row): Medication {
  const expirationDate = row['expiration'] ? String(row['expiration']) : undefined;
  const lotNumber = row['lot_number'] ? String(row['lot_number']) : undefined;
  return tidy({
    ...resourceHead(row),
    resourceType: 'Medication',
    code: row['drug_code']
      ? coded(systems.rxnorm, String(row['drug_code']), String(row['name']))
      : { text: String(row['name']) },
    status: Number(row['active']) === 1 ? 'active' : 'inactive',
    ...(lotNumber || expirationDate ? { batch: { lotNumber, expirationDate } } : {}),
  } as Medication);
}

/** src/Services/FHIR/FhirMedicationRequestService.php: prescriptions, and medication without one. */
export const medicationRequestService: FhirService = {
  type: 'MedicationRequest',
  inPatientCompartment: true,
  parameters: { ...patientParameters, intent: token('intent'), status: token('status') },
  sources: [
    {
      sql: `SELECT r.uuid, r.drug, r.rxnorm_drugcode, r.date_added AS date, 'order' AS intent, r.note,
          r.drug_dosage_instructions AS dosage, p.uuid AS puuid, e.uuid AS euuid, u.uuid AS provider_uuid,
          CASE WHEN r.end_date IS NOT NULL AND r.active = 1 THEN 'completed' WHEN r.active = 1 THEN 'active'
            ELSE 'stopped' END AS status, r.date_modified AS last_updated
        FROM prescriptions r
        JOIN patient_data p ON p.pid = r.patient_id
        LEFT JOIN form_encounter e ON e.encounter = r.encounter AND e.pid = r.patient_id
        LEFT JOIN users u ON u.id = r.provider_id AND ifnull(u.npi, '') <> ''`,
      toResource: toMedicationRequest,
    },
    {
      sql: `SELECT l.uuid, l.title AS drug, l.diagnosis AS rxnorm_drugcode, l.date, 'plan' AS intent,
          l.comments AS note, NULL AS dosage, p.uuid AS puuid, NULL AS euuid, NULL AS provider_uuid,
          CASE WHEN l.enddate IS NULL THEN 'active' ELSE 'completed' END AS status,
          l.modifydate AS last_updated
        FROM lists l JOIN patient_data p ON p.pid = l.pid
        WHERE l.type = 'medication' AND ifnull(l.external_id, '') NOT LIKE 'rx%'`,
      toResource: toMedicationRequest,
    },
  ],
};

function toMedicationRequest(row: Row): MedicationRequest {
  return tidy({
    ...resourceHead(row),
    resourceType: 'MedicationRequest',
    status: row['status'],
    intent: row['intent'],
    category: [
      coded(
        'http://terminology.hl7.org/CodeSystem/medicationrequest-category',
        'community',
        'Home/Community',
      ),
    ],
    reportedBoolean: false,
    medicationCodeableConcept: drugConcept(row),
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    authoredOn: atom(row['date']),
    requester: relative('Practitioner', row['provider_uuid']),
    note: row['note'] ? [{ text: String(row['note']) }] : [],
    dosageInstruction: row['dosage'] ? [{ text: String(row['dosage']) }] : [],
  } as MedicationRequest);
}

// Without an RxNorm code only the name is left.
function drugConcept(row: Row): CodeableConcept {
  const coding = codings(row['rxnorm_drugcode'], String(row['drug'] ?? ''));
  return coding ? { coding } : { text: String(row['drug'] ?? '') };
}

/** 7.0.4 src/Services/FHIR/MedicationDispense/: what the own dispensary handed out. */
export const medicationDispenseService: FhirService = {
  type: 'MedicationDispense',
  inPatientCompartment: true,
  parameters: { patient: reference('puuid'), status: token('status'), type: token('type') },
  sources: [
    {
      sql: `SELECT s.uuid, d.name AS drug, d.drug_code AS rxnorm_drugcode, s.quantity, s.sale_date AS date,
          'completed' AS status, 'FF' AS type, s.sale_date AS last_updated, p.uuid AS puuid, e.uuid AS euuid
        FROM drug_sales s
        JOIN drugs d ON d.drug_id = s.drug_id
        JOIN patient_data p ON p.pid = s.pid
        LEFT JOIN form_encounter e ON e.encounter = s.encounter AND e.pid = s.pid`,
      toResource: toMedicationDispense,
    },
  ],
};

function toMedicationDispense(row: Row): MedicationDispense {
  const code = row['rxnorm_drugcode'] ? `RXCUI:${row['rxnorm_drugcode']}` : '';
  return tidy({
    ...resourceHead(row),
    resourceType: 'MedicationDispense',
    status: 'completed',
    medicationCodeableConcept: drugConcept({ ...row, rxnorm_drugcode: code }),
    subject: relative('Patient', row['puuid']),
    context: relative('Encounter', row['euuid']),
    type: coded('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'FF', 'First Fill'),
    quantity: { value: Number(row['quantity']) },
    whenHandedOver: atom(row['date']),
  } as MedicationDispense);
}

/** src/Services/FHIR/FhirImmunizationService.php */
export const immunizationService: FhirService = {
  type: 'Immunization',
  inPatientCompartment: true,
  parameters: patientParameters,
  sources: [
    {
      sql: `SELECT i.uuid, i.cvx_code, i.note, i.administered_date, i.create_date, i.lot_number, i.expiration_date,
          i.completion_status, i.information_source, i.update_date AS last_updated, p.uuid AS puuid,
          e.uuid AS euuid
        FROM immunizations i JOIN patient_data p ON p.pid = i.patient_id
        LEFT JOIN form_encounter e ON e.encounter = i.encounter_id AND e.pid = i.patient_id
        WHERE i.added_erroneously = 0`,
      toResource: toImmunization,
    },
  ],
};

function toImmunization(row: Row): Immunization {
  const isDone = row['completion_status'] === 'completed' || !row['completion_status'];
  return tidy({
    ...resourceHead(row),
    resourceType: 'Immunization',
    status: isDone ? 'completed' : 'not-done',
    vaccineCode: coded(
      'http://hl7.org/fhir/sid/cvx',
      String(row['cvx_code'] ?? ''),
      String(row['note'] ?? '') || undefined,
    ),
    patient: { reference: `Patient/${row['puuid']}` },
    encounter: relative('Encounter', row['euuid']),
    occurrenceDateTime: atom(row['administered_date']),
    recorded: atom(row['create_date']),
    primarySource: row['information_source'] === 'new_immunization_record',
    lotNumber: row['lot_number'] ? String(row['lot_number']) : undefined,
    expirationDate: row['expiration_date'] ? String(row['expiration_date']) : undefined,
  } as Immunization);
}
