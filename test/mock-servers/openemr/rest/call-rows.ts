// Facts 4.2, row by row: what is called, the status, and the answer.
import assert from 'node:assert/strict';
import type { Called } from '../records/world.ts';
import {
  allergy,
  appointment,
  encounter,
  facility,
  message,
  practitioner,
  problem,
  vital,
} from './bodies.ts';

type CallRow = readonly [
  call: string,
  body: unknown,
  status: number,
  check: (answer: Called) => void,
];

const envelope =
  (check: (data: never) => void) =>
  ({ json }: Called) => {
    assert.deepEqual(Object.keys(json), ['validationErrors', 'internalErrors', 'data', 'links']);
    assert.deepEqual(json.validationErrors, []);
    check(json.data as never);
  };
const keys =
  (...names: string[]) =>
  (data: Record<string, unknown>) =>
    assert.deepEqual(Object.keys(data), names);
const bare =
  (expected: unknown) =>
  ({ json }: Called) =>
    assert.deepEqual(json, expected);
const isList = (data: unknown) => assert.ok(Array.isArray(data));
const idAndUuid = envelope((data: { id: unknown; uuid: unknown }) => {
  assert.deepEqual(Object.keys(data), ['id', 'uuid']);
  assert.equal(typeof data.id, 'number');
});

/** Facts 4.2: the appointment's keys. */
const appointmentKeys =
  `pc_eid pc_uuid fname lname DOB pid puuid pce_aid_uuid pce_aid_npi pc_aid pc_apptstatus
  pc_eventDate pc_startTime pc_endTime pc_time pc_facility pc_billing_location pc_catid pc_pid pc_title facility_name
  facility_uuid billing_location_name billing_location_uuid`.split(/\s+/);

/** `:puuid` and `:euuid` stand for the first patient and the first encounter; pid 1, encounter 1. */
export const callRows: readonly CallRow[] = [
  ['GET /api/patient', undefined, 200, envelope(isList)],
  ['GET /api/patient?lname=없는성', undefined, 200, envelope((data) => assert.deepEqual(data, []))],
  [
    'GET /api/patient/:puuid',
    undefined,
    200,
    envelope((data: { pid: number }) => assert.equal(data.pid, 1)),
  ],
  [
    'POST /api/patient',
    { fname: '새', lname: '이름', sex: 'Male', DOB: '2001-01-01' },
    201,
    envelope((data: { pid: number }) => {
      keys('pid', 'uuid')(data);
      assert.equal(typeof data.pid, 'number');
    }),
  ],
  [
    'PUT /api/patient/:puuid',
    { phone_home: '02-1' },
    200,
    envelope((data: { phone_home: string }) => assert.equal(data.phone_home, '02-1')),
  ],
  ['GET /api/patient/:puuid/encounter', undefined, 200, envelope(isList)],
  [
    'GET /api/patient/:newPuuid/encounter',
    undefined,
    404,
    envelope((data) => assert.deepEqual(data, [])),
  ],
  [
    'POST /api/patient/:puuid/encounter',
    encounter,
    201,
    envelope((data: { encounter: number }) => {
      keys('encounter', 'uuid')(data);
      assert.equal(typeof data.encounter, 'number');
    }),
  ],
  [
    'PUT /api/patient/:puuid/encounter/:euuid',
    { user: 'admin', group: 'Default', reason: '재진' },
    200,
    envelope((data: { reason: string }) => assert.equal(data.reason, '재진')),
  ],
  [
    'POST /api/patient/1/encounter/1/vital',
    vital,
    201,
    ({ json }) => assert.deepEqual(Object.keys(json), ['vid', 'fid']),
  ],
  ['PUT /api/patient/1/encounter/1/vital/1', vital, 200, bare({ vid: '1' })],
  [
    'POST /api/patient/1/encounter/1/soap_note',
    { subjective: '기침' },
    201,
    ({ json }) => assert.deepEqual(Object.keys(json), ['sid', 'fid']),
  ],
  ['PUT /api/patient/1/encounter/1/soap_note/1', { plan: '투약' }, 200, bare({ sid: '1' })],
  ['POST /api/patient/:puuid/medical_problem', problem, 201, idAndUuid],
  ['POST /api/patient/:puuid/allergy', allergy, 201, idAndUuid],
  ['DELETE /api/patient/:puuid/medical_problem/:muuid', undefined, 200, envelope(isList)],
  ['DELETE /api/patient/:puuid/allergy/:auuid', undefined, 200, envelope(isList)],
  ...(['medication', 'surgery', 'dental_issue'] as const).flatMap((list): CallRow[] => [
    [
      `POST /api/patient/1/${list}`,
      { title: '항목' },
      201,
      ({ json }) => {
        assert.deepEqual(Object.keys(json), ['id']);
        assert.equal(typeof json.id, 'number');
      },
    ],
    [`PUT /api/patient/1/${list}/12`, { title: '바꾼 항목' }, 200, bare({ id: '12' })],
    [`DELETE /api/patient/1/${list}/999`, undefined, 200, () => undefined],
  ]),
  [
    'POST /api/patient/1/appointment',
    appointment,
    200,
    ({ json }) => assert.deepEqual(Object.keys(json), ['id']),
  ],
  ['DELETE /api/patient/1/appointment/999', undefined, 200, bare({ message: 'record deleted' })],
  [
    'GET /api/appointment',
    undefined,
    200,
    ({ json }) => assert.deepEqual(Object.keys(json[0]), appointmentKeys),
  ],
  ['GET /api/appointment/999', undefined, 404, ({ text }) => assert.equal(text, 'null')],
  ['GET /api/patient/1/document', undefined, 404, ({ text }) => assert.equal(text, 'null')],
  [
    'GET /api/patient/1/document?path=/Medical_Record',
    undefined,
    200,
    ({ json }) => {
      assert.deepEqual(Object.keys(json[0]), ['filename', 'id', 'mimetype', 'docdate']);
      assert.match(json[0].filename, /^[0-9a-f-]{36}$/);
    },
  ],
  [
    'POST /api/patient/1/message',
    message,
    201,
    ({ json }) => assert.deepEqual(Object.keys(json), ['mid']),
  ],
  ['PUT /api/patient/1/message/1', message, 200, bare({ mid: '1' })],
  [
    'POST /api/patient/1/document?path=/Referral',
    '--x\r\ncontent-disposition: form-data; name="document"; filename="a.txt"\r\n\r\n1\r\n--x--\r\n',
    200,
    bare(true),
  ],
  ['POST /api/practitioner', practitioner, 201, idAndUuid],
  ['POST /api/facility', facility, 201, idAndUuid],
  [
    'GET /api/version',
    undefined,
    200,
    ({ json }) => {
      const { v_major, v_minor, v_patch, v_realpatch, v_tag } = json;
      assert.deepEqual([v_major, v_minor, v_patch, v_realpatch, v_tag], ['7', '0', '3', '0', '']);
    },
  ],
  ['GET /api/list/no_such_list', undefined, 404, ({ text }) => assert.equal(text, 'null')],
  [
    'GET /api/list/language',
    undefined,
    200,
    ({ json }) => assert.equal(json[0].list_id, 'language'),
  ],
  [
    'GET /api/allergy/9d1e0000-0000-4000-8000-000000000000',
    undefined,
    400,
    ({ json }) =>
      assert.deepEqual(json.validationErrors, { UUID: ['invalid or nonexisting value'] }),
  ],
  [
    'GET /api/practitioner/9d1e0000-0000-4000-8000-000000000000',
    undefined,
    400,
    ({ json }) => assert.equal(json.data.length, 0),
  ],
];
