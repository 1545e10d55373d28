// Finds patients whose name or address contains a piece of text without reading every patient. Each
// field is indexed by its single characters and its pairs, because a Korean surname is one character
// long and a trigram index would miss it.
import type { Cell, Database, Row } from './database.ts';

/** Fields that GET /api/patient matches by contains (facts 4.2). */
export const containsFields = ['fname', 'lname', 'street', 'postal_code', 'city', 'state'] as const;

/** Fields that are compared as a whole, without case. */
const exactFields = [
  'uuid',
  'ss',
  'pubpid',
  'email',
  'phone_home',
  'phone_biz',
  'phone_cell',
  'DOB',
];

/** What rows are joined by. */
const keys = [
  ['patient_data', 'pid'],
  ['patient_data', 'uuid'],
  ['patient_data', 'providerID'],
  ['form_encounter', 'pid'],
  ['form_encounter', 'encounter'],
  ['forms', 'form_id'],
  ['forms', 'encounter'],
  ['form_vitals', 'uuid'],
  ['lists', 'pid'],
  ['procedure_report', 'procedure_order_id'],
  ['procedure_result', 'procedure_report_id'],
  ['procedure_order_code', 'procedure_order_id'],
  ['procedure_specimen', 'procedure_order_id'],
  ['uuid_mapping', 'target_uuid'],
  ['uuid_mapping', 'uuid'],
] as const;

/** Creates the index tables and the SQL function `fold`; call once for a fresh database. */
export function createPatientIndex(database: Database): void {
  database.defineFunction('fold', (text) => (typeof text === 'string' ? fold(text) : text));
  database.run(
    `CREATE VIRTUAL TABLE IF NOT EXISTS patient_grams USING fts5(${['mname', ...containsFields].join()},
     content='', contentless_delete=1, detail=full)`,
  );
  const index = (table: string, column: string, collation = '') =>
    database.run(
      `CREATE INDEX IF NOT EXISTS "${table}_${column}${collation}" ON ${table} ("${column}"${collation && ` COLLATE ${collation}`})`,
    );
  for (const column of exactFields) index('patient_data', column, 'NOCASE');
  for (const [table, column] of keys) index(table, column);
}

/** Brings the index up to date with one row of patient_data. */
export function indexPatient(database: Database, patient: Row): void {
  const pid = patient['pid'] ?? null;
  const fields = ['mname', ...containsFields];
  database.run('DELETE FROM patient_grams WHERE rowid = ?', pid);
  database.run(
    `INSERT INTO patient_grams (rowid, ${fields.join()}) VALUES (?, ${fields.map(() => '?').join()})`,
    pid,
    ...fields.map((field) => grams(String(patient[field] ?? '')).join(' ')),
  );
}

/**
 * Condition on `pid`: the field contains the text. A run of neighbouring pairs is a phrase of the index,
 * so nothing has to be compared afterwards.
 *
 * @returns undefined for an empty text, which everything contains
 */
export function contains(field: string, text: string): { sql: string; bound: Cell[] } | undefined {
  const characters = [...fold(text)];
  if (characters.length === 0) return undefined;
  const phrase = characters.length === 1 ? [gram(characters)] : pairs(characters);
  return {
    sql: 'pid IN (SELECT rowid FROM patient_grams WHERE patient_grams MATCH ?)',
    bound: [`${field} : "${phrase.join(' ')}"`],
  };
}

/** Text as MySQL's utf8mb4_general_ci compares it: without case and without accents. */
export function fold(text: string): string {
  // Hangul is left alone: taking its decomposition apart would turn syllables into letters.
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

// Pairs in their order, then each character once.
function grams(text: string): string[] {
  const characters = [...fold(text)];
  return [...pairs(characters), ...new Set(characters.map((character) => gram([character])))];
}

function pairs(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => gram([characters[index] ?? '', character]));
}

// Written as letters and digits only, so the tokenizer keeps a gram whole whatever it consists of.
function gram(characters: readonly string[]): string {
  return characters.map((character) => `u${(character.codePointAt(0) ?? 0).toString(16)}`).join('');
}
