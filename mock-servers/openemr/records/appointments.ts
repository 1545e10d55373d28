// openemr_postcalendar_events as AppointmentService::insert fills it.
import type { Records } from './records.ts';

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

function clock(seconds: number): string {
  const wrapped = seconds % 86_400;
  const parts = [Math.floor(wrapped / 3600), Math.floor(wrapped / 60) % 60, wrapped % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}
