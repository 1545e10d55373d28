// medical_problem and allergy: envelope, uuids. medication, surgery and dental_issue: bare, numbers.

import type { Row } from '../records/database.ts';
import { dictionary } from '../records/dictionary.ts';
import { pidOf } from '../records/patients.ts';
import { allergies, listRows, problems, type Query, select } from '../records/queries.ts';
import { isUuid, type Records } from '../records/records.ts';
import { type Field, forUpdate, validate } from '../records/validation.ts';
import { allergyFields, listFields, problemFields } from '../records/validators.ts';
import {
  bare,
  bareInvalid,
  bodyOf,
  invalid,
  many,
  queryOf,
  single,
  unknownUuid,
} from './answers.ts';
import type { ApiAnswer, Handler } from './api-route.ts';

interface UuidList {
  readonly type: 'medical_problem' | 'allergy';
  readonly query: Query;
  readonly fields: readonly Field[];
  /** Name of the row's uuid in the path. */
  readonly key: 'muuid' | 'auuid';
}

const problemList: UuidList = {
  type: 'medical_problem',
  query: problems,
  fields: problemFields,
  key: 'muuid',
};
const allergyList: UuidList = {
  type: 'allergy',
  query: allergies,
  fields: allergyFields,
  key: 'auuid',
};

const systems = dictionary<string>({
  ICD10: 'http://hl7.org/fhir/sid/icd-10-cm',
  'SNOMED-CT': 'http://snomed.info/sct',
  RXCUI: 'http://www.nlm.nih.gov/research/umls/rxnorm',
});

// BaseService::addCoding: the stored codes become an object with one key a code.
function shown(row: Row): Record<string, unknown> {
  const codes = String(row['diagnosis'] ?? '')
    .split(';')
    .filter((code) => code !== '');
  if (codes.length === 0) return row;
  const diagnosis = Object.fromEntries(
    codes.map((stored) => {
      const [type = '', code = ''] = stored.split(/:(.*)/s);
      const system = systems[type] ?? '';
      return [code, { code, description: row['title'], code_type: type, system }];
    }),
  );
  return { ...row, diagnosis };
}

// ConditionService and AllergyIntoleranceService word it their own way (facts 4.2).
const unknownRow: ApiAnswer = invalid({ UUID: ['invalid or nonexisting value'] });

const listAll =
  (list: UuidList): Handler =>
  (request, world) =>
    many(select(world.records, list.query, queryOf(request)).map(shown), request, world);

const listOfPatient =
  (list: UuidList): Handler =>
  (request, world) => {
    const puuid = request.params['puuid'] ?? '';
    if (world.settings().bugs.patientAllergyAndProblemListsEmpty) {
      // OpenEMR compares the uuid with the numeric pid (issue 10827).
      request.note({ key: 'openemr.patient-list-empty', args: { list: list.type } });
      return many([], request, world);
    }
    if (pidOf(world.records, puuid) === undefined) return unknownUuid(puuid);
    return many(select(world.records, list.query, { puuid }).map(shown), request, world);
  };

const getOne =
  (list: UuidList): Handler =>
  ({ params }, { records }) => {
    const row = findRow(list, records, params[list.key] ?? '', params['puuid']);
    return row ? single(shown(row)) : unknownRow;
  };

const post =
  (list: UuidList): Handler =>
  (request, { records }) => {
    const puuid = request.params['puuid'] ?? '';
    const values = bodyOf(request);
    const failures = validate(list.fields, values);
    if (failures) return invalid(failures);
    const pid = pidOf(records, puuid);
    if (pid === undefined) return unknownUuid(puuid);
    const uuid = records.newUuid();
    const id = insertListRow(records, list.type, pid, { ...values, uuid });
    return single({ id, uuid }, 201);
  };

const put =
  (list: UuidList): Handler =>
  (request, { records }) => {
    const uuid = request.params[list.key] ?? '';
    const values = bodyOf(request);
    const failures = validate(forUpdate(list.fields), values);
    if (failures) return invalid(failures);
    const row = findRow(list, records, uuid, request.params['puuid']);
    if (!row) return unknownRow;
    updateListRow(records, Number(row['id']), values);
    const changed = findRow(list, records, uuid);
    return single(changed && shown(changed));
  };

const remove =
  (list: UuidList): Handler =>
  ({ params }, { records }) => {
    const row = findRow(list, records, params[list.key] ?? '', params['puuid']);
    if (!row) return unknownRow;
    records.database.run('DELETE FROM lists WHERE id = ?', row['id'] ?? null);
    return single([]);
  };

function findRow(list: UuidList, records: Records, uuid: string, puuid?: string): Row | undefined {
  if (!isUuid(uuid)) return undefined;
  return select(records, list.query, { uuid, ...(puuid === undefined ? {} : { puuid }) })[0];
}

function insertListRow(
  records: Records,
  type: string,
  pid: number | string,
  sent: Readonly<Record<string, unknown>>,
): number {
  const { id: _id, ...values } = sent;
  return records.database.insert('lists', {
    ...values,
    date: records.now(),
    activity: 1,
    type,
    pid,
    modifydate: records.now(),
  });
}

function updateListRow(
  records: Records,
  id: number,
  sent: Readonly<Record<string, unknown>>,
): void {
  const { id: _id, uuid: _uuid, pid: _pid, type: _type, ...values } = sent;
  records.database.update('lists', { ...values, modifydate: records.now() }, { id });
}

/** The five handlers of one kind that is kept by number. @param key - its name in the path */
export function numberedList(type: string, key: string) {
  const list: Handler = ({ params }, world) =>
    bare(select(world.records, listRows, { pid: params['pid'] ?? '', type }), world);
  const one: Handler = ({ params }, world) =>
    bare(
      select(world.records, listRows, { pid: params['pid'] ?? '', type, id: params[key] ?? '' })[0],
      world,
    );
  const create: Handler = (request, world) => {
    const values = bodyOf(request);
    const failures = validate(listFields, values);
    if (failures) return bareInvalid(failures);
    const uuid = world.records.newUuid();
    const id = insertListRow(world.records, type, request.params['pid'] ?? '', { ...values, uuid });
    return bare({ id }, world, 201);
  };
  const update: Handler = (request, world) => {
    const values = bodyOf(request);
    const failures = validate(listFields, values);
    if (failures) return bareInvalid(failures);
    const id = request.params[key] ?? '';
    updateListRow(world.records, Number(id), values);
    return bare({ id }, world);
  };
  const erase: Handler = ({ params }, world) => {
    world.records.database.run(
      'DELETE FROM lists WHERE pid = ? AND type = ? AND id = ?',
      params['pid'] ?? '',
      type,
      params[key] ?? '',
    );
    return bare(true, world);
  };
  return { list, one, create, update, erase };
}

export const listProblems = listAll(problemList);
export const getProblem = getOne(problemList);
export const listPatientProblems = listOfPatient(problemList);
export const postProblem = post(problemList);
export const putProblem = put(problemList);
export const deleteProblem = remove(problemList);
export const listAllergies = listAll(allergyList);
export const getAllergy = getOne(allergyList);
export const listPatientAllergies = listOfPatient(allergyList);
export const postAllergy = post(allergyList);
export const putAllergy = put(allergyList);
export const deleteAllergy = remove(allergyList);
