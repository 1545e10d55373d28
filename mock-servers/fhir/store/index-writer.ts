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
  insert(table: IndexTable, rid: number, key: number, row: IndexRow): void;
}

function prepareAll(db: DatabaseSync): Statements {
  const inserts = new Map(
    tables.map((table) => {
      const columns = indexColumns[table];
      const marks = columns.map(() => '?').join(',');
      const sql = `INSERT OR IGNORE INTO index_${table}(rid,param,${columns.join(',')}) VALUES(?,?,${marks})`;
      return [table, db.prepare(sql)];
    }),
  );
  return {
    read: db.prepare('SELECT body FROM resource WHERE rid=?'),
    mark: db.prepare('REPLACE INTO state SELECT ?, coalesce(max(seq),0) FROM resource'),
    remove: tables.map((table) => db.prepare(`DELETE FROM index_${table} WHERE rid=?`)),
    insert: (table, rid, key, row) => inserts.get(table)?.run(rid, key, ...row),
  };
}
