// The whole record as JSON values, for named snapshots.
import { isArrayOf, isRecord } from '#core/guards.ts';
import { type Row, tableNames } from './database.ts';
import { indexPatient } from './patient-index.ts';
import type { Records } from './records.ts';

export function takeSnapshot({ database }: Records): unknown {
  return Object.fromEntries(
    tableNames().map((table) => [table, database.all(`SELECT * FROM "${table}"`).map(toJson)]),
  );
}

/** @throws TypeError for what no snapshot gave */
export function restoreSnapshot(records: Records, state: unknown): void {
  if (!isRecord(state)) throw new TypeError('restoreSnapshot: not a snapshot');
  records.database.transaction(() => {
    records.clear();
    for (const table of tableNames()) {
      const rows = state[table];
      if (!isArrayOf(isRecord)(rows)) throw new TypeError(`restoreSnapshot: no table ${table}`);
      for (const row of rows) records.database.insert(table, fromJson(row));
    }
    for (const row of records.database.all('SELECT * FROM patient_data')) {
      indexPatient(records.database, row);
    }
  });
}

function toJson(row: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) =>
      cell instanceof Uint8Array
        ? [name, { base64: Buffer.from(cell).toString('base64') }]
        : [name, cell],
    ),
  );
}

function fromJson(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) =>
      isRecord(cell) ? [name, Buffer.from(String(cell['base64']), 'base64')] : [name, cell],
    ),
  );
}
