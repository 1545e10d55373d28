// Finds patients whose name or address contains a piece of text without reading every patient. Each
// field is indexed by its single characters and its pairs, because a Korean surname is one character
// long and a trigram index would miss it.
import type { Cell, Database, Row } from './database.ts';

/** Fields that GET /api/patient matches by contains (facts 4.2). */
export const containsFields = ['fname', 'lname', 'street', 'postal_code', 'city', 'state'] as const;

/** Creates the index tables and the SQL function `fold`; call once for a fresh database. */
export function createPatientIndex(database: Database): void {
  database.defineFunction('fold', (text) => (typeof text === 'string' ? fold(text) : text));
  database.run(
    `CREATE VIRTUAL TABLE IF NOT EXISTS patient_grams USING fts5(${['mname', ...containsFields].join()},
     content='', contentless_delete=1, detail=full)`,
  );
  for (const column of [
    'pid',
    'uuid',
    'ss',
    'pubpid',
    'email',
    'phone_home',
    'phone_biz',
    'phone_cell',
    'DOB',
  ])
    database.run(
      `CREATE INDEX IF NOT EXISTS patient_${column} ON patient_data ("${column}" COLLATE NOCASE)`,
    );
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

/** Condition that narrows `pid` to the patients that may contain the text; the caller still compares. */
export function mayContain(
  field: string,
  text: string,
): { sql: string; bound: Cell[] } | undefined {
  const folded = [...fold(text)];
  if (folded.length === 0) return undefined;
  const wanted = folded.length === 1 ? [gram(folded)] : pairs(folded);
  return {
    sql: 'pid IN (SELECT rowid FROM patient_grams WHERE patient_grams MATCH ?)',
    bound: [`${field} : (${[...new Set(wanted)].join(' AND ')})`],
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

function grams(text: string): string[] {
  const characters = [...fold(text)];
  return [...new Set([...characters.map((character) => gram([character])), ...pairs(characters)])];
}

function pairs(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => gram([characters[index] ?? '', character]));
}

// Written as letters and digits only, so the tokenizer keeps a gram whole whatever it consists of.
function gram(characters: readonly string[]): string {
  return characters.map((character) => `u${(character.codePointAt(0) ?? 0).toString(16)}`).join('');
}
