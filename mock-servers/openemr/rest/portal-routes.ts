// The /portal route table: what a patient sees of the own record.

import { requirePatientContext } from '../api-access.ts';
import { findPatient } from '../records/patients.ts';
import { ApiRefusal } from '../refusals.ts';
import { single } from './answers.ts';
import type { ApiRequest, ApiRoute } from './api-route.ts';

export const portalRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/portal/patient',
    handle: (request, { records }) => single(findPatient(records, patientOf(request))),
  },
];

function patientOf(request: ApiRequest): string {
  if (!request.bearer) throw new ApiRefusal('noPatientInContext');
  return requirePatientContext(request.bearer);
}
