// DiagnosticReport (laboratory and clinical notes), DocumentReference and Media.
import type { DiagnosticReport, DocumentReference, Media } from '#core/fhir/r4.ts';
import type { Row } from '../../records/database.ts';
import {
  atom,
  coded,
  codings,
  nullFlavorUnknown,
  relative,
  resourceHead,
  systems,
  tidy,
} from '../elements.ts';
import {
  datetime,
  type FhirContext,
  type FhirService,
  patientParameters,
  reference,
  text,
  token,
} from '../service.ts';

const noteParameters = {
  ...patientParameters,
  category: token('category'),
  date: datetime('date'),
} as const;

/** Clinical notes of these categories are reports; all others are documents. */
const noteCategories = {
  cardiology: ['LP29708-2', 'Cardiology'],
  pathology: ['LP7839-6', 'Pathology'],
  radiology: ['LP29684-5', 'Radiology'],
} as const;

const categoryCode = `CASE n.clinical_notes_category ${Object.entries(noteCategories)
  .map(([name, [code]]) => `WHEN '${name}' THEN '${code}'`)
  .join(' ')} ELSE 'clinical-note' END`;

const noteSql = (
  condition: string,
) => `SELECT n.uuid, substr(n.code, instr(n.code, ':') + 1) AS code,
    substr(n.code, instr(n.code, ':') + 1) AS type, n.code AS stored_code, n.codetext, n.description, n.date,
    n.clinical_notes_category AS category_name, ${categoryCode} AS category, n.last_updated, p.uuid AS puuid,
    e.uuid AS euuid, u.uuid AS provider_uuid, f.uuid AS facility_uuid
  FROM form_clinical_notes n
  JOIN patient_data p ON p.pid = n.pid
  LEFT JOIN form_encounter e ON e.encounter = CAST(n.encounter AS INTEGER) AND e.pid = n.pid
  LEFT JOIN users u ON u.username = n.user AND ifnull(u.npi, '') <> ''
  LEFT JOIN facility f ON f.primary_business_entity = 1
  WHERE n.activity = 1 AND ifnull(n.clinical_notes_category, '') ${condition}
    (${Object.keys(noteCategories)
      .map((name) => `'${name}'`)
      .join()})`;

/** src/Services/FHIR/DiagnosticReport/*.php */
export const diagnosticReportService: FhirService = {
  type: 'DiagnosticReport',
  inPatientCompartment: true,
  parameters: { ...noteParameters, code: token('code') },
  sources: [
    {
      sql: `SELECT r.uuid, r.procedure_report_id, c.procedure_code AS code, c.procedure_name, 'LAB' AS category,
          r.date_report AS date, r.report_status, r.date_report AS last_updated, p.uuid AS puuid, e.uuid AS euuid,
          u.uuid AS provider_uuid
        FROM procedure_report r
        JOIN procedure_order o ON o.procedure_order_id = r.procedure_order_id
        JOIN patient_data p ON p.pid = o.patient_id
        LEFT JOIN procedure_order_code c
          ON c.procedure_order_id = o.procedure_order_id AND c.procedure_order_seq = r.procedure_order_seq
        LEFT JOIN form_encounter e ON e.encounter = o.encounter_id AND e.pid = o.patient_id
        LEFT JOIN users u ON u.id = o.provider_id AND ifnull(u.npi, '') <> ''
        WHERE o.procedure_order_type = 'laboratory_test'`,
      toResource: toLaboratoryReport,
    },
    { sql: noteSql('IN'), toResource: toNoteReport },
  ],
};

function toLaboratoryReport(row: Row, { records }: FhirContext): DiagnosticReport {
  const results = records.database.all(
    'SELECT uuid FROM procedure_result WHERE procedure_report_id = ? ORDER BY procedure_result_id',
    row['procedure_report_id'] ?? null,
  );
  const performer = relative('Practitioner', row['provider_uuid']);
  return tidy({
    ...resourceHead(row),
    resourceType: 'DiagnosticReport',
    status: row['report_status'] === 'prelim' ? 'preliminary' : 'final',
    category: [coded('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB', 'Laboratory')],
    code: coded(systems.loinc, String(row['code'] ?? ''), String(row['procedure_name'] ?? '')),
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    effectiveDateTime: atom(row['date']),
    issued: atom(row['date']),
    performer: performer ? [performer] : [],
    result: results.flatMap((result) => relative('Observation', result['uuid']) ?? []),
  } as DiagnosticReport);
}

function toNoteReport(row: Row): DiagnosticReport {
  const name = String(row['category_name']) as keyof typeof noteCategories;
  const [code, display] = noteCategories[name];
  const performer =
    relative('Practitioner', row['provider_uuid']) ??
    relative('Organization', row['facility_uuid']);
  return tidy({
    ...resourceHead(row),
    resourceType: 'DiagnosticReport',
    status: 'final',
    category: [coded(systems.loinc, code, display)],
    code: noteType(row),
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    effectiveDateTime: atom(row['date']),
    issued: atom(row['date']),
    performer: performer ? [performer] : [],
    presentedForm: [plainText(row)],
  } as DiagnosticReport);
}

function noteType(row: Row) {
  const coding = codings(row['stored_code'], String(row['codetext'] ?? ''));
  return coding ? { coding } : nullFlavorUnknown;
}

function plainText(row: Row): { contentType: string; data: string } {
  const data = Buffer.from(String(row['description'] ?? '')).toString('base64');
  return { contentType: 'text/plain', data };
}

/** src/Services/FHIR/DocumentReference/*.php: uploaded documents, then clinical notes. */
export const documentReferenceService: FhirService = {
  type: 'DocumentReference',
  inPatientCompartment: true,
  parameters: { ...noteParameters, type: token('type') },
  sources: [
    {
      sql: `SELECT d.uuid, d.id, d.mimetype, d.date, 'UNK' AS type, 'openemr-document' AS category,
          d.date AS last_updated, p.uuid AS puuid, u.uuid AS provider_uuid
        FROM documents d JOIN patient_data p ON p.pid = d.foreign_id
        LEFT JOIN users u ON u.id = d.owner AND ifnull(u.npi, '') <> ''
        WHERE d.deleted = 0`,
      toResource: toDocument,
    },
    { sql: noteSql('NOT IN'), toResource: toNoteDocument },
  ],
};

const mimeTypeSufficient = {
  system: 'http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem',
  code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient',
  display: 'mimeType Sufficient',
} as const;

function toDocument(row: Row, { fhirUrl }: FhirContext): DocumentReference {
  const attachment = {
    contentType: String(row['mimetype'] ?? ''),
    url: `${fhirUrl}/Binary/${row['id']}`,
  };
  return tidy({
    ...documentHead(row),
    type: nullFlavorUnknown,
    category: [
      coded(`${fhirUrl}/ValueSet/openemr-document-types`, 'openemr-document', 'OpenEMR Document'),
    ],
    ...documentTail(row),
    content: [{ attachment, format: mimeTypeSufficient }],
  } as DocumentReference);
}

function toNoteDocument(row: Row): DocumentReference {
  const usCore = 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category';
  return tidy({
    ...documentHead(row),
    type: noteType(row),
    category: [coded(usCore, 'clinical-note', 'Clinical Note')],
    ...documentTail(row),
    content: [{ attachment: plainText(row), format: mimeTypeSufficient }],
    context: row['euuid'] ? { encounter: [relative('Encounter', row['euuid'])] } : undefined,
  } as DocumentReference);
}

function documentHead(row: Row): Partial<DocumentReference> {
  return {
    ...resourceHead(row),
    resourceType: 'DocumentReference',
    identifier: [{ value: String(row['uuid']) }],
    status: 'current',
  };
}

function documentTail(row: Row): Partial<DocumentReference> {
  const author = relative('Practitioner', row['provider_uuid']);
  return {
    subject: relative('Patient', row['puuid']),
    date: atom(row['date']),
    author: author ? [author] : [],
  } as Partial<DocumentReference>;
}

/** 7.0.4 src/Services/FHIR/FhirMediaService.php */
export const mediaService: FhirService = {
  type: 'Media',
  inPatientCompartment: true,
  parameters: {
    patient: reference('puuid'),
    'content-type': token('mimetype'),
    title: text('title'),
  },
  sources: [
    {
      sql: `SELECT m.uuid, m.title, m.mimetype, m.date, m.document_id, m.date AS last_updated, p.uuid AS puuid,
          e.uuid AS euuid
        FROM media m JOIN patient_data p ON p.pid = m.pid
        LEFT JOIN form_encounter e ON e.encounter = m.encounter_id AND e.pid = m.pid`,
      toResource: toMedia,
    },
  ],
};

function toMedia(row: Row, { fhirUrl }: FhirContext): Media {
  return tidy({
    ...resourceHead(row),
    resourceType: 'Media',
    status: 'completed',
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    createdDateTime: atom(row['date']),
    content: {
      contentType: String(row['mimetype']),
      url: `${fhirUrl}/Binary/${row['document_id']}`,
      title: String(row['title']),
    },
  } as Media);
}
