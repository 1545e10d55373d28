// Keeps the index tables in step with the resources. Works off a backlog of changed resources, by
// type: a search waits for the types that it looks at, not for the rest.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IndexTable, SearchDefinitions } from '../search/definitions.ts';
import { extractRows, type IndexRow } from '../search/extract.ts';
import { indexColumns } from './schema.ts';

export interface StoreDeps {
  /** Called when first needed. */
  definitions(): SearchDefinitions;
  baseUrl(): string;
}

type Resource = Readonly<Record<string, unknown>>;

interface Change {
  readonly resource: Resource | undefined;
  /** Never indexed before, so there is nothing to take out. */
  readonly isNew: boolean;
}

const tables = Object.keys(indexColumns) as IndexTable[];

/** Name in `state`: everything up to this change is in the index; with a type's number, of the type. */
const markName = 'indexed';
/** Beyond this many the parsed resources are not kept, so that a long load does not fill the memory. */
const MAX_KEPT = 1000;

export class IndexWriter {
  readonly #db: DatabaseSync;
  readonly #deps: StoreDeps;
  /** By type, then by number of the resource. */
  readonly #backlog = new Map<number, Map<number, Change>>();
  #size = 0;
  #statements: Statements | undefined;

  constructor(db: DatabaseSync, deps: StoreDeps) {
    this.#db = db;
    this.#deps = deps;
    this.reload();
  }

  get backlog(): number {
    return this.#size;
  }

  add(type: number, rid: number, resource: Resource | undefined, isNew: boolean): void {
    const changes = this.#backlog.get(type) ?? new Map<number, Change>();
    this.#backlog.set(type, changes);
    const before = changes.get(rid);
    if (before === undefined) this.#size += 1;
    const kept = this.#size <= MAX_KEPT ? resource : undefined;
    changes.set(rid, { resource: kept, isNew: isNew || before?.isNew === true });
  }

  /** Takes the backlog from the tables: at the start, and after something was rolled back. */
  reload(): void {
    this.#backlog.clear();
    this.#size = 0;
    this.#statements = undefined;
    const marks = new Map(
      this.#db
        .prepare('SELECT name, value FROM state')
        .all()
        .map(({ name, value }) => [name, Number(value)]),
    );
    const changed = this.#db
      .prepare('SELECT type, rid, version, seq FROM resource WHERE seq>?')
      .iterate(marks.get(markName) ?? 0);
    for (const { type, rid, version, seq } of changed) {
      if (Number(seq) <= (marks.get(`${markName} ${type}`) ?? 0)) continue;
      this.add(Number(type), Number(rid), undefined, version === 1);
    }
  }

  /** Whether a search over a type, or over any without one, has to wait. */
  isBehind(type?: number): boolean {
    return type === undefined ? this.#size > 0 : this.#backlog.has(type);
  }

  /** To be called within a transaction. Works off one type, or all. */
  flush(type?: number): void {
    this.#statements ??= prepareAll(this.#db);
    for (const wanted of type === undefined ? [...this.#backlog.keys()] : [type]) {
      const changes = this.#backlog.get(wanted) ?? new Map<number, Change>();
      this.#write(this.#statements, changes);
      this.#backlog.delete(wanted);
      this.#size -= changes.size;
    }
    this.#statements.finish();
    if (type === undefined) this.#statements.forgetMarks.run();
    this.#statements.mark.run(type === undefined ? markName : `${markName} ${type}`);
  }

  #write(statements: Statements, changes: ReadonlyMap<number, Change>): void {
    const source = { definitions: this.#deps.definitions(), baseUrl: this.#deps.baseUrl() };
    for (const [rid, change] of changes) {
      if (!change.isNew) this.#remove(statements, rid);
      const resource = change.resource ?? this.#read(statements, rid);
      if (resource === undefined) continue;
      extractRows(resource, source, (table, key, row) => statements.insert(table, rid, key, row));
    }
  }

  #remove({ remove }: Statements, rid: number): void {
    for (const statement of remove) statement.run(rid);
  }

  #read({ read }: Statements, rid: number): Resource | undefined {
    const body = read.get(rid)?.['body'];
    return typeof body === 'string' ? JSON.parse(body) : undefined;
  }
}

interface Statements {
  readonly read: StatementSync;
  readonly mark: StatementSync;
  readonly forgetMarks: StatementSync;
  readonly remove: readonly StatementSync[];
  /** Kept until there are enough for one statement, or until `finish`. */
  insert(table: IndexTable, rid: number, key: number, row: IndexRow): void;
  finish(): void;
}

/** Rows in one statement: calls into SQLite cost more than the rows do. */
const ROWS_AT_ONCE = 32;

function prepareAll(db: DatabaseSync): Statements {
  const inserters = new Map(tables.map((table) => [table, newInserter(db, table)]));
  return {
    read: db.prepare('SELECT body FROM resource WHERE rid=?'),
    mark: db.prepare('REPLACE INTO state SELECT ?, coalesce(max(seq),0) FROM resource'),
    forgetMarks: db.prepare('DELETE FROM state'),
    remove: tables.map((table) => db.prepare(`DELETE FROM index_${table} WHERE rid=?`)),
    insert: (table, rid, key, row) => inserters.get(table)?.add(rid, key, row),
    finish: () => {
      for (const inserter of inserters.values()) inserter.finish();
    },
  };
}

function newInserter(db: DatabaseSync, table: IndexTable) {
  const columns = ['rid', 'param', ...indexColumns[table]];
  const width = columns.length;
  const marks = `(${columns.map(() => '?').join(',')})`;
  const prepare = (rows: number) =>
    db.prepare(
      `INSERT OR IGNORE INTO index_${table}(${columns.join(',')}) VALUES${Array(rows).fill(marks).join(',')}`,
    );
  const single = prepare(1);
  const many = prepare(ROWS_AT_ONCE);
  let values: (string | number)[] = [];
  return {
    add(rid: number, key: number, row: IndexRow): void {
      values.push(rid, key, ...row);
      if (values.length < ROWS_AT_ONCE * width) return;
      many.run(...values);
      values = [];
    },
    finish(): void {
      for (let at = 0; at < values.length; at += width) single.run(...values.slice(at, at + width));
      values = [];
    },
  };
}
