// Read-only lists: drugs, prescriptions, immunizations, procedures, employers, options, version.
import type { Row } from '../records/database.ts';
import {
  drugs,
  employers,
  immunizations,
  listOptions,
  prescriptions,
  procedureOrders,
} from '../records/more-queries.ts';
import { type Query, select } from '../records/queries.ts';
import { isUuid, type Records } from '../records/records.ts';
import { bare, invalid, many, queryOf, single } from './answers.ts';
import type { Handler } from './api-route.ts';
import { listOf } from './staff.ts';

const unknownRow = invalid({ UUID: ['invalid or nonexisting value'] });

function one(query: Query): Handler {
  return ({ params }, { records }) => {
    const uuid = params['uuid'] ?? '';
    const row = isUuid(uuid) ? select(records, query, { uuid })[0] : undefined;
    return row ? single(row) : unknownRow;
  };
}

export const listDrugs = listOf(drugs);
export const getDrug = one(drugs);
export const listPrescriptions = listOf(prescriptions);
export const getPrescription = one(prescriptions);
export const listImmunizations = listOf(immunizations);
export const getImmunization = one(immunizations);

export const listProcedures: Handler = (request, world) => {
  const rows = select(world.records, procedureOrders, queryOf(request));
  return many(
    rows.map((row) => withReports(world.records, row)),
    request,
    world,
  );
};

export const getProcedure: Handler = ({ params }, { records }) => {
  const uuid = params['uuid'] ?? '';
  const row = isUuid(uuid) ? select(records, procedureOrders, { uuid })[0] : undefined;
  return row ? single(withReports(records, row)) : unknownRow;
};

// ProcedureService nests the reports of an order, and their results, in the order's row.
function withReports(records: Records, order: Row): Record<string, unknown> {
  const {
    pid,
    puuid,
    eid,
    euuid,
    encounter_date,
    provider_id,
    provider_uuid,
    provider_npi,
    ...own
  } = order;
  const reports = records.database.all(
    `SELECT procedure_report_id AS id, uuid, date_report AS date, report_notes AS notes
     FROM procedure_report WHERE procedure_order_id = ?`,
    order['procedure_order_id'] ?? null,
  );
  const results = (report: Row) =>
    records.database.all(
      `SELECT procedure_result_id AS id, uuid, result_code AS code, result_text AS text, units, result, range,
         abnormal, comments, result_status AS status FROM procedure_result WHERE procedure_report_id = ?`,
      report['id'] ?? null,
    );
  return {
    ...own,
    provider: { id: provider_id, uuid: provider_uuid, npi: provider_npi },
    patient: { pid, uuid: puuid },
    encounter: { id: eid, uuid: euuid, date: encounter_date },
    reports: reports.map((report) => ({ ...report, results: results(report) })),
  };
}

export const listEmployers: Handler = (request, world) =>
  many(select(world.records, employers, { puuid: request.params['puuid'] ?? '' }), request, world);

export const listListOptions: Handler = ({ params }, world) =>
  bare(select(world.records, listOptions, { list_name: params['list_name'] ?? '' }), world);

/** version.php of the two releases. */
const databaseVersion = { '7.0.3': 509, '7.0.4': 529 } as const;

export const getVersion: Handler = (_request, world) => {
  const { version } = world.profile;
  const [v_major, v_minor, v_patch] = version.split('.');
  return bare(
    {
      v_major,
      v_minor,
      v_patch,
      v_realpatch: '0',
      v_tag: '',
      v_database: databaseVersion[version],
      v_acl: 12,
    },
    world,
  );
};

export const getProduct: Handler = (_request, world) =>
  bare({ statusAsString: 'UNREGISTERED', registrationId: null, email: null }, world);
