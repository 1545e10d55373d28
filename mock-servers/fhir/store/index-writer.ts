// Keeps the index tables in step with the resources. Works off a backlog of changed resources, by
// type: a search waits for the types that it looks at, not for the rest. The backlog holds numbers
// only: parsed resources that live until they are indexed cost V8 more than a second parse.
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
  /** Number of the first change that the index has not seen. */
  readonly seq: number;
  /** Never indexed before, so there is nothing to take out. */
  readonly isNew: boolean;
}

const tables = Object.keys(indexColumns) as IndexTable[];

/** Name in `state`: everything up to this change is in the index; with a type's number, of the type. */
const markName = 'indexed';

export class IndexWriter {
  readonly #db: DatabaseSync;
  readonly #deps: StoreDeps;
  /** By type, then by number of the resource; oldest change first. */
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

  add(type: number, rid: number, seq: number, isNew: boolean): void {
    const changes = this.#backlog.get(type) ?? new Map<number, Change>();
    this.#backlog.set(type, changes);
    if (changes.has(rid)) return;
    this.#size += 1;
    changes.set(rid, { seq, isNew });
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
      .prepare('SELECT type, rid, version, seq FROM resource WHERE seq>? ORDER BY seq')
      .iterate(marks.get(markName) ?? 0);
    for (const { type, rid, version, seq } of changed) {
      if (Number(seq) <= (marks.get(`${markName} ${type}`) ?? 0)) continue;
      this.add(Number(type), Number(rid), Number(seq), version === 1);
    }
  }

  /** Whether a search over a type, or over any without one, has to wait. */
  isBehind(type?: number): boolean {
    return type === undefined ? this.#size > 0 : this.#backlog.has(type);
  }

  /** To be called within a transaction. Works off one type, or all. */
  flush(type?: number): void {
    for (const wanted of type === undefined ? [...this.#backlog.keys()] : [type]) {
      this.#flushType(wanted, Number.POSITIVE_INFINITY);
    }
  }

  /** To be called within a transaction. Works off at most so many changes of one type. */
  flushSome(atMost: number): void {
    const [type] = this.#backlog.keys();
    if (type !== undefined) this.#flushType(type, atMost);
  }

  #flushType(type: number, atMost: number): void {
    this.#statements ??= prepareAll(this.#db);
    const statements = this.#statements;
    const changes = this.#backlog.get(type) ?? new Map<number, Change>();
    const source = { definitions: this.#deps.definitions(), baseUrl: this.#deps.baseUrl() };
    let left = atMost;
    for (const [rid, { seq, isNew }] of changes) {
      if (!isNew) this.#remove(statements, rid);
      const resource = this.#read(statements, rid);
      if (resource !== undefined) {
        extractRows(resource, source, (table, key, row) => statements.insert(table, rid, key, row));
      }
      changes.delete(rid);
      this.#size -= 1;
      left -= 1;
      if (left > 0 && changes.size > 0) continue;
      statements.mark.run(`${markName} ${type}`, seq);
      break;
    }
    if (changes.size === 0) this.#backlog.delete(type);
    statements.finish();
    if (this.#size === 0) statements.markAll(markName);
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
  readonly remove: readonly StatementSync[];
  /** Kept until there are enough for one statement, or until `finish`. */
  insert(table: IndexTable, rid: number, key: number, row: IndexRow): void;
  finish(): void;
  /** One mark for all types. */
  markAll(name: string): void;
}

/** Rows in one statement: calls into SQLite cost more than the rows do. */
const ROWS_AT_ONCE = 32;

function prepareAll(db: DatabaseSync): Statements {
  const inserters = new Map(tables.map((table) => [table, newInserter(db, table)]));
  const forgetMarks = db.prepare('DELETE FROM state');
  const markAll = db.prepare('INSERT INTO state SELECT ?, coalesce(max(seq),0) FROM resource');
  return {
    read: db.prepare('SELECT body FROM resource WHERE rid=?'),
    mark: db.prepare('REPLACE INTO state VALUES(?,?)'),
    remove: tables.map((table) => db.prepare(`DELETE FROM index_${table} WHERE rid=?`)),
    insert: (table, rid, key, row) => inserters.get(table)?.add(rid, key, row),
    finish: () => {
      for (const inserter of inserters.values()) inserter.finish();
    },
    markAll: (name) => {
      forgetMarks.run();
      markAll.run(name);
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
