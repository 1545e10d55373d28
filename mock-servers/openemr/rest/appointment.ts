// Appointments: bare family, numeric ids; the created one answers 200, not 201.

import { createAppointment } from '../records/appointments.ts';
import type { Row } from '../records/database.ts';
import { appointments, oneAppointment, select, withStrings } from '../records/queries.ts';
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
