// Puts the patient half of the mock together: record, accounts, the three routers.
import { join } from 'node:path';
import type { FhirResource } from '#core/fhir/r4.ts';
import { isRecord } from '#core/guards.ts';
import type { ApiDeps, OpenemrData } from '../contracts.ts';
import { fhirRouter } from '../fhir/fhir-router.ts';
import { portalRouter, restRouter } from '../rest/rest-router.ts';
import { createAccounts } from './accounts.ts';
import { openRecords, type Records } from './records.ts';
import { fill, fillWithHospital } from './seed/fill.ts';
import { importHospital } from './seed/import-hospital.ts';
import { restoreSnapshot, takeSnapshot } from './snapshot.ts';

/**
 * In memory there is nothing before the first reset: `empty` brings an office with its own users and
 * no patients, `seed` the hospital too.
 *
 * @param dataDir - the record lives in a file there; in memory without it
 */
export function createOpenemrData(deps: ApiDeps, dataDir?: string): OpenemrData {
  const { clock, newUuid } = deps.context;
  const file = dataDir === undefined ? {} : { path: join(dataDir, 'openemr.sqlite') };
  const records = openRecords({ clock, newUuid, ...file });
  // A kept folder sees no reset, and its file may be gone.
  const isBare = dataDir !== undefined && !records.database.get('SELECT id FROM users');
  if (isBare) fill(records, []);
  const routerDeps = { ...deps, records };
  return {
    accounts: createAccounts(records),
    routers: {
      api: restRouter(routerDeps),
      portal: portalRouter(routerDeps),
      fhir: fhirRouter(routerDeps),
    },
    async reset(to) {
      if (to === 'seed') fillWithHospital(records);
      else fill(records, []);
    },
    stats: () => statsOf(records),
    snapshot: async () => takeSnapshot(records),
    restore: async (state) => restoreSnapshot(records, state),
    seed: async (data) => importHospital(records, resourcesIn(data)),
    close: async () => records.database.close(),
  };
}

function statsOf({ database }: Records): Record<string, number> {
  const count = (sql: string) =>
    Number(database.get(`SELECT count(*) AS n FROM ${sql}`)?.['n'] ?? 0);
  return {
    patients: count('patient_data'),
    encounters: count('form_encounter'),
    practitioners: count("users WHERE ifnull(npi, '') <> ''"),
    facilities: count('facility'),
  };
}

/** A list of R4 resources, `{ resources: [...] }`, or a Bundle. */
function resourcesIn(data: unknown): FhirResource[] {
  const list = isRecord(data) ? (data['resources'] ?? data['entry']) : data;
  if (!Array.isArray(list)) return [];
  return list
    .map((one: unknown) => (isRecord(one) && isRecord(one['resource']) ? one['resource'] : one))
    .filter((one): one is FhirResource => isRecord(one) && typeof one['resourceType'] === 'string');
}
