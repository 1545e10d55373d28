// One SQLite database holds one OpenEMR record. Like OpenEMR's own query layer it writes only the
// columns a table has and ignores the rest of what a client sent.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { columnsOf, type TableName } from './columns.ts';

export type Cell = string | number | null | Uint8Array;
export type Row = Record<string, Cell>;

/** Values as a client sent them; `insert` and `update` turn them into cells as MySQL would. */
export type Values = Readonly<Record<string, unknown>>;

interface Column {
  readonly name: string;
  readonly ddl: string;
  readonly isInteger: boolean;
}

export interface Database {
  all(sql: string, ...bound: readonly Cell[]): Row[];
  get(sql: string, ...bound: readonly Cell[]): Row | undefined;
  run(sql: string, ...bound: readonly Cell[]): void;
  /** @returns the new primary key */
  insert(table: TableName, values: Values): number;
  update(table: TableName, values: Values, key: Readonly<Record<string, Cell>>): void;
  /** Everything inside happens or nothing does. */
  transaction<T>(work: () => T): T;
  defineFunction(name: string, body: (text: Cell) => Cell): void;
  close(): void;
}

const schema = new Map<string, readonly Column[]>(
  Object.entries(columnsOf).map(([table, text]) => [table, text.split(/\s+/).map(parseColumn)]),
);

/** Opens an empty record. @param path - a file, or `:memory:` */
export function openDatabase(path = ':memory:'): Database {
  const sqlite = new DatabaseSync(path);
  sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  sqlite.exec([...schema].map(([table, columns]) => createTable(table, columns)).join(''));
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    const made = sqlite.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  const write = (table: TableName, values: Values, verb: (names: string[]) => string) => {
    const columns = (schema.get(table) ?? []).filter((column) =>
      Object.hasOwn(values, column.name),
    );
    const cells = columns.map((column) => toCell(values[column.name], column.isInteger));
    return { sql: verb(columns.map((column) => `"${column.name}"`)), cells };
  };

  return {
    all: (sql, ...bound) => prepare(sql).all(...bound) as Row[],
    get: (sql, ...bound) => prepare(sql).get(...bound) as Row | undefined,
    run: (sql, ...bound) => void prepare(sql).run(...bound),
    insert(table, values) {
      const { sql, cells } = write(table, values, (names) =>
        names.length === 0
          ? `INSERT INTO "${table}" DEFAULT VALUES`
          : `INSERT INTO "${table}" (${names.join()}) VALUES (${names.map(() => '?').join()})`,
      );
      return Number(prepare(sql).run(...cells).lastInsertRowid);
    },
    update(table, values, key) {
      const keys = Object.keys(key);
      const { sql, cells } = write(table, values, (names) =>
        names.length === 0
          ? ''
          : `UPDATE "${table}" SET ${names.map((name) => `${name} = ?`).join()} WHERE ${keys.map((name) => `"${name}" = ?`).join(' AND ')}`,
      );
      if (sql !== '') prepare(sql).run(...cells, ...Object.values(key));
    },
    transaction(work) {
      if (sqlite.isTransaction) return work();
      sqlite.exec('BEGIN');
      try {
        const result = work();
        sqlite.exec('COMMIT');
        return result;
      } catch (error) {
        sqlite.exec('ROLLBACK');
        throw error;
      }
    },
    defineFunction: (name, body) =>
      sqlite.function(name, { deterministic: true }, (text) => body(text as Cell)),
    close: () => sqlite.close(),
  };
}

/** Column names of a table, in the order of the real one. */
export function columnNames(table: TableName): readonly string[] {
  return (schema.get(table) ?? []).map((column) => column.name);
}

/** The names of all tables. */
export function tableNames(): readonly TableName[] {
  return Object.keys(columnsOf) as TableName[];
}

function createTable(table: string, columns: readonly Column[]): string {
  return `CREATE TABLE IF NOT EXISTS "${table}" (${columns.map((column) => column.ddl).join()});`;
}

function parseColumn(token: string): Column {
  const [head = '', fallback] = token.split(/=(.*)/s);
  const [name = '', kind = 'text'] = head.split(':');
  if (kind === 'pk')
    return { name, ddl: `"${name}" INTEGER PRIMARY KEY AUTOINCREMENT`, isInteger: true };
  const isInteger = kind === 'int';
  const type = { int: 'INTEGER', blob: 'BLOB' }[kind] ?? 'TEXT';
  const literal = isInteger ? fallback : `'${fallback}'`;
  const preset = fallback === undefined ? '' : ` DEFAULT ${literal}`;
  return { name, ddl: `"${name}" ${type}${preset}`, isInteger };
}

// OpenEMR runs MySQL with sql_mode='': a wrong number becomes 0 rather than an error. PHP binds an
// array as the word Array.
function toCell(value: unknown, isInteger: boolean): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  if (isInteger) return toInteger(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? 'Array' : String(value);
}

function toInteger(value: unknown): number {
  const number = typeof value === 'boolean' ? Number(value) : Number.parseInt(String(value), 10);
  return Number.isSafeInteger(number) ? number : 0;
}
