import assert from 'node:assert/strict';
import { parsePersonName } from '#core/dicom/person-name.ts';
import type { Summary } from '#core/dicom/summary.ts';
import type { PatientRecord } from '#core/openemr/wire.ts';
import { matchPatient, patientInput } from '#core/workflows/send-dicom-patient.ts';

function aSummary(changes: Partial<Summary> & { name?: string } = {}): Summary {
  const patientName = changes.name ?? 'Hong^Gildong=洪^吉洞=홍^길동';
  return {
    patientId: 'KR-1',
    patientName,
    patient: parsePersonName(patientName),
    birthDate: '19800517',
    sex: 'M',
    studyInstanceUid: '1.2',
    seriesInstanceUid: '1.2.3',
    sopInstanceUid: '1.2.3.4',
    sopClassUid: undefined,
    studyDate: undefined,
    studyDescription: undefined,
    accessionNumber: undefined,
    seriesDescription: undefined,
    modality: 'CT',
    instanceNumber: 1,
    ...changes,
  };
}

const record = (changes: Partial<PatientRecord> = {}): PatientRecord => ({
  uuid: 'u-1',
  pid: 1,
  fname: 'Gildong',
  lname: 'Hong',
  DOB: '1980-05-17',
  ...changes,
});
const aDirectory = (...found: readonly PatientRecord[]) => ({
  searchPatients: async () => found,
  createPatient: async () => ({ pid: 9, uuid: 'u-9' }),
});

describe('patientInput', () => {
  it('splits Family^Given and writes sex and birth date as OpenEMR wants them', () => {
    assert.deepEqual(patientInput(aSummary()), {
      patient: {
        fname: 'Gildong',
        lname: 'Hong',
        sex: 'Male',
        DOB: '1980-05-17',
        pubpid: 'KR-1',
      },
    });
  });

  it('takes the Hangul name when there is no Latin one', () => {
    const input = patientInput(aSummary({ name: '==김^민지', sex: 'F' }));

    assert.ok('patient' in input);
    assert.equal(input.patient.lname, '김');
    assert.equal(input.patient.fname, '민지');
    assert.equal(input.patient.sex, 'Female');
  });

  for (const [lack, changes] of [
    ['a given name', { name: '김희중' }],
    ['a name', { name: '' }],
    ['a birth date', { birthDate: undefined }],
    ['a real birth date', { birthDate: '19801345' }],
    ['a sex', { sex: undefined }],
    ['a sex that is M or F', { sex: 'O' }],
  ] as const) {
    it(`gives a reason and no patient without ${lack}`, () => {
      const input = patientInput(aSummary(changes));

      assert.ok('reason' in input);
    });
  }
});

describe('matchPatient', () => {
  it('finds the patient of the same name and birth date', async () => {
    const match = await matchPatient(aSummary(), { directory: aDirectory(record()) });

    assert.deepEqual(match, { kind: 'matched', uuid: 'u-1', pid: '1' });
  });

  it('does not take a patient whose name only begins alike', async () => {
    const directory = aDirectory(record({ fname: 'Gildongsu' }));

    const match = await matchPatient(aSummary(), { directory });

    assert.equal(match.kind, 'absent');
  });

  it('tells namesakes apart by the patient id', async () => {
    const directory = aDirectory(record(), record({ uuid: 'u-2', pid: 2, pubpid: 'KR-1' }));

    const match = await matchPatient(aSummary(), { directory });

    assert.deepEqual(match, { kind: 'matched', uuid: 'u-2', pid: '2' });
  });

  it('does not choose between namesakes it cannot tell apart', async () => {
    const directory = aDirectory(record(), record({ uuid: 'u-2', pid: 2 }));

    const match = await matchPatient(aSummary(), { directory, isCreating: true });

    assert.equal(match.kind, 'unclear');
  });

  it('creates only when told to', async () => {
    const absent = await matchPatient(aSummary(), { directory: aDirectory() });
    const created = await matchPatient(aSummary(), { directory: aDirectory(), isCreating: true });

    assert.equal(absent.kind, 'absent');
    assert.deepEqual(created, { kind: 'created', uuid: 'u-9', pid: '9' });
  });

  it('finds a patient who is kept in Hangul and sent in Latin and Hangul', async () => {
    const asked: string[] = [];
    const directory = {
      ...aDirectory(),
      searchPatients: async ({ lname }: { lname: string }) => {
        asked.push(lname);
        return lname === '홍' ? [record({ fname: '길동', lname: '홍' })] : [];
      },
    };

    const match = await matchPatient(aSummary(), { directory, isCreating: true });

    assert.equal(match.kind, 'matched');
    assert.deepEqual(asked, ['Hong', '홍']);
  });

  it('takes the patient of the same id and birth date, however the name is written', async () => {
    const directory = {
      ...aDirectory(),
      searchIdentifier: async () => [record({ uuid: 'u-7', lname: 'Hoong' })],
    };

    const match = await matchPatient(aSummary(), { directory });

    assert.deepEqual(match, { kind: 'matched', uuid: 'u-7', pid: '1' });
  });

  it('neither takes nor creates when the id belongs to another birth date', async () => {
    const directory = {
      ...aDirectory(record()),
      searchIdentifier: async () => [record({ DOB: '1999-01-01' })],
      createPatient: () => Promise.reject(new Error('must not be created')),
    };

    const match = await matchPatient(aSummary(), { directory, isCreating: true });

    assert.equal(match.kind, 'unclear');
  });
});
