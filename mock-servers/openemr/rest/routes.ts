// The /api route table of OpenEMR 7.0.3 and 7.0.4 (apis/routes/_rest_routes_standard.inc.php): method,
// path, the permission a member of staff needs, handler. An operation stands before an id it could be
// taken for.
import type { ApiRoute, Handler, Method } from './api-route.ts';
import * as appointment from './appointment.ts';
import * as catalogue from './catalogue.ts';
import * as correspondence from './correspondence.ts';
import * as document from './document.ts';
import * as encounter from './encounter.ts';
import * as form from './encounter-forms.ts';
import * as insurance from './insurance.ts';
import * as patient from './patient.ts';
import * as problem from './problem-lists.ts';
import { numberedList } from './problem-lists.ts';
import * as staff from './staff.ts';

const medication = numberedList('medication', 'mid');
const surgery = numberedList('surgery', 'sid');
const dentalIssue = numberedList('dental_issue', 'did');

const rows: readonly (readonly [Method, string, string, Handler])[] = [
  ['GET', '/api/facility', 'admin/users', staff.listFacilities],
  ['GET', '/api/facility/:fuuid', 'admin/users', staff.getFacility],
  ['POST', '/api/facility', 'admin/super', staff.postFacility],
  ['PUT', '/api/facility/:fuuid', 'admin/super', staff.putFacility],
  ['GET', '/api/patient', 'patients/demo', patient.listPatients],
  ['POST', '/api/patient', 'patients/demo', patient.postPatient],
  ['PUT', '/api/patient/:puuid', 'patients/demo', patient.putPatient],
  ['GET', '/api/patient/:puuid', 'patients/demo', patient.getPatient],
  ['GET', '/api/patient/:puuid/encounter', 'encounters/auth_a', encounter.listEncounters],
  ['POST', '/api/patient/:puuid/encounter', 'encounters/auth_a', encounter.postEncounter],
  ['PUT', '/api/patient/:puuid/encounter/:euuid', 'encounters/auth_a', encounter.putEncounter],
  ['GET', '/api/patient/:puuid/encounter/:euuid', 'encounters/auth_a', encounter.getEncounter],
  ['GET', '/api/patient/:pid/encounter/:eid/soap_note', 'encounters/notes', form.listSoapNotes],
  ['POST', '/api/patient/:pid/encounter/:eid/vital', 'encounters/notes', form.postVital],
  ['PUT', '/api/patient/:pid/encounter/:eid/vital/:vid', 'encounters/notes', form.putVital],
  ['GET', '/api/patient/:pid/encounter/:eid/vital', 'encounters/notes', form.listVitals],
  ['GET', '/api/patient/:pid/encounter/:eid/vital/:vid', 'encounters/notes', form.getVital],
  ['GET', '/api/patient/:pid/encounter/:eid/soap_note/:sid', 'encounters/notes', form.getSoapNote],
  ['POST', '/api/patient/:pid/encounter/:eid/soap_note', 'encounters/notes', form.postSoapNote],
  ['PUT', '/api/patient/:pid/encounter/:eid/soap_note/:sid', 'encounters/notes', form.putSoapNote],
  ['GET', '/api/practitioner', 'admin/users', staff.listPractitioners],
  ['GET', '/api/practitioner/:pruuid', 'admin/users', staff.getPractitioner],
  ['POST', '/api/practitioner', 'admin/users', staff.postPractitioner],
  ['PUT', '/api/practitioner/:pruuid', 'admin/users', staff.putPractitioner],
  ['GET', '/api/medical_problem', 'encounters/notes', problem.listProblems],
  ['GET', '/api/medical_problem/:muuid', 'encounters/notes', problem.getProblem],
  ['GET', '/api/patient/:puuid/medical_problem', 'encounters/notes', problem.listPatientProblems],
  ['GET', '/api/patient/:puuid/medical_problem/:muuid', 'patients/med', problem.getProblem],
  ['POST', '/api/patient/:puuid/medical_problem', 'patients/med', problem.postProblem],
  ['PUT', '/api/patient/:puuid/medical_problem/:muuid', 'patients/med', problem.putProblem],
  ['DELETE', '/api/patient/:puuid/medical_problem/:muuid', 'patients/med', problem.deleteProblem],
  ['GET', '/api/allergy', 'patients/med', problem.listAllergies],
  ['GET', '/api/allergy/:auuid', 'patients/med', problem.getAllergy],
  ['GET', '/api/patient/:puuid/allergy', 'patients/med', problem.listPatientAllergies],
  ['GET', '/api/patient/:puuid/allergy/:auuid', 'patients/med', problem.getAllergy],
  ['POST', '/api/patient/:puuid/allergy', 'patients/med', problem.postAllergy],
  ['PUT', '/api/patient/:puuid/allergy/:auuid', 'patients/med', problem.putAllergy],
  ['DELETE', '/api/patient/:puuid/allergy/:auuid', 'patients/med', problem.deleteAllergy],
  ['GET', '/api/patient/:pid/medication', 'patients/med', medication.list],
  ['POST', '/api/patient/:pid/medication', 'patients/med', medication.create],
  ['PUT', '/api/patient/:pid/medication/:mid', 'patients/med', medication.update],
  ['GET', '/api/patient/:pid/medication/:mid', 'patients/med', medication.one],
  ['DELETE', '/api/patient/:pid/medication/:mid', 'patients/med', medication.erase],
  ['GET', '/api/patient/:pid/surgery', 'patients/med', surgery.list],
  ['GET', '/api/patient/:pid/surgery/:sid', 'patients/med', surgery.one],
  ['DELETE', '/api/patient/:pid/surgery/:sid', 'patients/med', surgery.erase],
  ['POST', '/api/patient/:pid/surgery', 'patients/med', surgery.create],
  ['PUT', '/api/patient/:pid/surgery/:sid', 'patients/med', surgery.update],
  ['GET', '/api/patient/:pid/dental_issue', 'patients/med', dentalIssue.list],
  ['GET', '/api/patient/:pid/dental_issue/:did', 'patients/med', dentalIssue.one],
  ['DELETE', '/api/patient/:pid/dental_issue/:did', 'patients/med', dentalIssue.erase],
  ['POST', '/api/patient/:pid/dental_issue', 'patients/med', dentalIssue.create],
  ['PUT', '/api/patient/:pid/dental_issue/:did', 'patients/med', dentalIssue.update],
  ['GET', '/api/patient/:pid/appointment', 'patients/appt', appointment.listPatientAppointments],
  ['POST', '/api/patient/:pid/appointment', 'patients/appt', appointment.postAppointment],
  ['GET', '/api/appointment', 'patients/appt', appointment.listAppointments],
  ['GET', '/api/appointment/:eid', 'patients/appt', appointment.getAppointment],
  ['DELETE', '/api/patient/:pid/appointment/:eid', 'patients/appt', appointment.deleteAppointment],
  ['GET', '/api/patient/:pid/appointment/:eid', 'patients/appt', appointment.getAppointment],
  ['GET', '/api/list/:list_name', 'lists/default', catalogue.listListOptions],
  ['GET', '/api/user', 'admin/users', staff.listUsers],
  ['GET', '/api/user/:uuid', 'admin/users', staff.getUser],
  ['GET', '/api/version', '', catalogue.getVersion],
  ['GET', '/api/product', '', catalogue.getProduct],
  ['GET', '/api/insurance_company', '', insurance.listCompanies],
  ['GET', '/api/insurance_company/:iid', '', insurance.getCompany],
  ['GET', '/api/insurance_type', '', insurance.listInsuranceTypes],
  ['POST', '/api/insurance_company', '', insurance.postCompany],
  ['PUT', '/api/insurance_company/:iid', '', insurance.putCompany],
  ['POST', '/api/patient/:pid/document', '', document.postDocument],
  ['GET', '/api/patient/:pid/document', '', document.listDocuments],
  ['GET', '/api/patient/:pid/document/:did', '', document.getDocument],
  ['GET', '/api/patient/:puuid/employer', '', catalogue.listEmployers],
  ['GET', '/api/patient/:puuid/insurance', '', insurance.listInsurance],
  ['GET', '/api/patient/:puuid/insurance/$swap-insurance', '', insurance.swapInsurance],
  ['GET', '/api/patient/:puuid/insurance/:uuid', '', insurance.getInsurance],
  ['PUT', '/api/patient/:puuid/insurance/:insuranceUuid', 'patients/demo', insurance.putInsurance],
  ['POST', '/api/patient/:puuid/insurance', 'patients/demo', insurance.postInsurance],
  ['POST', '/api/patient/:pid/message', 'patients/notes', correspondence.postMessage],
  ['GET', '/api/patient/:pid/transaction', 'patients/trans', correspondence.listTransactions],
  ['POST', '/api/patient/:pid/transaction', 'patients/trans', correspondence.postTransaction],
  ['PUT', '/api/transaction/:tid', 'patients/trans', correspondence.putTransaction],
  ['PUT', '/api/patient/:pid/message/:mid', 'patients/notes', correspondence.putMessage],
  ['DELETE', '/api/patient/:pid/message/:mid', 'patients/notes', correspondence.deleteMessage],
  ['GET', '/api/immunization', 'patients/med', catalogue.listImmunizations],
  ['GET', '/api/immunization/:uuid', 'patients/med', catalogue.getImmunization],
  ['GET', '/api/procedure', 'patients/med', catalogue.listProcedures],
  ['GET', '/api/procedure/:uuid', 'patients/med', catalogue.getProcedure],
  ['GET', '/api/drug', 'patients/med', catalogue.listDrugs],
  ['GET', '/api/drug/:uuid', 'patients/med', catalogue.getDrug],
  ['GET', '/api/prescription', 'patients/med', catalogue.listPrescriptions],
  ['GET', '/api/prescription/:uuid', 'patients/med', catalogue.getPrescription],
];

// These two ask for a token in 7.0.3 but for no scope, and for nothing in 7.0.4.
const scopeless = new Set(['/api/version', '/api/product']);

export const restRoutes: readonly ApiRoute[] = rows.map(([method, path, acl, handle]) => ({
  method,
  path,
  handle,
  ...(acl === '' ? {} : { acl }),
  ...(scopeless.has(path) ? { needsNoScope: true } : {}),
}));
