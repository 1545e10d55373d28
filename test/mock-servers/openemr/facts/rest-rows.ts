// Facts 4.1 and 4.2: routes and calls of the standard API.
import { callRows } from '../rest/call-rows.ts';
import { type FactSection, inSuite } from './rows.ts';

const patient = inSuite('standard API: patient');
const paging = inSuite('standard API: patient paging without the bug');
const quirks = inSuite('standard API: quirks of single calls');
const tables = inSuite('OpenEMR route tables');
const older = inSuite('OpenEMR route tables OpenEMR routes in 7.0.3');
const later = inSuite('OpenEMR route tables OpenEMR routes in 7.0.4');
const answered = (...routes: string[]) => {
  const titles = routes.map((route) => `answers ${route}`);
  return [...older(...titles), ...later(...titles)];
};

/** The tests that play a call of facts 4.2; none when its row is gone. */
function played(...calls: string[]): string[] {
  return calls.flatMap((call) => {
    const own = callRows.filter(([known]) => known === call);
    const titles = own.map(([known, , status]) => `${known} -> ${status}`);
    return inSuite('facts 4.2: what each call of the standard API answers')(
      ...(own.length > 0 ? titles : [call]),
    );
  });
}

export const restSections: readonly FactSection[] = [
  {
    section: '4.1',
    rows: [
      [
        'Routes: 92',
        ...tables(
          'hold 92 standard, 5 portal and 80 FHIR routes, 67 of them in 7.0.3',
          'agree with the route list of the real server in path, version and permission',
        ),
      ],
      [
        'uuid in path',
        ...answered(
          ...['GET /api/patient/:puuid', 'GET /api/patient/:puuid/encounter/:euuid'],
          ...['GET /api/patient/:puuid/medical_problem/:muuid', 'GET /api/procedure/:uuid'],
          ...['GET /api/patient/:puuid/allergy/:auuid', 'GET /api/patient/:puuid/insurance/:uuid'],
          ...[
            'GET /api/patient/:puuid/employer',
            'GET /api/facility/:fuuid',
            'GET /api/drug/:uuid',
          ],
          ...[
            'GET /api/practitioner/:pruuid',
            'GET /api/user/:uuid',
            'GET /api/prescription/:uuid',
          ],
          'GET /api/immunization/:uuid',
        ),
      ],
      [
        'numeric pid',
        ...answered(
          ...['GET /api/patient/:pid/appointment', 'GET /api/patient/:pid/medication'],
          ...['GET /api/patient/:pid/surgery', 'GET /api/patient/:pid/dental_issue'],
          ...['GET /api/patient/:pid/document', 'POST /api/patient/:pid/message'],
          ...['GET /api/patient/:pid/transaction', 'GET /api/appointment/:eid'],
          'GET /api/patient/:pid/encounter/:eid/vital',
          'GET /api/patient/:pid/encounter/:eid/soap_note',
        ),
        ...inSuite('paths that no route can mean')(
          'does not know DELETE /api/patient/:puuid',
          'does not know PUT /api/patient/1/appointment/1',
          'does not know DELETE /api/patient/:puuid/encounter/:euuid',
        ),
      ],
      [
        'Portal (5)',
        ...answered(
          'GET /portal/patient',
          'GET /portal/patient/encounter',
          'GET /portal/patient/encounter/:euuid',
          'GET /portal/patient/appointment',
          'GET /portal/patient/appointment/:auuid',
        ),
        'patient portal shows a patient the own record and nothing else',
      ],
    ],
  },
  {
    section: '4.2',
    rows: [
      ['Two response families', ...played('GET /api/patient', 'GET /api/appointment')],
      [
        '(a) handleProcessingResult',
        ...patient('answers a list in the envelope with a link that says _count'),
        ...played('POST /api/practitioner', 'POST /api/facility'),
      ],
      [
        '`{"validationErrors":[]',
        ...patient(
          'answers a list in the envelope with a link that says _count',
          'validates with the sentences of facts 4.3, byte for byte',
        ),
      ],
      [
        'Single: data',
        ...played('GET /api/patient/:puuid'),
        ...patient('answers a list in the envelope with a link that says _count'),
        ...paging('gives _limit rows and a next link: {"version":"7.0.4"}'),
      ],
      [
        '(b) responseHandler',
        ...played('GET /api/appointment', 'GET /api/version', 'GET /api/list/language'),
        ...quirks('answers an empty bare result with 404: null in 7.0.3, nothing in 7.0.4'),
      ],
      ['So: GET', ...played('GET /api/patient', 'GET /api/patient/:puuid')],
      ['GET /patient | 200', ...played('GET /api/patient', 'GET /api/patient?lname=없는성')],
      ['GET /patient/:puuid | 200', ...played('GET /api/patient/:puuid')],
      ['POST /patient |', ...played('POST /api/patient')],
      ['PUT /patient/:puuid |', ...played('PUT /api/patient/:puuid')],
      [
        'GET /patient/:puuid/encounter',
        ...played('GET /api/patient/:puuid/encounter', 'GET /api/patient/:newPuuid/encounter'),
      ],
      ['POST /patient/:puuid/encounter', ...played('POST /api/patient/:puuid/encounter')],
      ['PUT encounter', ...played('PUT /api/patient/:puuid/encounter/:euuid')],
      [
        'POST vital',
        ...played(
          'POST /api/patient/1/encounter/1/vital',
          'POST /api/patient/1/encounter/1/soap_note',
        ),
      ],
      [
        'PUT vital',
        ...played(
          'PUT /api/patient/1/encounter/1/vital/1',
          'PUT /api/patient/1/encounter/1/soap_note/1',
        ),
      ],
      [
        'POST medical_problem',
        ...played('POST /api/patient/:puuid/medical_problem', 'POST /api/patient/:puuid/allergy'),
      ],
      [
        'DELETE medical_problem',
        ...played(
          'DELETE /api/patient/:puuid/medical_problem/:muuid',
          'DELETE /api/patient/:puuid/allergy/:auuid',
        ),
      ],
      [
        'POST medication/',
        ...['medication', 'surgery', 'dental_issue'].flatMap((kind) =>
          played(
            `POST /api/patient/1/${kind}`,
            `PUT /api/patient/1/${kind}/12`,
            `DELETE /api/patient/1/${kind}/999`,
          ),
        ),
      ],
      [
        'POST appointment',
        ...played('POST /api/patient/1/appointment', 'DELETE /api/patient/1/appointment/999'),
      ],
      ['GET appointment', ...played('GET /api/appointment')],
      [
        'POST document',
        ...played(
          'POST /api/patient/1/document?path=/Referral',
          'GET /api/patient/1/document?path=/Medical_Record',
          'GET /api/patient/1/document',
        ),
        ...quirks('names documents by their names without the bug of issue 8304'),
      ],
      ['POST message', ...played('POST /api/patient/1/message')],
      ['POST practitioner', ...played('POST /api/practitioner', 'POST /api/facility')],
      ['GET version', ...played('GET /api/version')],
      [
        'Numbers:',
        ...quirks('gives numbers as strings where the query binds nothing'),
        ...patient('gives every column of patient_data in its order, pid as a number'),
      ],
      [
        'Known real bugs',
        ...quirks(
          'lists no allergies and problems of a patient (issue 10827), but without the bug',
        ),
        ...played('GET /api/allergy/9d1e0000-0000-4000-8000-000000000000'),
      ],
      [
        'Filters of',
        ...patient(
          ...'fname lname street city state postal_code'
            .split(' ')
            .map((name) => `filters finds by a piece of ${name}`),
          ...'ss phone_home phone_biz phone_cell sex country_code email DOB'
            .split(' ')
            .map((name) => `filters finds by the whole of ${name} only`),
          'finds nobody by postal_contact, which is a filter but no column',
          'ignores filters that OpenEMR does not have',
        ),
        ...paging(
          'gives _limit rows and a next link: {"version":"7.0.4"}',
          'gives 200 rows at most',
        ),
      ],
      [
        '_limit/_offset',
        ...patient('gives one row more than _limit and no next link (bug of 7.0.3)'),
        ...paging(
          'gives _limit rows and a next link: {"version":"7.0.4"}',
          'gives _limit rows and a next link: {"withoutBug":"limitGivesOneMore"}',
        ),
      ],
      ['Invalid JSON', ...patient('treats JSON that does not parse as an empty object')],
    ],
  },
];
