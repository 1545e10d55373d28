// Tables of the FHIR store. `resource` holds the current version of each resource as it is sent;
// older versions move to `version`. Each type of search parameter has an index table, kept in the
// order of its values, with a second order by resource.

export const schema = `
CREATE TABLE IF NOT EXISTS resource(
  rid INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  method TEXT NOT NULL,
  body TEXT,
  UNIQUE(type, id)
);
CREATE INDEX IF NOT EXISTS resource_updated ON resource(type, updated, seq);
CREATE INDEX IF NOT EXISTS resource_seq ON resource(seq);
CREATE TABLE IF NOT EXISTS version(
  rid INTEGER NOT NULL,
  version INTEGER NOT NULL,
  type INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  method TEXT NOT NULL,
  body TEXT,
  PRIMARY KEY(rid, version)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS version_seq ON version(seq);
CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
${indexTable('string', 'norm TEXT, value TEXT', 'norm, rid, value')}
${indexTable('token', 'code TEXT, system TEXT', 'code, rid, system')}
${indexTable('reference', 'target INTEGER, id TEXT', 'id, rid, target')}
${indexTable('date', 'low INTEGER, high INTEGER', 'low, rid, high')}
CREATE INDEX IF NOT EXISTS index_date_high ON index_date(param, high, low, rid);
${indexTable('number', 'low REAL, high REAL', 'low, rid, high')}
${indexTable('quantity', 'low REAL, high REAL, system TEXT, code TEXT, unit TEXT', 'low, rid, high, system, code, unit')}
${indexTable('uri', 'value TEXT', 'value, rid')}
`;

function indexTable(name: string, columns: string, order: string): string {
  return `CREATE TABLE IF NOT EXISTS index_${name}(
  rid INTEGER NOT NULL, param INTEGER NOT NULL, ${columns.replaceAll(',', ' NOT NULL,')} NOT NULL,
  PRIMARY KEY(param, ${order})
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS index_${name}_rid ON index_${name}(rid, param);`;
}

/** Columns of each index table after rid and param, in the order of search/extract.ts. */
export const indexColumns = {
  string: ['norm', 'value'],
  token: ['code', 'system'],
  reference: ['target', 'id'],
  date: ['low', 'high'],
  number: ['low', 'high'],
  quantity: ['low', 'high', 'system', 'code', 'unit'],
  uri: ['value'],
} as const;
