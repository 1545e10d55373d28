// Messages (pnotes) and transactions (referrals): bare family, numeric pid.
import type { Row } from '../records/database.ts';
import { validate } from '../records/validation.ts';
import { messageFields, transactionFields } from '../records/validators.ts';
import { bare, bareInvalid, bodyOf } from './answers.ts';
import type { ApiWorld, Handler } from './api-route.ts';

export const postMessage: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(messageFields, values);
  if (failures) return bareInvalid(failures);
  const mid = world.records.database.insert('pnotes', {
    ...messageColumns(world, values),
    pid: request.params['pid'] ?? '',
    activity: 1,
    authorized: 1,
  });
  return bare({ mid }, world, 201);
};

export const putMessage: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(messageFields, values);
  if (failures) return bareInvalid(failures);
  const { pid = '', mid = '' } = request.params;
  const changed = messageColumns(world, values);
  world.records.database.update('pnotes', changed, { id: Number(mid), pid: Number(pid) });
  return bare({ mid }, world);
};

export const deleteMessage: Handler = ({ params }, world) => {
  const { pid = '', mid = '' } = params;
  world.records.database.update('pnotes', { deleted: 1 }, { id: Number(mid), pid: Number(pid) });
  return bare(true, world);
};

// MessageService::getFormattedMessageBody: each text starts with its time and its way.
function messageColumns(world: ApiWorld, values: Readonly<Record<string, unknown>>) {
  const { body, from, to, groupname, title, message_status } = values;
  const time = world.records.now().slice(0, 16);
  return {
    date: world.records.now(),
    body: `${time} (${from} to ${to}) ${body}`,
    user: from,
    assigned_to: to,
    groupname,
    title,
    message_status,
  };
}

/** Parameters of a referral and the form fields that keep them. */
const referralFields: Readonly<Record<string, string>> = {
  body: 'body',
  referralDate: 'refer_date',
  referByNpi: 'refer_from',
  referToNpi: 'refer_to',
  referDiagnosis: 'refer_diag',
  riskLevel: 'refer_risk_level',
  includeVitals: 'refer_vitals',
  referAuthorization: 'refer_authorization',
  authorization: 'refer_authorization',
  visits: 'refer_visits',
  validFrom: 'refer_validFrom',
  validThrough: 'refer_validThrough',
};

export const listTransactions: Handler = ({ params }, world) => {
  const { database } = world.records;
  const rows = database.all(
    'SELECT id, date, title AS type, user, groupname FROM transactions WHERE pid = ? ORDER BY id',
    params['pid'] ?? '',
  );
  const shown = rows.map((row): Row => {
    const fields = database.all(
      'SELECT field_id, field_value FROM lbt_data WHERE form_id = ?',
      row['id'] ?? null,
    );
    const kept = fields.map((field) => [String(field['field_id']), field['field_value'] ?? null]);
    return { ...row, ...Object.fromEntries(kept) };
  });
  return bare(shown, world);
};

export const postTransaction: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(transactionFields, values);
  if (failures) return bareInvalid(failures);
  const { database } = world.records;
  const id = database.transaction(() => {
    const key = database.insert('transactions', {
      date: world.records.now(),
      title: values['type'],
      pid: request.params['pid'] ?? '',
      user: request.bearer?.username ?? '',
      groupname: values['groupname'],
      authorized: 1,
    });
    writeFields(world, key, values);
    return key;
  });
  return bare({ id }, world);
};

export const putTransaction: Handler = (request, world) => {
  const values = bodyOf(request);
  const failures = validate(transactionFields, values);
  if (failures) return bareInvalid(failures);
  const tid = request.params['tid'] ?? '';
  const { database } = world.records;
  const known = database.get('SELECT id FROM transactions WHERE id = ?', tid);
  if (!known) return bare(undefined, world);
  database.transaction(() => {
    database.run('DELETE FROM lbt_data WHERE form_id = ?', tid);
    writeFields(world, Number(tid), values);
  });
  return bare({ id: tid }, world);
};

function writeFields(world: ApiWorld, id: number, values: Readonly<Record<string, unknown>>): void {
  for (const [name, field_id] of Object.entries(referralFields)) {
    if (!(name in values)) continue;
    world.records.database.insert('lbt_data', { form_id: id, field_id, field_value: values[name] });
  }
}
