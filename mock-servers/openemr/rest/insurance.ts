// A patient's insurance (envelope, uuids) and the insurance companies (bare, numbers).

import type { Row } from '../records/database.ts';
import { createCompany } from '../records/insurance-companies.ts';
import { insuranceCompanies, insurances } from '../records/more-queries.ts';
import { pidOf } from '../records/patients.ts';
import { select } from '../records/queries.ts';
import { isUuid, type Records } from '../records/records.ts';
import { validate } from '../records/validation.ts';
import { insuranceCompanyFields, insuranceFields } from '../records/validators.ts';
import { bare, bareInvalid, bodyOf, invalid, many, queryOf, single } from './answers.ts';
import type { ApiWorld, Handler } from './api-route.ts';

// InsuranceRestController: its own wording, and a rule's name for a key.
const unknownPatient = invalid({ 'puuid::INVALID_PUUID': 'Patient uuid invalid' });

export const listInsurance: Handler = (request, world) =>
  many(select(world.records, insurances, { puuid: request.params['puuid'] ?? '' }), request, world);

/** Nothing found is 404 with the envelope. */
export const getInsurance: Handler = ({ params }, { records }) => {
  const row = policy(records, params['puuid'] ?? '', params['uuid'] ?? '');
  return row ? single(row) : single([], 404);
};

export const postInsurance: Handler = (request, { records }) => {
  const puuid = request.params['puuid'] ?? '';
  const pid = pidOf(records, puuid);
  if (pid === undefined) return unknownPatient;
  const values = { type: 'primary', ...bodyOf(request) };
  const failures = validate(insuranceFields, values);
  if (failures) return invalid(failures);
  const uuid = records.newUuid();
  records.database.insert('insurance_data', { ...withoutIds(values), uuid, pid });
  return single(policy(records, puuid, uuid));
};

export const putInsurance: Handler = (request, { records }) => {
  const { puuid = '', insuranceUuid = '' } = request.params;
  if (pidOf(records, puuid) === undefined) return unknownPatient;
  const values = { type: 'primary', ...bodyOf(request) };
  const failures = validate(insuranceFields, values);
  if (failures) return invalid(failures);
  const known = policy(records, puuid, insuranceUuid);
  if (!known)
    return invalid({ uuid: { 'Record::INVALID_RECORD_UUID': 'uuid is not a valid record' } });
  records.database.update('insurance_data', withoutIds(values), { id: Number(known['id']) });
  return single(policy(records, puuid, insuranceUuid));
};

/** Makes the policy `?uuid=` the current one of `?type=`; what was there changes places with it. */
export const swapInsurance: Handler = (request, { records }) => {
  const puuid = request.params['puuid'] ?? '';
  const { type = '', uuid = '' } = queryOf(request);
  if (pidOf(records, puuid) === undefined) return unknownPatient;
  const source = policy(records, puuid, uuid);
  if (!source)
    return invalid({ uuid: { 'Record::INVALID_RECORD_UUID': 'uuid is not a valid record' } });
  const target = select(records, insurances, { puuid, type })[0];
  records.database.transaction(() => {
    records.database.update('insurance_data', { type }, { id: Number(source['id']) });
    if (target) {
      const vacated = { type: source['type'] };
      records.database.update('insurance_data', vacated, { id: Number(target['id']) });
    }
  });
  const now = (row: Row | undefined) =>
    row ? policy(records, puuid, String(row['uuid'])) : undefined;
  return single({ src: now(source) ?? null, target: now(target) ?? null });
};

function policy(records: Records, puuid: string, uuid: string): Row | undefined {
  if (!isUuid(puuid) || !isUuid(uuid)) return undefined;
  return select(records, insurances, { puuid, uuid })[0];
}

function withoutIds(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { id: _id, uuid: _uuid, pid: _pid, ...rest } = values;
  return rest;
}

export const listCompanies: Handler = (_request, world) =>
  bare(select(world.records, insuranceCompanies), world);

export const getCompany: Handler = ({ params }, world) =>
  bare(select(world.records, insuranceCompanies, { id: params['iid'] ?? '' })[0], world);

export const postCompany: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(insuranceCompanyFields, values);
  if (failures) return bareInvalid(failures);
  const iid = createCompany(world.records, values);
  return bare({ iid }, world, 201);
};

export const putCompany: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(insuranceCompanyFields, values);
  if (failures) return bareInvalid(failures);
  const iid = request.params['iid'] ?? '';
  const { id: _id, uuid: _uuid, ...sent } = values;
  const { database } = world.records;
  database.update('insurance_companies', sent, { id: Number(iid) });
  database.update('addresses', sent, { foreign_id: Number(iid) });
  return bare({ iid }, world);
};

const types = `Other HCFA|Medicare Part B|Medicaid|ChampUSVA|ChampUS|Blue Cross Blue Shield|FECA|Self Pay
Central Certification|Other Non-Federal Programs|Preferred Provider Organization (PPO)|Point of Service (POS)
Exclusive Provider Organization (EPO)|Indemnity Insurance|Health Maintenance Organization (HMO) Medicare Risk
Automobile Medical|Commercial Insurance Co.|Disability|Health Maintenance Organization|Liability|Liability Medical
Other Federal Program|Title V|Veterans Administration Plan|Workers Compensation Health Plan|Mutually Defined`;

/** A PHP array that starts at 1 becomes an object. */
export const listInsuranceTypes: Handler = (_request, world: ApiWorld) =>
  bare(
    Object.fromEntries(types.split(/[|\n]/).map((name, index) => [String(index + 1), name])),
    world,
  );
