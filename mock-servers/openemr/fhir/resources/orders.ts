// ServiceRequest and Specimen, both from 7.0.4 (src/Services/FHIR/FhirServiceRequestService.php).

import type { ServiceRequest, Specimen } from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import { dictionary } from '../../records/dictionary.ts';
import { atom, coded, relative, resourceHead, systems, tidy } from '../elements.ts';
import { datetime, type FhirService, id, patientParameters, reference, token } from '../service.ts';

const categories = dictionary<readonly [string, string]>({
  laboratory_test: ['108252007', 'Laboratory procedure'],
  imaging: ['363679005', 'Imaging'],
  procedure: ['387713003', 'Surgical procedure'],
});

const categoryCode = `CASE o.procedure_order_type ${Object.entries(categories)
  .map(([type, [code]]) => `WHEN '${type}' THEN '${code}'`)
  .join(' ')} ELSE '108252007' END`;

export const serviceRequestService: FhirService = {
  type: 'ServiceRequest',
  inPatientCompartment: true,
  parameters: {
    ...patientParameters,
    category: token('category'),
    code: token('code'),
    authored: datetime('date'),
    status: token('status'),
    intent: token('intent'),
  },
  sources: [
    {
      sql: `SELECT o.uuid, o.procedure_order_type, ${categoryCode} AS category, c.procedure_code AS code,
          c.procedure_name, 'order' AS intent, o.order_priority, o.date_ordered AS date, o.patient_instructions,
          CASE o.order_status WHEN 'complete' THEN 'completed' WHEN 'canceled' THEN 'revoked' ELSE 'active' END
            AS status,
          o.date_ordered AS last_updated, p.uuid AS puuid, e.uuid AS euuid, u.uuid AS provider_uuid,
          s.uuid AS specimen_uuid
        FROM procedure_order o
        JOIN patient_data p ON p.pid = o.patient_id
        LEFT JOIN procedure_order_code c ON c.procedure_order_id = o.procedure_order_id
        LEFT JOIN form_encounter e ON e.encounter = o.encounter_id AND e.pid = o.patient_id
        LEFT JOIN users u ON u.id = o.provider_id AND ifnull(u.npi, '') <> ''
        LEFT JOIN procedure_specimen s ON s.procedure_order_id = o.procedure_order_id
        WHERE o.activity = 1`,
      toResource: toServiceRequest,
    },
  ],
};

function toServiceRequest(row: Row): ServiceRequest {
  const [code, display] = categories[String(row['procedure_order_type'])] ?? [
    '108252007',
    undefined,
  ];
  const specimen = relative('Specimen', row['specimen_uuid']);
  const instructions = String(row['patient_instructions'] ?? '');
  return tidy({
    ...resourceHead(row),
    resourceType: 'ServiceRequest',
    status: row['status'],
    intent: 'order',
    category: [coded(systems.snomed, code, display)],
    priority: row['order_priority'] === 'high' ? 'urgent' : 'routine',
    code: row['code']
      ? coded(systems.loinc, String(row['code']), String(row['procedure_name'] ?? ''))
      : { text: String(row['procedure_name'] ?? '') },
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    authoredOn: atom(row['date']),
    requester: relative('Practitioner', row['provider_uuid']),
    specimen: specimen ? [specimen] : [],
    patientInstruction: instructions === '' ? undefined : instructions,
  } as ServiceRequest);
}

export const specimenService: FhirService = {
  type: 'Specimen',
  inPatientCompartment: true,
  parameters: {
    _id: id(),
    patient: reference('puuid'),
    identifier: token('specimen_identifier'),
    accession: token('accession_identifier'),
    type: token('specimen_type_code'),
    collected: datetime('collected_date'),
    status: token('status'),
  },
  sources: [
    {
      sql: `SELECT s.uuid, s.specimen_identifier, s.accession_identifier, s.specimen_type_code, s.specimen_type,
          s.collected_date, 'available' AS status, s.collected_date AS last_updated, p.uuid AS puuid,
          o.uuid AS order_uuid
        FROM procedure_specimen s
        JOIN procedure_order o ON o.procedure_order_id = s.procedure_order_id
        JOIN patient_data p ON p.pid = o.patient_id WHERE s.deleted = 0`,
      toResource: toSpecimen,
    },
  ],
};

function toSpecimen(row: Row): Specimen {
  const order = relative('ServiceRequest', row['order_uuid']);
  return tidy({
    ...resourceHead(row),
    resourceType: 'Specimen',
    identifier: [{ value: String(row['specimen_identifier']) }],
    accessionIdentifier: { value: String(row['accession_identifier']) },
    status: 'available',
    type: coded(
      systems.snomed,
      String(row['specimen_type_code']),
      String(row['specimen_type'] ?? '') || undefined,
    ),
    subject: relative('Patient', row['puuid']),
    request: order ? [order] : [],
    collection: { collectedDateTime: atom(row['collected_date']) },
  } as Specimen);
}
