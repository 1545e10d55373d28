// ValueSet, Questionnaire and QuestionnaireResponse.
import type {
  FhirResource,
  Questionnaire,
  QuestionnaireResponse,
  ValueSet,
} from '#core/fhir/r4.ts';
import { isRecord, parseJson } from '#core/guards.ts';
import type { Row } from '../../records/database.ts';
import { atom, relative, resourceHead, tidy } from '../elements.ts';
import {
  datetime,
  type FhirContext,
  type FhirService,
  id,
  reference,
  text,
  token,
} from '../service.ts';

/** src/Services/FHIR/FhirValueSetService.php: calendar categories and option lists, by their names. */
export const valueSetService: FhirService = {
  type: 'ValueSet',
  inPatientCompartment: false,
  hasOtherIds: true,
  parameters: { _id: token('uuid'), _lastUpdated: datetime('last_updated') },
  sources: [
    {
      sql: `SELECT 'appointment-type' AS uuid, NULL AS last_updated
        UNION ALL
        SELECT list_id, max(last_updated) FROM list_options WHERE activity = 1 GROUP BY list_id`,
      toResource: toValueSet,
    },
  ],
};

function toValueSet(row: Row, { records, fhirUrl }: FhirContext): ValueSet {
  const listId = String(row['uuid']);
  const isCalendar = listId === 'appointment-type';
  const options = isCalendar
    ? records.database.all(
        'SELECT pc_constant_id AS code, pc_catname AS display FROM openemr_postcalendar_categories ORDER BY pc_catid',
      )
    : records.database.all(
        'SELECT option_id AS code, title AS display FROM list_options WHERE list_id = ? AND activity = 1 ORDER BY seq',
        listId,
      );
  const concept = options.map(({ code, display }) => ({
    code: String(code),
    display: String(display),
  }));
  return tidy({
    ...resourceHead(row),
    resourceType: 'ValueSet',
    status: 'active',
    compose: { include: [{ system: `${fhirUrl}/ValueSet/${listId}`, concept }] },
  } as ValueSet);
}

/** 7.0.4 src/Services/FHIR/Questionnaire/: search only. */
export const questionnaireService: FhirService = {
  type: 'Questionnaire',
  inPatientCompartment: false,
  parameters: { _id: id(), title: text('name'), 'questionnaire-code': token('code') },
  sources: [
    {
      sql: `SELECT uuid, name, code, questionnaire, modified_date AS last_updated FROM questionnaire_repository`,
      toResource: (row) => stored<Questionnaire>(row, 'questionnaire', 'Questionnaire'),
    },
  ],
};

/** 7.0.4 src/Services/FHIR/QuestionnaireResponse/ */
export const questionnaireResponseService: FhirService = {
  type: 'QuestionnaireResponse',
  inPatientCompartment: true,
  parameters: { _id: id(), patient: reference('puuid'), _lastUpdated: datetime('last_updated') },
  sources: [
    {
      sql: `SELECT r.uuid, r.status, r.create_time AS date, r.questionnaire_response, r.last_updated,
          p.uuid AS puuid, e.uuid AS euuid
        FROM questionnaire_response r JOIN patient_data p ON p.pid = r.patient_id
        LEFT JOIN form_encounter e ON e.encounter = r.encounter AND e.pid = r.patient_id`,
      toResource: toQuestionnaireResponse,
    },
  ],
};

function toQuestionnaireResponse(row: Row): QuestionnaireResponse {
  const { item, ...rest } = stored<QuestionnaireResponse>(
    row,
    'questionnaire_response',
    'QuestionnaireResponse',
  );
  return tidy({
    ...rest,
    status: 'completed',
    subject: relative('Patient', row['puuid']),
    encounter: relative('Encounter', row['euuid']),
    authored: atom(row['date']),
    item,
  } as QuestionnaireResponse);
}

// OpenEMR keeps the whole resource as text and puts its own id and meta on it.
function stored<T extends FhirResource>(row: Row, column: string, resourceType: string): T {
  const kept = parseJson(String(row[column] ?? '{}'));
  const { id: _id, meta: _meta, resourceType: _type, ...rest } = isRecord(kept) ? kept : {};
  return { ...resourceHead(row), resourceType, ...rest } as unknown as T;
}
