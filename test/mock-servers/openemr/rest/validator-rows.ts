// Facts 4.4, row by row.
import { appointment, encounter, practitioner, problem } from './bodies.ts';

/** Facts 4.4: call, body, the failing keys. The bare family answers with the messages alone. */
export const validatorRows: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['POST /api/patient/:puuid/encounter', {}, ['pc_catid', 'class_code']],
  ['POST /api/patient/:puuid/encounter', { ...encounter, class_code: 'XYZ' }, ['class_code']],
  ['POST /api/patient/9d1e0000-0000-4000-8000-000000000000/encounter', encounter, ['puuid']],
  ['PUT /api/patient/:puuid/encounter/:euuid', {}, ['user', 'group']],
  ['POST /api/patient/1/encounter/1/vital', { bps: 'high', note: '' }, ['bps']],
  ['POST /api/patient/1/encounter/1/vital', { temp_method: 'x'.repeat(256) }, ['temp_method']],
  ['POST /api/patient/1/encounter/1/soap_note', { plan: 'x' }, ['plan']],
  ['POST /api/patient/:puuid/medical_problem', {}, ['title', 'begdate']],
  ['POST /api/patient/:puuid/medical_problem', { ...problem, enddate: '2025' }, ['enddate']],
  ['POST /api/patient/:puuid/allergy', { title: 'x', begdate: '2025-01-02' }, ['title', 'begdate']],
  ['POST /api/patient/1/medication', { begdate: '2025-01-02' }, ['title', 'begdate']],
  ['POST /api/patient/1/surgery', {}, ['title']],
  ['POST /api/patient/1/dental_issue', {}, ['title']],
  [
    'POST /api/patient/1/appointment',
    {},
    [
      'pc_catid',
      'pc_title',
      'pc_duration',
      'pc_hometext',
      'pc_apptstatus',
      'pc_eventDate',
      'pc_startTime',
      'pc_facility',
      'pc_billing_location',
    ],
  ],
  ['POST /api/patient/1/appointment', { ...appointment, pc_startTime: '9:45' }, ['pc_startTime']],
  [
    'POST /api/patient/1/appointment',
    { ...appointment, pc_hometext: 'x', pc_aid: 999 },
    ['pc_aid'],
  ],
  ['POST /api/practitioner', { fname: 'x', npi: '12' }, ['fname', 'lname', 'npi']],
  ['POST /api/practitioner', { ...practitioner, email: 'x' }, ['email']],
  ['POST /api/facility', { name: 'x' }, ['name', 'facility_npi']],
];
