// Appointments: bare family, numeric ids; the created one answers 200, not 201.

import type { Row } from '../records/database.ts';
import { appointments, oneAppointment, select, withStrings } from '../records/queries.ts';
import type { Records } from '../records/records.ts';
import { validate } from '../records/validation.ts';
import { appointmentFields } from '../records/validators.ts';
import { bare, bareInvalid, bodyOf } from './answers.ts';
import type { ApiWorld, Handler } from './api-route.ts';

export const listAppointments: Handler = (_request, world) =>
  bare(select(world.records, appointments).map(shownIn(world)), world);

export const listPatientAppointments: Handler = ({ params }, world) =>
  bare(
    select(world.records, appointments, { pid: params['pid'] ?? '' }).map(shownIn(world)),
    world,
  );

// OpenEMR selects the provider's name only after 7.0.4 (issue 10826).
function shownIn({ settings }: ApiWorld): (row: Row) => Row {
  if (!settings().bugs.appointmentWithoutProviderName) return (row) => row;
  return ({ pce_aid_fname: _first, pce_aid_lname: _last, ...row }) => row;
}

/** A list of one. */
export const getAppointment: Handler = ({ params }, world) =>
  bare(appointment(world, params['eid'] ?? ''), world);

function appointment(world: ApiWorld, eid: string) {
  return select(world.records, oneAppointment, { eid }).map(shownIn(world));
}

export const postAppointment: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(appointmentFields(world.records.database), values);
  if (failures) return bareInvalid(failures);
  const id = createAppointment(world.records, request.params['pid'] ?? '', values);
  return bare({ id }, world);
};

/** @param values - as validated: `pc_startTime` is `HH:MM`, `pc_duration` seconds */
export function createAppointment(
  records: Records,
  pid: string,
  values: Readonly<Record<string, unknown>>,
): number {
  const [hours = '0', minutes = '0'] = String(values['pc_startTime']).split(':');
  const start = (Number(hours) * 60 + Number(minutes)) * 60 || 0;
  const { pc_eid: _eid, ...sent } = values;
  return records.database.insert('openemr_postcalendar_events', {
    ...sent,
    uuid: records.newUuid(),
    pc_pid: pid,
    pc_time: records.now(),
    pc_startTime: clock(start),
    pc_endTime: clock(start + (Number(values['pc_duration']) || 0)),
    pc_informant: '1',
    pc_eventstatus: 1,
    pc_sharing: 1,
  });
}

export const deleteAppointment: Handler = ({ params }, world) => {
  world.records.database.run(
    'DELETE FROM openemr_postcalendar_events WHERE pc_eid = ?',
    params['eid'] ?? '',
  );
  return bare({ message: 'record deleted' }, world);
};

/** The portal names an appointment by its uuid. */
export function portalAppointments(world: ApiWorld, puuid: string, uuid?: string) {
  const found = select(world.records, appointments, { puuid, ...(uuid ? { uuid } : {}) });
  const rows = found.map(shownIn(world));
  return bare(uuid === undefined ? rows.map(withStrings) : rows, world);
}

function clock(seconds: number): string {
  const wrapped = seconds % 86_400;
  const parts = [Math.floor(wrapped / 3600), Math.floor(wrapped / 60) % 60, wrapped % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}
