// GET, POST, PUT /api/patient.
import {
  createPatient,
  findPatient,
  patientFilters,
  searchPatients,
  updatePatient,
} from '../records/patients.ts';
import { forUpdate, validate } from '../records/validation.ts';
import { missingUuid, patientFields } from '../records/validators.ts';
import { bodyOf, invalid, many, queryOf, single, unknownUuid } from './answers.ts';
import type { ApiWorld, Handler } from './api-route.ts';

const maxLimit = 200;

export const listPatients: Handler = (request, world) => {
  const query = queryOf(request);
  const limit = Math.min(Math.max(Number.parseInt(query['_limit'] ?? '', 10) || 0, 0), maxLimit);
  const offset = Math.max(Number.parseInt(query['_offset'] ?? '', 10) || 0, 0);
  const filters = Object.fromEntries(
    Object.entries(query).filter(([name]) => patientFilters.includes(name)),
  );
  const found = searchPatients(world.records, {
    filters,
    sort: sortOf(query['_sort']),
    ...(limit > 0 ? { limit: limit + 1, offset } : {}),
  });
  const hasMore = limit > 0 && found.length > limit;
  if (hasMore && givesOneMore(world)) {
    request.note({ key: 'openemr.limit-gives-one-more', args: { limit } });
    return many(found, request, world, { limit, offset });
  }
  const rows = hasMore ? found.slice(0, limit) : found;
  return many(rows, request, world, { limit, offset, hasMore });
};

export const getPatient: Handler = (request, { records }) => {
  const uuid = request.params['puuid'] ?? '';
  const patient = findPatient(records, uuid);
  return patient ? single(patient) : unknownUuid(uuid);
};

export const postPatient: Handler = (request, { records }) => {
  const values = bodyOf(request);
  const failures = validate(patientFields, values);
  return failures ? invalid(failures) : single(createPatient(records, values), 201);
};

export const putPatient: Handler = (request, { records }) => {
  const uuid = request.params['puuid'] ?? '';
  const values = bodyOf(request);
  const failures = {
    ...validate(forUpdate(patientFields), values),
    ...(findPatient(records, uuid) ? {} : missingUuid(uuid)),
  };
  if (Object.keys(failures).length > 0) return invalid(failures);
  updatePatient(records, uuid, values);
  return single(findPatient(records, uuid));
};

// OpenEMR 7.0.3 ProcessingResult.php:139: `min(0, limit)` never trims the extra row it asked for.
function givesOneMore({ profile, settings }: ApiWorld): boolean {
  return profile.limitIsBroken && settings().bugs.limitGivesOneMore;
}

function sortOf(sort: string | undefined): { column: string; descending: boolean }[] {
  return (sort ?? '')
    .split(',')
    .filter((column) => column !== '')
    .map((column) => ({ column: column.replace(/^-/, ''), descending: column.startsWith('-') }));
}
