import assert from 'node:assert/strict';
import { type PatientInput, patientProblems } from '#core/openemr/patient.ts';

const good: PatientInput = { fname: 'A', lname: 'Li', sex: 'Male', DOB: '2000-02-29' };
const fieldsOf = (changes: Partial<PatientInput>) =>
  patientProblems({ ...good, ...changes }).map(({ field }) => field);

describe('patientProblems', () => {
  it('finds none in a good patient', () => {
    assert.deepEqual(fieldsOf({}), []);
    assert.deepEqual(fieldsOf({ email: '' }), []);
    assert.deepEqual(fieldsOf({ email: 'a@b.test', sex: 'male' }), []);
  });

  it('counts bytes as PHP does: one Korean syllable is long enough for a surname', () => {
    assert.deepEqual(fieldsOf({ lname: '김' }), []);
    assert.deepEqual(fieldsOf({ lname: 'K' }), ['lname']);
    assert.deepEqual(fieldsOf({ fname: '김'.repeat(85) }), []);
    assert.deepEqual(fieldsOf({ fname: '김'.repeat(86) }), ['fname']);
  });

  it('says what is wrong with the field, not with another', () => {
    const [sex, lname] = [
      patientProblems({ ...good, sex: 'M' }),
      patientProblems({ ...good, lname: 'K' }),
    ];

    assert.match(sex[0]?.sentence.template ?? '', /must be a word/);
    assert.deepEqual(lname[0]?.sentence.args, { field: 'lname', least: 2, most: 255, bytes: 1 });
  });

  const refused: readonly [keyof PatientInput, string][] = [
    ['fname', ''],
    ['lname', ''],
    ['sex', 'M'],
    ['sex', 'F'],
    ['sex', ''],
    ['DOB', ''],
    ['DOB', '2001-02-29'],
    ['DOB', '29.02.2000'],
    ['DOB', '2000-2-9'],
    ['email', 'hong.example'],
  ];
  for (const [field, value] of refused) {
    it(`finds ${field} "${value}"`, () => assert.deepEqual(fieldsOf({ [field]: value }), [field]));
  }
});
