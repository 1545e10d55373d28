// Brings a record to its first state: resource by resource, or from SQL that was made so before.
import type { FhirResource } from '#core/fhir/r4.ts';
import { loadHospital } from '../../../seed/hospital.ts';
import { type Cell, tableNames } from '../database.ts';
import { indexPatient } from '../patient-index.ts';
import { openRecords, type Records, sqlTime } from '../records.ts';
import { furnishClinic } from './clinic.ts';
import { importHospital } from './import-hospital.ts';
import { installOffice } from './office.ts';
import { preparedHospital } from './prepared.ts';

/** One transaction: a client sees the old record or the new one. */
export function fill(records: Records, resources: readonly FhirResource[]): void {
  records.database.transaction(() => {
    records.clear();
    installOffice(records);
    importHospital(records, resources);
    furnishClinic(records);
  });
}

export function fillWithHospital(records: Records): void {
  if (preparedHospital !== undefined) fillPrepared(records, preparedHospital);
  else fill(records, loadHospital().resources);
}

/** What stands for the time of the fill and for its new ids, and occurs nowhere else. */
const preparedAtMs = Date.UTC(9876, 4, 3, 2, 1, 0);
const preparedNow = sqlTime(new Date(preparedAtMs));
const preparedUuid = /ffffffff-ffff-4fff-bfff-\d{12}/g;

/** @returns SQL for `fillPrepared` */
export function prepareHospital(): string {
  let ids = 0;
  const records = openRecords({
    clock: { now: () => preparedAtMs },
    newUuid: () => `ffffffff-ffff-4fff-bfff-${String(ids++).padStart(12, '0')}`,
  });
  try {
    fill(records, loadHospital().resources);
    return tableNames()
      .map((table) => insertsOf(table, records.database.all(`SELECT * FROM "${table}"`)))
      .join('');
  } finally {
    records.database.close();
  }
}

function insertsOf(table: string, rows: readonly Readonly<Record<string, Cell>>[]): string {
  if (rows.length === 0) return '';
  const values = rows.map((row) => `(${Object.values(row).map(literal).join()})`);
  return `INSERT INTO "${table}" VALUES ${values.join()};\n`;
}

function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'number') return String(cell);
  if (cell instanceof Uint8Array) return `X'${Buffer.from(cell).toString('hex')}'`;
  return `'${cell.replaceAll("'", "''")}'`;
}

/** Leaves what `fill` with the hospital does, ids and times included. */
export function fillPrepared(records: Records, prepared: string): void {
  const ids = new Map<string, string>();
  for (const id of [...new Set(prepared.match(preparedUuid))].sort()) {
    ids.set(id, records.newUuid());
  }
  const sql = prepared
    .replaceAll(preparedNow, records.now())
    .replaceAll(preparedNow.slice(0, 10), records.today())
    .replace(preparedUuid, (id) => ids.get(id) ?? id);
  records.database.transaction(() => {
    records.clear();
    records.database.script(sql);
    for (const patient of records.database.all('SELECT * FROM patient_data')) {
      indexPatient(records.database, patient);
    }
  });
}
