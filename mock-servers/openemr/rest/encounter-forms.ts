// Vitals and SOAP notes of an encounter: bare family, numeric pid and encounter number in the path.
import type { TableName } from '../records/columns.ts';
import type { Row } from '../records/database.ts';
import { mapVitals } from '../records/mapped-uuids.ts';
import { soapNotes, vitals } from '../records/more-queries.ts';
import { type Query, select } from '../records/queries.ts';
import { type Field, validate } from '../records/validation.ts';
import { soapFields, vitalFields } from '../records/validators.ts';
import { storedNumber } from '../records/vital-codes.ts';
import { bare, bareInvalid, bodyOf } from './answers.ts';
import type { Handler } from './api-route.ts';

interface Form {
  readonly table: TableName;
  readonly query: Query;
  readonly fields: readonly Field[];
  readonly formName: string;
  readonly formdir: string;
  /** Name of the form's number, in the path and in answers. */
  readonly key: 'vid' | 'sid';
  readonly columns: readonly string[];
  readonly show: (row: Row) => Row;
}

const measured =
  `bps bpd weight height temperature pulse respiration BMI waist_circ head_circ oxygen_saturation`.split(
    ' ',
  );

const units: Readonly<Record<string, string>> = {
  weight: 'lb',
  height: 'in',
  head_circ: 'in',
  waist_circ: 'in',
  temperature: 'degF',
  pulse: '/min',
  respiration: '/min',
  BMI: 'kg/m2',
  bps: 'mm[Hg]',
  bpd: 'mm[Hg]',
  inhaled_oxygen_concentration: '%',
  oxygen_saturation: '%',
  oxygen_flow_rate: 'L/min',
  ped_weight_height: '%',
  ped_bmi: '%',
  ped_head_circ: '%',
};

const vitalForm: Form = {
  table: 'form_vitals',
  query: vitals,
  fields: vitalFields,
  formName: 'Vitals',
  formdir: 'vitals',
  key: 'vid',
  columns: [...measured, 'temp_method', 'note', 'BMI_status'],
  // VitalsService adds the unit of each measurement behind the columns.
  show: (row) => ({
    ...row,
    ...Object.fromEntries(Object.entries(units).map(([name, unit]) => [`${name}_unit`, unit])),
  }),
};

const soapForm: Form = {
  table: 'form_soap',
  query: soapNotes,
  fields: soapFields,
  formName: 'SOAP',
  formdir: 'soap',
  key: 'sid',
  columns: ['subjective', 'objective', 'assessment', 'plan'],
  show: (row) => row,
};

const list =
  (form: Form): Handler =>
  ({ params }, world) => {
    const { pid = '', eid = '' } = params;
    return bare(select(world.records, form.query, { pid, eid }).map(form.show), world);
  };

const one =
  (form: Form): Handler =>
  ({ params }, world) => {
    const { pid = '', eid = '' } = params;
    const key = params[form.key] ?? '';
    const row = select(world.records, form.query, { pid, eid, [form.key]: key })[0];
    return bare(row && form.show(row), world);
  };

const create =
  (form: Form): Handler =>
  (request, world) => {
    const values = bodyOf(request);
    const failures = validate(form.fields, values);
    if (failures) return bareInvalid(failures);
    const { database } = world.records;
    const { pid = '', eid = '' } = request.params;
    const ids = database.transaction(() => {
      const uuid = world.records.newUuid();
      const id = database.insert(form.table, {
        ...written(form, values),
        uuid,
        date: world.records.now(),
        pid,
        user: request.bearer?.username ?? '',
        groupname: 'Default',
        authorized: 0,
        activity: 1,
        last_updated: world.records.now(),
      });
      if (form.key === 'vid') mapVitals(world.records, uuid);
      const formId = database.insert('forms', {
        date: world.records.now(),
        encounter: eid,
        form_name: form.formName,
        form_id: id,
        pid,
        authorized: 1,
        formdir: form.formdir,
      });
      return { [form.key]: id, fid: formId };
    });
    return bare(ids, world, 201);
  };

/** Answers with the number as it stood in the path: a string. */
const update =
  (form: Form): Handler =>
  (request, world) => {
    const values = bodyOf(request);
    const failures = validate(form.fields, values);
    if (failures) return bareInvalid(failures);
    const key = request.params[form.key] ?? '';
    const changed = { ...written(form, values), date: world.records.now() };
    world.records.database.update(form.table, changed, { id: Number(key) });
    return bare({ [form.key]: key }, world);
  };

function written(form: Form, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sent = form.columns.filter((column) => column in values);
  return Object.fromEntries(
    sent.map((column) => {
      const isNumber = measured.includes(column) && values[column] !== '';
      const number = Number(values[column]);
      return [
        column,
        isNumber && Number.isFinite(number) ? storedNumber(column, number) : values[column],
      ];
    }),
  );
}

export const listVitals = list(vitalForm);
export const getVital = one(vitalForm);
export const postVital = create(vitalForm);
export const putVital = update(vitalForm);
export const listSoapNotes = list(soapForm);
export const getSoapNote = one(soapForm);
export const postSoapNote = create(soapForm);
export const putSoapNote = update(soapForm);
