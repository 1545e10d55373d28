// patient_data as OpenEMR's PatientService reads and writes it; both APIs go through here.
import { type Cell, columnNames, type Row, type Values } from './database.ts';
import { contains, containsFields, indexPatient } from './patient-index.ts';
import { isUuid, type Records } from './records.ts';

/** A row of patient_data plus what PatientService adds to it. */
export type PatientRecord = Readonly<Record<string, unknown>>;

interface PatientQuery {
  readonly filters: Readonly<Record<string, string>>;
  readonly sort?: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limit?: number;
  readonly offset?: number;
}

/** Filters of GET /api/patient; every other parameter is ignored (facts 4.2). */
export const patientFilters: readonly string[] = [
  'fname',
  'lname',
  'ss',
  'street',
  'postal_code',
  'city',
  'state',
  'phone_home',
  'phone_biz',
  'phone_cell',
  'postal_contact',
  'sex',
  'country_code',
  'email',
  'DOB',
];

/** Adds a patient with the next pid. The values are taken as validated. */
export function createPatient(records: Records, values: Values): { pid: number; uuid: string } {
  const { database } = records;
  return database.transaction(() => {
    const last = database.get('SELECT max(pid) AS pid FROM patient_data');
    const pid = Number(last?.['pid'] ?? 0) + 1;
    const now = records.now();
    const given = typeof values['uuid'] === 'string' && isUuid(values['uuid']);
    const uuid = given ? String(values['uuid']).toLowerCase() : records.newUuid();
    const sent = typeof values['pubpid'] === 'string' && values['pubpid'] !== '';
    database.insert('patient_data', {
      ...withoutIds(values),
      uuid,
      pid,
      // OpenEMR: `date` is the time of the last change, `regdate` the time of creation.
      date: now,
      regdate: now,
      last_updated: now,
      pubpid: sent ? values['pubpid'] : String(pid),
    });
    reindex(records, pid);
    return { pid, uuid };
  });
}

/** @returns false when nobody has this uuid */
export function updatePatient(records: Records, uuid: string, values: Values): boolean {
  const pid = pidOf(records, uuid);
  if (pid === undefined) return false;
  const now = records.now();
  records.database.transaction(() => {
    records.database.update(
      'patient_data',
      { ...withoutIds(values), date: now, last_updated: now },
      { pid },
    );
    reindex(records, pid);
  });
  return true;
}

export function pidOf(records: Records, uuid: unknown): number | undefined {
  if (!isUuid(uuid)) return undefined;
  const row = records.database.get(
    'SELECT pid FROM patient_data WHERE uuid = ? COLLATE NOCASE',
    uuid,
  );
  return row === undefined ? undefined : Number(row['pid']);
}

export function findPatient(records: Records, uuid: unknown): PatientRecord | undefined {
  const pid = pidOf(records, uuid);
  if (pid === undefined) return undefined;
  const row = records.database.get('SELECT * FROM patient_data WHERE pid = ?', pid);
  return row && hydratePatient(row);
}

/** Patients that meet every filter, in the order asked for, else in the order of their ids. */
export function searchPatients(records: Records, query: PatientQuery): PatientRecord[] {
  const conditions: string[] = [];
  const bound: Cell[] = [];
  for (const [field, text] of Object.entries(query.filters)) {
    const condition = conditionFor(field, text);
    conditions.push(condition.sql);
    bound.push(...condition.bound);
  }
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const known = new Set(columnNames('patient_data'));
  const order = (query.sort ?? [])
    .filter(({ column }) => known.has(column))
    .map(({ column, descending }) => `"${column}" ${descending ? 'DESC' : 'ASC'}`);
  const paged = query.limit === undefined ? '' : ' LIMIT ? OFFSET ?';
  if (query.limit !== undefined) bound.push(query.limit, query.offset ?? 0);
  const sql = `SELECT * FROM patient_data${where} ORDER BY ${[...order, 'id'].join()}${paged}`;
  return records.database.all(sql, ...bound).map(hydratePatient);
}

/** PatientService::hydrateSearchResultsFromQueryResource: names and addresses follow the columns. */
function hydratePatient(row: Row): PatientRecord {
  return {
    ...row,
    suffix: row['suffix'] ?? '',
    previous_names: [],
    addresses: [
      {
        id: null,
        contact_id: null,
        contact_address_id: null,
        period_start: row['date'],
        period_end: null,
        type: 'both',
        use: 'home',
        priority: 0,
        line1: row['street'],
        line2: row['street_line_2'] ?? '',
        city: row['city'],
        district: row['county'],
        state: row['state'],
        postal_code: row['postal_code'],
        country_code: row['country_code'],
      },
    ],
  };
}

function conditionFor(field: string, text: string): { sql: string; bound: Cell[] } {
  if (!columnNames('patient_data').includes(field)) return { sql: '0', bound: [] };
  if (!(containsFields as readonly string[]).includes(field)) {
    return { sql: `"${field}" = ? COLLATE NOCASE`, bound: [text] };
  }
  return contains(field, text) ?? { sql: '1', bound: [] };
}

function withoutIds(values: Values): Values {
  const { id: _id, pid: _pid, uuid: _uuid, ...rest } = values;
  return rest;
}

function reindex(records: Records, pid: number): void {
  const row = records.database.get('SELECT * FROM patient_data WHERE pid = ?', pid);
  if (row) indexPatient(records.database, row);
}
