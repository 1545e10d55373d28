import assert from 'node:assert/strict';
import { openRecords, type Records } from '#mock-servers/openemr/records/records.ts';
import { fill, fillPrepared, prepareHospital } from '#mock-servers/openemr/records/seed/fill.ts';
import { takeSnapshot } from '#mock-servers/openemr/records/snapshot.ts';
import { loadHospital } from '#mock-servers/seed/hospital.ts';

describe('Filling the record', () => {
  it('from prepared SQL leaves what the resources leave: rows, ids to come, times, search', () => {
    const [live, prepared] = [openTestRecords(), openTestRecords()];
    fill(live, loadHospital().resources);
    fillPrepared(prepared, prepareHospital());

    assert.deepEqual(takeSnapshot(prepared), takeSnapshot(live));
    for (const sql of [
      'SELECT * FROM sqlite_sequence ORDER BY name',
      "SELECT rowid FROM patient_grams WHERE patient_grams MATCH 'lname : ud64d' ORDER BY rowid",
    ]) {
      const rows = live.database.all(sql);
      assert.ok(rows.length > 0, sql);
      assert.deepEqual(prepared.database.all(sql), rows);
    }
    assert.equal(prepared.newUuid(), live.newUuid());
  });

  it('from prepared SQL replaces what was there', () => {
    const [used, fresh] = [openTestRecords(), openTestRecords()];
    used.database.insert('patient_data', { pid: 7, fname: 'One', lname: 'Too many' });
    fillPrepared(used, prepareHospital());
    fillPrepared(fresh, prepareHospital());

    assert.deepEqual(takeSnapshot(used), takeSnapshot(fresh));
  });
});

function openTestRecords(): Records {
  let count = 0;
  return openRecords({
    clock: { now: () => Date.parse('2026-01-14T23:59:58Z') },
    newUuid: () => `00000000-0000-4000-8000-${String(count++).padStart(12, '0')}`,
  });
}
