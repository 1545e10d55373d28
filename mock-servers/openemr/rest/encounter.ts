// Encounters: envelope, uuids in the path.
import { pidOf } from '../records/patients.ts';
import { encounters, select } from '../records/queries.ts';
import { isUuid, type Records } from '../records/records.ts';
import { callback, required, validate } from '../records/validation.ts';
import { encounterFields, encounterUpdateFields } from '../records/validators.ts';
import { bodyOf, invalid, many, single, unknownUuid } from './answers.ts';
import type { ApiRequest, ApiWorld, Handler } from './api-route.ts';

export const listEncounters: Handler = (request, world) =>
  encountersOf(request.params['puuid'] ?? '', request, world);

export const getEncounter: Handler = (request, { records }) =>
  oneEncounter(request.params['puuid'] ?? '', request.params['euuid'] ?? '', records);

/** None at all is 404 with the envelope, unlike an empty patient list. */
export function encountersOf(puuid: string, request: ApiRequest, world: ApiWorld) {
  if (pidOf(world.records, puuid) === undefined) return unknownUuid(puuid);
  const rows = select(world.records, encounters, { puuid });
  return many(rows, request, world, {}, rows.length === 0 ? 404 : 200);
}

export function oneEncounter(puuid: string, euuid: string, records: Records) {
  if (pidOf(records, puuid) === undefined) return unknownUuid(puuid);
  const row = isUuid(euuid) ? select(records, encounters, { puuid, euuid })[0] : undefined;
  return row ? single(row) : unknownUuid(euuid);
}

export const postEncounter: Handler = (request, { records }) => {
  const puuid = request.params['puuid'] ?? '';
  const values = { ...bodyOf(request), puuid };
  const isPatient = callback((uuid) => pidOf(records, uuid) !== undefined);
  const fields = encounterFields(records.database).filter((field) => field.key !== 'puuid');
  const failures = validate([...fields, required('puuid', [isPatient])], values);
  if (failures) return invalid(failures);
  return single(createEncounter(records, pidOf(records, puuid) ?? 0, bodyOf(request)), 201);
};

/** Adds form_encounter and its row in `forms`. */
function createEncounter(
  records: Records,
  pid: number,
  sent: Readonly<Record<string, unknown>>,
): { encounter: number; uuid: string } {
  const { database } = records;
  const last = database.get('SELECT max(encounter) AS last FROM form_encounter');
  const encounter = Number(last?.['last'] ?? 0) + 1;
  const uuid = records.newUuid();
  const { id: _id, ...values } = sent;
  const date = values['date'] || records.today();
  database.transaction(() => {
    const id = database.insert('form_encounter', {
      ...values,
      date: storedDate(date),
      onset_date: storedDate(values['onset_date']),
      uuid,
      pid,
      encounter,
      last_update: records.now(),
    });
    database.insert('forms', {
      date: records.now(),
      encounter,
      form_name: 'New Patient Encounter',
      form_id: id,
      pid,
      user: 'admin',
      groupname: 'Default',
      authorized: 1,
      formdir: 'newpatient',
    });
  });
  return { encounter, uuid };
}

// MySQL completes a date to a DATETIME.
function storedDate(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  return /^\d{4}-\d\d-\d\d$/.test(value) ? `${value} 00:00:00` : value;
}

export const putEncounter: Handler = (request, { records }) => {
  const { puuid = '', euuid = '' } = request.params;
  const sent = bodyOf(request);
  const failures = validate(encounterUpdateFields, { ...sent, puuid, euuid });
  if (failures) return invalid(failures);
  const known = oneEncounter(puuid, euuid, records);
  if (known.status !== 200) return known;
  const { id: _id, uuid: _uuid, pid: _pid, encounter: _encounter, ...values } = sent;
  const dates = Object.fromEntries(
    ['date', 'onset_date']
      .filter((key) => key in values)
      .map((key) => [key, storedDate(values[key])]),
  );
  records.database.update(
    'form_encounter',
    { ...values, ...dates, last_update: records.now() },
    { uuid: euuid.toLowerCase() },
  );
  return oneEncounter(puuid, euuid, records);
};
