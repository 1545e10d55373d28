// Facts 4.3 and 4.4: what the standard API refuses.
import { validatorRows } from '../rest/validator-rows.ts';
import { type FactSection, inSuite } from './rows.ts';

const patient = inSuite('standard API: patient');
const refused = inSuite('facts 4.3: patient validation');
const others = inSuite('facts 4.4: other validators');

/** The tests of a validator of facts 4.4, likewise. */
function validated(...calls: string[]): string[] {
  return calls.flatMap((call) => {
    const own = validatorRows.filter(([known]) => known === call);
    const titles = own.map(
      ([known, body]) => `${known} refuses ${JSON.stringify(body).slice(0, 60)}`,
    );
    return others(...(own.length > 0 ? titles : [call]));
  });
}

export const validationSections: readonly FactSection[] = [
  {
    section: '4.3',
    rows: [
      [
        'Patient validation',
        ...patient('validates with the sentences of facts 4.3, byte for byte'),
      ],
      [
        'fname required',
        ...refused(
          'refuses fname absent',
          'refuses lname too long',
          'refuses lname of one letter',
          'refuses sex M',
          'refuses DOB in another format',
          'refuses DOB that is no day',
          'refuses email malformed',
          'takes {"email":""}',
        ),
      ],
      [
        'Lengths are BYTES',
        ...refused(
          'takes {"lname":"한"}',
          'takes {"sex":"male"}',
          'takes {"sex":"Unknown"}',
          'takes {"sex":"Zzzz"}',
          'refuses sex M',
        ),
      ],
      [
        'Key absent',
        ...refused(
          'refuses fname absent',
          'refuses fname empty',
          'refuses fname null',
          'refuses lname too long',
          'refuses email malformed',
        ),
      ],
      [
        'Only the failing',
        ...patient('validates with the sentences of facts 4.3, byte for byte'),
        ...refused('refuses fname empty'),
      ],
      [
        'Other messages',
        ...others('words each rule as facts 4.3 does', 'words the bare family as facts 4.4 does'),
      ],
      [
        'Unknown or malformed',
        ...patient(
          'says " value" with its leading space for a uuid that nobody has',
          'refuses an update of nobody',
        ),
      ],
      [
        'PUT: same',
        ...patient(
          'updates what is sent and answers with the whole patient',
          'validates an update by the same rules, and asks for nothing',
        ),
      ],
    ],
  },
  {
    section: '4.4',
    rows: [
      [
        'encounter POST',
        ...validated(
          'POST /api/patient/:puuid/encounter',
          'POST /api/patient/9d1e0000-0000-4000-8000-000000000000/encounter',
        ),
      ],
      ['encounter PUT', ...validated('PUT /api/patient/:puuid/encounter/:euuid')],
      ['vital', ...validated('POST /api/patient/1/encounter/1/vital')],
      ['soap_note', ...validated('POST /api/patient/1/encounter/1/soap_note')],
      ['medical_problem', ...validated('POST /api/patient/:puuid/medical_problem')],
      ['allergy', ...validated('POST /api/patient/:puuid/allergy')],
      [
        'medication/surgery',
        ...validated(
          'POST /api/patient/1/medication',
          'POST /api/patient/1/surgery',
          'POST /api/patient/1/dental_issue',
        ),
      ],
      ['appointment', ...validated('POST /api/patient/1/appointment')],
      ['practitioner', ...validated('POST /api/practitioner')],
      ['facility', ...validated('POST /api/facility')],
      ['For family (b)', ...others('words the bare family as facts 4.4 does')],
    ],
  },
];
