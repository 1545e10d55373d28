// The /api route table.
import type { ApiRoute } from './api-route.ts';
import { getPatient, listPatients, postPatient, putPatient } from './patient.ts';

export const restRoutes: readonly ApiRoute[] = [
  { method: 'GET', path: '/api/patient', acl: 'patients/demo', handle: listPatients },
  { method: 'POST', path: '/api/patient', acl: 'patients/demo', handle: postPatient },
  { method: 'GET', path: '/api/patient/:puuid', acl: 'patients/demo', handle: getPatient },
  { method: 'PUT', path: '/api/patient/:puuid', acl: 'patients/demo', handle: putPatient },
];
