// Create and update of Patient. Race, ethnicity, language and extensions are not written: OpenEMR's
// parseFhirResource does not read them.

import { createPatient, findPatient, updatePatient } from '../records/patients.ts';
import { forUpdate, validate } from '../records/validation.ts';
import { missingUuid, patientFields } from '../records/validators.ts';
import { bodyOf } from '../rest/answers.ts';
import type { ApiAnswer, Handler } from '../rest/api-route.ts';
import { findResource } from './interactions.ts';
import {
  activeAddress,
  identifierOf,
  mentioned,
  officialName,
  telecomOf,
  word,
  words,
} from './read-elements.ts';
import { structuralRefusal } from './resource-shape.ts';
import { patientService } from './resources/patient.ts';

/** 201 with `{"pid":7,"uuid":"..."}`: not a resource, and no Location. */
export const createPatientResource: Handler = (request, { records }) => {
  const resource = bodyOf(request);
  const refusal = structuralRefusal('Patient', resource);
  if (refusal) return refusal;
  const values = patientValues(resource);
  const failures = validate(patientFields, values);
  return failures ? invalid(failures) : { status: 201, body: createPatient(records, values) };
};

/** 200 with the whole resource. */
export const updatePatientResource: Handler = (request, world) => {
  const uuid = request.params['uuid'] ?? '';
  const resource = bodyOf(request);
  const refusal = structuralRefusal('Patient', resource);
  if (refusal) return refusal;
  const values = patientValues(resource);
  const failures = {
    ...validate(forUpdate(patientFields), values),
    ...(findPatient(world.records, uuid) ? {} : missingUuid(uuid)),
  };
  if (Object.keys(failures).length > 0) return invalid(failures);
  updatePatient(world.records, uuid, values);
  return { status: 200, body: findResource(patientService, uuid, world) };
};

/** Columns of patient_data. Absent demographics become empty, and validation then complains. */
function patientValues(resource: Readonly<Record<string, unknown>>): Record<string, string> {
  const name = officialName(resource);
  const address = activeAddress(resource);
  const lines = words(address?.['line']);
  return {
    fname: name.given[0] ?? '',
    lname: name.family,
    sex: word(resource['gender']),
    DOB: word(resource['birthDate']),
    ...mentioned({
      title: name.prefix || undefined,
      mname: name.given[1],
      ss: identifierOf(resource, 'SS'),
      pubpid: identifierOf(resource, 'PT'),
      phone_home: telecomOf(resource, 'phone', 'home'),
      phone_biz: telecomOf(resource, 'phone', 'work'),
      phone_cell: telecomOf(resource, 'phone', 'mobile'),
      email: telecomOf(resource, 'email'),
      street: lines[0],
      street_line_2: lines[1],
      city: address && word(address['city']),
      county: address && word(address['district']),
      state: address && word(address['state']),
      postal_code: address && word(address['postalCode']),
      country_code: address && word(address['country']),
    }),
  };
}

function invalid(failures: unknown): ApiAnswer {
  return { status: 400, body: { validationErrors: failures } };
}
