// Encounter becomes form_encounter; the vital signs of one encounter become one row of form_vitals.

import type { Encounter, Observation } from '#core/fhir/r4.ts';
import { dictionary } from '../dictionary.ts';
import { mapVitals } from '../mapped-uuids.ts';
import { steadyUuid } from '../records.ts';
import { storedNumber } from '../vital-codes.ts';
import {
  codeOf,
  type ImportContext,
  placeOf,
  referenceTo,
  storedTime,
  textOf,
  uuidFor,
} from './import-context.ts';

export function importEncounter(context: ImportContext, encounter: Encounter): void {
  const { records, places } = context;
  const { database } = records;
  const patient = placeOf(context, encounter.subject);
  if (!patient) return;
  const provider = placeOf(context, encounter.participant?.[0]?.individual);
  const facility = placeOf(context, encounter.serviceProvider);
  const last = database.get('SELECT max(encounter) AS last FROM form_encounter');
  const key = Number(last?.['last'] ?? 0) + 1;
  const uuid = uuidFor(encounter);
  const date = storedTime(encounter.period?.start);
  const id = database.insert('form_encounter', {
    uuid,
    date,
    onset_date: date,
    reason: textOf(encounter.reasonCode?.[0]) || textOf(encounter.type?.[0]),
    facility: facilityName(context, facility?.key),
    facility_id: facility?.key ?? 0,
    billing_facility: facility?.key ?? 0,
    pid: patient.key,
    encounter: key,
    sensitivity: 'normal',
    pc_catid: 5,
    provider_id: provider?.key ?? 0,
    class_code: encounter.class?.code ?? 'AMB',
    date_end: storedTime(encounter.period?.end),
    last_update: records.now(),
  });
  addForm(context, {
    encounter: key,
    form_name: 'New Patient Encounter',
    form_id: id,
    pid: patient.key,
    formdir: 'newpatient',
    date,
  });
  places.set(referenceTo(encounter), { key, uuid });
}

/** Rows of the forms of one encounter. */
function addForm(
  context: ImportContext,
  form: Readonly<{
    encounter: number;
    form_name: string;
    form_id: number;
    pid: number;
    formdir: string;
    date: string | null;
  }>,
): void {
  context.records.database.insert('forms', {
    ...form,
    user: 'admin',
    groupname: 'Default',
    authorized: 1,
  });
}

// OpenEMR keeps US units by default.
const toFahrenheit = (celsius: number) => celsius * 1.8 + 32;
const toPounds = (kilograms: number) => kilograms / 0.45359237;
const toInches = (centimetres: number) => centimetres / 2.54;
const same = (value: number) => value;

const columns = dictionary<readonly [string, (value: number) => number]>({
  '8310-5': ['temperature', toFahrenheit],
  '8867-4': ['pulse', same],
  '9279-1': ['respiration', same],
  '2708-6': ['oxygen_saturation', same],
  '59408-5': ['oxygen_saturation', same],
  '29463-7': ['weight', toPounds],
  '8302-2': ['height', toInches],
  '39156-5': ['BMI', same],
  '8480-6': ['bps', same],
  '8462-4': ['bpd', same],
});

/** Groups vital signs by their encounter; those without one have no place in OpenEMR. */
export function importVitals(context: ImportContext, vitals: readonly Observation[]): void {
  const visits = Map.groupBy(vitals, (vital) => vital.encounter?.reference ?? '');
  for (const [reference, measured] of visits) {
    const visit = placeOf(context, { reference });
    const patient = placeOf(context, measured[0]?.subject);
    if (!visit || !patient) continue;
    const date = storedTime(measured[0]?.effectiveDateTime);
    const uuid = steadyUuid('form_vitals', visit.uuid);
    if (context.records.database.get('SELECT id FROM form_vitals WHERE uuid = ?', uuid)) continue;
    const id = context.records.database.insert('form_vitals', {
      ...Object.assign({}, ...measured.map(measurement)),
      uuid,
      date,
      pid: patient.key,
      user: 'admin',
      groupname: 'Default',
      authorized: 1,
      activity: 1,
      last_updated: context.records.now(),
    });
    mapVitals(context.records, uuid);
    addForm(context, {
      encounter: visit.key,
      form_name: 'Vitals',
      form_id: id,
      pid: patient.key,
      formdir: 'vitals',
      date,
    });
    for (const vital of measured) context.places.set(referenceTo(vital), { key: id, uuid });
  }
}

function measurement(vital: Observation): Record<string, string> {
  const parts = [vital, ...(vital.component ?? [])];
  return Object.fromEntries(
    parts.flatMap((part) => {
      const [column, convert] = columns[codeOf(part.code)] ?? [];
      const value = part.valueQuantity?.value;
      if (column === undefined || convert === undefined || value === undefined) return [];
      return [[column, storedNumber(column, convert(value))]];
    }),
  );
}

function facilityName(context: ImportContext, key: number | undefined): string {
  const row = context.records.database.get('SELECT name FROM facility WHERE id = ?', key ?? 0);
  return String(row?.['name'] ?? '');
}
