// The /portal route table: what a patient sees of the own record.
import { requirePatientContext } from '../api-access.ts';
import { findPatient } from '../records/patients.ts';
import { ApiRefusal } from '../refusals.ts';
import { single } from './answers.ts';
import type { ApiAnswer, ApiRequest, ApiRoute, ApiWorld } from './api-route.ts';
import { portalAppointments } from './appointment.ts';
import { encountersOf, oneEncounter } from './encounter.ts';

type PatientHandler = (patient: string, request: ApiRequest, world: ApiWorld) => ApiAnswer;

const rows: readonly (readonly [string, PatientHandler])[] = [
  ['/portal/patient', (patient, _request, { records }) => single(findPatient(records, patient))],
  ['/portal/patient/encounter', encountersOf],
  [
    '/portal/patient/encounter/:euuid',
    (patient, { params }, { records }) => oneEncounter(patient, params['euuid'] ?? '', records),
  ],
  ['/portal/patient/appointment', (patient, _request, world) => portalAppointments(world, patient)],
  [
    '/portal/patient/appointment/:auuid',
    (patient, { params }, world) => portalAppointments(world, patient, params['auuid'] ?? ''),
  ],
];

export const portalRoutes: readonly ApiRoute[] = rows.map(([path, handle]) => ({
  method: 'GET',
  path,
  handle: (request, world) => handle(patientOf(request), request, world),
}));

function patientOf(request: ApiRequest): string {
  if (!request.bearer) throw new ApiRefusal('noPatientInContext');
  return requirePatientContext(request.bearer);
}
