// Who can sign in: staff of the users table, patients of the portal.
import type { Accounts, PatientAccount, StaffUser } from '../contracts.ts';
import type { Row } from './database.ts';
import { searchPatients } from './patients.ts';
import { isUuid, type Records } from './records.ts';

const staffColumns = 'uuid, username, fname, lname, email, npi';
const patientColumns = `p.uuid, p.pid, p.fname, p.lname, p.DOB, p.sex, p.email, a.portal_username
  FROM patient_data p LEFT JOIN patient_access_onsite a ON a.pid = p.pid`;

export function createAccounts(records: Records): Accounts {
  const { database } = records;
  const patientWhere = (condition: string, ...bound: string[]) => {
    const row = database.get(`SELECT ${patientColumns} WHERE ${condition}`, ...bound);
    return row && toPatient(row);
  };
  const staffWhere = (condition: string, ...bound: string[]) => {
    const row = database.get(`SELECT ${staffColumns} FROM users WHERE ${condition}`, ...bound);
    return row && toStaff(row);
  };
  return {
    staffByLogin: (username, password) =>
      staffWhere(
        "username = ? AND password = ? AND password <> '' AND active = 1",
        username,
        password,
      ),
    staffByUuid: (uuid) => (isUuid(uuid) ? staffWhere('uuid = ? COLLATE NOCASE', uuid) : undefined),
    systemUser() {
      const user = staffWhere('username = ?', 'oe-system');
      if (!user) throw new TypeError('The record has no oe-system user');
      return user;
    },
    patientByLogin: (username, password, email) =>
      patientWhere(
        "a.portal_username = ? AND a.portal_pwd = ? AND a.portal_pwd <> '' AND p.email = ? COLLATE NOCASE",
        username,
        password,
        email,
      ),
    patientByUuid: (uuid) =>
      isUuid(uuid) ? patientWhere('p.uuid = ? COLLATE NOCASE', uuid) : undefined,
    searchPatients(name, limit) {
      const fields = name === '' ? [{}] : [{ lname: name }, { fname: name }];
      const found = fields.flatMap((filters) => searchPatients(records, { filters, limit }));
      const unique = new Map(found.map((patient) => [patient['pid'], patient as Row]));
      return [...unique.values()].slice(0, limit).map(toPatient);
    },
  };
}

function toStaff(row: Row): StaffUser {
  return {
    uuid: String(row['uuid']),
    username: String(row['username'] ?? ''),
    firstName: String(row['fname'] ?? ''),
    lastName: String(row['lname'] ?? ''),
    ...(row['email'] ? { email: String(row['email']) } : {}),
    ...(row['npi'] ? { npi: String(row['npi']) } : {}),
  };
}

function toPatient(row: Row): PatientAccount {
  return {
    uuid: String(row['uuid']),
    pid: Number(row['pid']),
    firstName: String(row['fname'] ?? ''),
    lastName: String(row['lname'] ?? ''),
    birthDate: String(row['DOB'] ?? ''),
    sex: String(row['sex'] ?? ''),
    ...(row['email'] ? { email: String(row['email']) } : {}),
    ...(row['portal_username'] ? { username: String(row['portal_username']) } : {}),
  };
}
