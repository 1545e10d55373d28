// Patients for the send workflow where the token is a system's: OpenEMR's own API refuses it, its FHIR
// endpoint lets it search.
import { WorkbenchError } from '../errors.ts';
import type { FhirClient } from '../fhir/client.ts';
import type { HumanName, Patient } from '../fhir/r4.ts';
import type { PatientRecord } from '../openemr/wire.ts';
import { text } from '../text.ts';
import type { PatientDirectory } from './send-dicom-patient.ts';

/** Looks only: a system token may not write. */
export function fhirDirectory(fhir: Pick<FhirClient, 'searchPage'>): PatientDirectory {
  return {
    async searchPatients({ fname, lname, DOB }, cancel) {
      const params = { family: lname, birthdate: DOB };
      const { matches } = await fhir.searchPage('Patient', params, cancel);
      return matches.flatMap((patient) => recordsOf(patient, { fname, lname }));
    },
    async searchIdentifier(patientId, cancel) {
      const params = { identifier: patientId };
      const { matches } = await fhir.searchPage('Patient', params, cancel);
      return matches.flatMap((patient) => recordOf(patient, patient.name?.[0] ?? {}));
    },
    createPatient: () => Promise.reject(noCreation()),
  };
}

/** One record for the name that was asked for: a FHIR patient may have several. */
function recordsOf(
  patient: Patient,
  wanted: { readonly fname: string; readonly lname: string },
): PatientRecord[] {
  const name = patient.name?.find((candidate) => isNamed(candidate, wanted));
  return name === undefined ? [] : recordOf(patient, name);
}

function recordOf({ id, birthDate, identifier = [] }: Patient, name: HumanName): PatientRecord[] {
  if (id === undefined) return [];
  return [
    {
      uuid: id,
      pid: '',
      fname: givenOf(name),
      lname: name.family ?? '',
      DOB: birthDate ?? null,
      pubpid: identifier[0]?.value ?? null,
    },
  ];
}

function isNamed(name: HumanName, { fname, lname }: { fname: string; lname: string }): boolean {
  const equal = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
  return equal(givenOf(name), fname) && equal(name.family ?? '', lname);
}

/** OpenEMR puts first and middle name into `given`; the first is what DICOM calls the given name. */
function givenOf({ given = [] }: HumanName): string {
  return given[0] ?? '';
}

function noCreation(): WorkbenchError {
  return new WorkbenchError(
    'OAUTH_SETTINGS',
    text('A system token cannot create patients. Use the password grant of a user who may.'),
  );
}
