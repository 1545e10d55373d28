// Valid bodies for the standard API, and the ids of what the seed has.
import type { World } from '../records/world.ts';

export const vital = { bps: '130', bpd: 80, weight: '220', temperature: 98.6, note: 'sitting' };
export const problem = { title: '고혈압', begdate: '2025-01-02', diagnosis: 'ICD10:I10' };
export const allergy = { title: 'Penicillin', begdate: '2025-01-02 00:00:00' };
export const appointment = {
  pc_catid: 5,
  pc_title: '외래 진료',
  pc_duration: 900,
  pc_hometext: '메모',
  pc_apptstatus: '-',
  pc_eventDate: '2026-02-03',
  pc_startTime: '09:45',
  pc_facility: 1,
  pc_billing_location: 1,
};
export const message = {
  body: '검사 결과가 나왔습니다',
  to: 'admin',
  from: 'admin',
  groupname: 'Default',
  title: 'Other',
  message_status: 'New',
};
export const practitioner = { fname: '가영', lname: '나리', npi: '1234567890' };
export const facility = { name: '한빛의원', facility_npi: '1234567890' };
export const encounter = { pc_catid: '5', class_code: 'AMB', date: '2026-01-10', reason: '감기' };

export interface Ids {
  readonly puuid: string;
  readonly euuid: string;
}

export async function idsOf(world: World): Promise<Ids & Record<string, string>> {
  const first = await world.call('GET', '/api/patient?fname=길동');
  const puuid = first.json.data[0].uuid;
  const encounters = await world.call('GET', `/api/patient/${puuid}/encounter`);
  const second = await world.call('GET', '/api/patient?fname=서연');
  const others = await world.call('GET', `/api/patient/${second.json.data[0].uuid}/encounter`);
  const problems = await world.call('GET', '/api/medical_problem');
  const created = await world.call('POST', '/api/patient', {
    body: { fname: '빈', lname: '기록', sex: 'Male', DOB: '2000-01-01' },
  });
  const added = await world.call('POST', `/api/patient/${puuid}/allergy`, {
    body: { title: 'Latex' },
  });
  const own = problems.json.data.find((row: { puuid: string }) => row.puuid === puuid);
  return {
    puuid,
    euuid: encounters.json.data[0].euuid,
    otherEuuid: others.json.data[0].euuid,
    newPuuid: created.json.data.uuid,
    muuid: own.uuid,
    auuid: added.json.data.uuid,
  };
}

/** Fills `:puuid` and the like into a path. */
export function withIds(path: string, ids: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_whole, name: string) => ids[name] ?? name);
}
