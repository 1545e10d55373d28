// insurance_companies as InsuranceCompanyService::insert fills it.
import type { Records } from './records.ts';

/** The address and the phone are rows of their own. */
export function createCompany(records: Records, values: Readonly<Record<string, unknown>>): number {
  const { id: _id, uuid: _uuid, ...sent } = values;
  return records.database.transaction(() => {
    const iid = records.database.insert('insurance_companies', {
      ...sent,
      uuid: records.newUuid(),
    });
    if (sent['city'] && sent['state']) {
      records.database.insert('addresses', { ...sent, foreign_id: iid });
    }
    return iid;
  });
}
