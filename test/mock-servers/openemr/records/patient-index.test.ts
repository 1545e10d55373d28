import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fold } from '#mock-servers/openemr/records/patient-index.ts';
import {
  createPatient,
  searchPatients,
  updatePatient,
} from '#mock-servers/openemr/records/patients.ts';
import { openRecords } from '#mock-servers/openemr/records/records.ts';

const names = [
  '김가람',
  '남궁민',
  'Müller',
  "O'Brien",
  'anna',
  'ANNABELLE',
  'ss ss',
  '황보 라온',
  'a%b_c',
  '👩‍⚕️ Kim',
  '',
];

describe('patient index', () => {
  const records = openRecords({ clock: { now: () => 0 }, newUuid: () => crypto.randomUUID() });
  const uuids = names.map((lname) => createPatient(records, { lname, fname: 'x' }).uuid);
  after(() => records.database.close());

  const found = (lname: string) =>
    searchPatients(records, { filters: { lname } }).map((patient) => String(patient['lname']));

  it('finds a surname of one character, and any piece of a name', () => {
    assert.deepEqual(found('김'), ['김가람']);
    assert.deepEqual(found('가람'), ['김가람']);
    assert.deepEqual(found('보 라'), ['황보 라온']);
  });

  it('compares without case and accents, as MySQL does', () => {
    assert.deepEqual(found('MULLER'), ['Müller']);
    assert.deepEqual(found('Anna'), ['anna', 'ANNABELLE']);
  });

  it('finds a name typed in decomposed letters', () => {
    assert.deepEqual(found('남궁'.normalize('NFD')), ['남궁민']);
  });

  it('gives what a comparison of every name would give', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc
        .constantFrom(...names)
        .chain((name) =>
          fc.tuple(fc.nat(name.length), fc.nat(4)).map(([at, size]) => name.slice(at, at + size)),
        ),
    );
    fc.assert(
      fc.property(piece, (text) => {
        const expected = names.filter((name) => spaced(name).includes(spaced(text)));
        assert.deepEqual(found(text), text === '' ? names : expected);
      }),
      { numRuns: 500 },
    );
  });

  it('follows an update', () => {
    const [uuid = ''] = uuids;
    updatePatient(records, uuid, { lname: '독고탁' });

    assert.deepEqual(found('김가'), []);
    assert.deepEqual(found('고탁'), ['독고탁']);
    updatePatient(records, uuid, { lname: '김가람' });
  });
});

// Characters stay whole: half of an emoji is not found in it.
function spaced(text: string): string {
  return ['', ...fold(text), ''].join('\u0001');
}
