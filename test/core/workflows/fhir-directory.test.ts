import assert from 'node:assert/strict';
import { WorkbenchError } from '#core/errors.ts';
import type { FhirClient } from '#core/fhir/client.ts';
import type { Patient } from '#core/fhir/r4.ts';
import { fhirDirectory } from '#core/workflows/fhir-directory.ts';

const hong: Patient = {
  resourceType: 'Patient',
  id: 'P-1',
  identifier: [{ value: 'MRN-1' }],
  name: [
    { family: '홍', given: ['길동'] },
    { family: 'Hong', given: ['Gildong', 'Middle'] },
  ],
  birthDate: '1985-06-15',
};

function directoryOf(...patients: Patient[]): {
  directory: ReturnType<typeof fhirDirectory>;
  asked: unknown[];
} {
  const asked: unknown[] = [];
  const searchPage = async (_type: string, params: unknown): Promise<unknown> => {
    asked.push(params);
    return { matches: patients };
  };
  const fhir = { searchPage } as unknown as Pick<FhirClient, 'searchPage'>;
  return { directory: fhirDirectory(fhir), asked };
}

describe('fhirDirectory', () => {
  it('searches by family name and birth date', async () => {
    const { directory, asked } = directoryOf();

    await directory.searchPatients({ fname: 'Gildong', lname: 'Hong', DOB: '1985-06-15' });

    assert.deepEqual(asked, [{ family: 'Hong', birthdate: '1985-06-15' }]);
  });

  it('answers with the name that was asked for, of the several that a patient has', async () => {
    const { directory } = directoryOf(hong);

    const found = await directory.searchPatients({ fname: '길동', lname: '홍', DOB: '1985-06-15' });

    assert.deepEqual(found, [
      {
        uuid: 'P-1',
        pid: '',
        fname: '길동',
        lname: '홍',
        DOB: '1985-06-15',
        pubpid: 'MRN-1',
      },
    ]);
  });

  it('leaves out who has the family name, but another given name', async () => {
    const { directory } = directoryOf(hong);

    const found = await directory.searchPatients({
      fname: 'Gil',
      lname: 'HONG',
      DOB: '1985-06-15',
    });

    assert.deepEqual(found, []);
  });

  it('searches by the patient id, whatever the name', async () => {
    const { directory, asked } = directoryOf(hong);

    const found = await directory.searchIdentifier?.('MRN-1');

    assert.deepEqual(asked, [{ identifier: 'MRN-1' }]);
    assert.deepEqual(
      found?.map(({ uuid, DOB }) => [uuid, DOB]),
      [['P-1', '1985-06-15']],
    );
  });

  it('refuses to create a patient', async () => {
    const { directory } = directoryOf();
    const input = { fname: 'a', lname: 'b', sex: 'Male', DOB: '1985-06-15' };

    await assert.rejects(
      directory.createPatient(input),
      (error) => error instanceof WorkbenchError && error.code === 'OAUTH_SETTINGS',
    );
  });
});
