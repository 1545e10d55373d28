// Keeps the index tables in step with the resources. Works off a backlog of changed resources.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SearchDefinitions } from '../search/definitions.ts';
import { extractRows, type IndexRow, type IndexTable } from '../search/extract.ts';
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

/** Name in `state`: everything up to this change is in the index. */
const markName = 'indexed';

export class IndexWriter {
  readonly #db: DatabaseSync;
  readonly #deps: StoreDeps;
  readonly #backlog = new Map<number, Change>();
  #statements: Statements | undefined;

  constructor(db: DatabaseSync, deps: StoreDeps) {
    this.#db = db;
    this.#deps = deps;
    this.reload();
  }

  get backlog(): number {
    return this.#backlog.size;
  }

  add(rid: number, resource: Resource | undefined, isNew: boolean): void {
    const isStillNew = isNew || this.#backlog.get(rid)?.isNew === true;
    this.#backlog.set(rid, { resource, isNew: isStillNew });
  }

  /** Takes the backlog from the tables: at the start, and after something was rolled back. */
  reload(): void {
    this.#backlog.clear();
    this.#statements = undefined;
    const mark = this.#db.prepare('SELECT value FROM state WHERE name=?').get(markName)?.['value'];
    const changed = this.#db
      .prepare('SELECT rid, version FROM resource WHERE seq>?')
      .iterate(typeof mark === 'number' ? mark : 0);
    for (const { rid, version } of changed) {
      this.#backlog.set(Number(rid), { resource: undefined, isNew: version === 1 });
    }
  }

  /** To be called within a transaction. */
  flush(): void {
    this.#statements ??= prepareAll(this.#db);
    const source = { definitions: this.#deps.definitions(), baseUrl: this.#deps.baseUrl() };
    for (const [rid, change] of this.#backlog) {
      if (!change.isNew) this.#remove(this.#statements, rid);
      const resource = change.resource ?? this.#read(this.#statements, rid);
      if (resource === undefined) continue;
      const { insert } = this.#statements;
      extractRows(resource, source, (table, key, row) => insert(table, rid, key, row));
    }
    this.#statements.finish();
    this.#statements.mark.run(markName);
    this.#backlog.clear();
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
}

/** Rows in one statement: calls into SQLite cost more than the rows do. */
const ROWS_AT_ONCE = 32;

function prepareAll(db: DatabaseSync): Statements {
  const inserters = new Map(tables.map((table) => [table, newInserter(db, table)]));
  return {
    read: db.prepare('SELECT body FROM resource WHERE rid=?'),
    mark: db.prepare('REPLACE INTO state SELECT ?, coalesce(max(seq),0) FROM resource'),
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
