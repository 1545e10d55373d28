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

interface Shape {
  readonly columns: readonly Column[];
  /** Absent when no sent key is a column. */
  readonly statement: StatementSync | undefined;
}

export interface Database {
  all(sql: string, ...bound: readonly Cell[]): Row[];
  get(sql: string, ...bound: readonly Cell[]): Row | undefined;
  run(sql: string, ...bound: readonly Cell[]): void;
  /** Statements without parameters. */
  script(sql: string): void;
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
  // Which of the sent keys are columns, and the statement for them: the same for every row of a kind.
  const shapes = new Map<string, Shape>();
  const shapeOf = (table: TableName, values: Values, verb: 'insert' | 'update', key: string[]) => {
    const names = Object.keys(values);
    const signature = `${verb} ${table} ${names.join()} ${key.join()}`;
    const known = shapes.get(signature);
    if (known) return known;
    const columns = (schema.get(table) ?? []).filter((column) => names.includes(column.name));
    const sql = verb === 'insert' ? insertSql(table, columns) : updateSql(table, columns, key);
    const made = { columns, statement: columns.length > 0 ? prepare(sql) : undefined };
    // A client decides on the keys, so the memory must not grow with what it invents.
    if (shapes.size < 1000) shapes.set(signature, made);
    return made;
  };

  return {
    all: (sql, ...bound) => prepare(sql).all(...bound) as Row[],
    get: (sql, ...bound) => prepare(sql).get(...bound) as Row | undefined,
    run: (sql, ...bound) => void prepare(sql).run(...bound),
    script: (sql) => sqlite.exec(sql),
    insert(table, values) {
      const { columns, statement } = shapeOf(table, values, 'insert', []);
      const row = statement ?? prepare(`INSERT INTO "${table}" DEFAULT VALUES`);
      return Number(row.run(...cellsOf(columns, values)).lastInsertRowid);
    },
    update(table, values, key) {
      const { columns, statement } = shapeOf(table, values, 'update', Object.keys(key));
      statement?.run(...cellsOf(columns, values), ...Object.values(key));
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

function insertSql(table: string, columns: readonly Column[]): string {
  const names = columns.map((column) => `"${column.name}"`).join();
  return `INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join()})`;
}

function updateSql(table: string, columns: readonly Column[], key: readonly string[]): string {
  const changes = columns.map((column) => `"${column.name}" = ?`).join();
  return `UPDATE "${table}" SET ${changes} WHERE ${key.map((name) => `"${name}" = ?`).join(' AND ')}`;
}

function cellsOf(columns: readonly Column[], values: Values): Cell[] {
  return columns.map((column) => toCell(values[column.name], column.isInteger));
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
