// Resources, their versions and the index, on one SQLite connection: in memory, or a file with a
// write-ahead log. Everything is synchronous, so a transaction cannot interleave with another request.
//
// The index follows the resources: a write only appends to a backlog, which is worked off in small
// pieces when no more writes come, and before a search (of the types it looks at). `seq` (the number of
// the change) is written with each resource and the mark of what is indexed with the index, so a
// crash loses nothing.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { IndexFollower } from './index-follower.ts';
import { IndexWriter, type StoreDeps } from './index-writer.ts';
import { schema } from './schema.ts';

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One version of one resource. `body` is the JSON as it is sent; a deletion has none. */
export interface StoredVersion {
  readonly rid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly method: Method;
  readonly body: string | null;
}

/** Version, time of its change (ms) and UTF-8 of a current version. */
export type StoredBytes = readonly [version: number, updated: number, bytes: Uint8Array];

export interface NewVersion {
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly method: Method;
  readonly body: string | null;
}

/** Resources that are indexed at a time: some milliseconds of work. */
const PIECE = 100;

const MAX_KEPT_SQL = 4000;
const MAX_STATEMENTS = 500;

export class ResourceStore {
  readonly #db: DatabaseSync;
  readonly #index: IndexWriter;
  readonly #statements = new Map<string, StatementSync>();
  #bytes: StatementSync | undefined;
  #known: StatementSync | undefined;
  #seq: number;
  #changes = 0;
  readonly #follower: IndexFollower;

  /** @param file - path of the database, or `:memory:` */
  constructor(file: string, deps: StoreDeps) {
    this.#db = new DatabaseSync(file);
    // Resources are a few KB each: pages of twice the default split less.
    this.#db.exec('PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
    this.#db.exec('PRAGMA cache_size=-32768;');
    this.#db.exec(schema);
    this.#index = new IndexWriter(this.#db, deps);
    this.#follower = new IndexFollower({
      backlog: () => this.#index.backlog,
      flushPiece: () => this.#committed(() => this.#index.flushSome(PIECE)),
    });
    this.#seq = this.#number('SELECT max(seq) AS n FROM resource') ?? 0;
    this.#follower.followSoon();
  }

  get db(): DatabaseSync {
    return this.#db;
  }

  /** Differs after every change, so that what was read before can be kept for the next reader. */
  get changes(): number {
    return this.#changes;
  }

  /** A prepared statement, kept for the next time unless it is one of endlessly many. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#db.prepare(sql);
    // A search of many values is hardly asked again; each takes some hundred KB.
    if (sql.length > MAX_KEPT_SQL) return made;
    if (this.#statements.size === MAX_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, made);
    return made;
  }

  read(type: number, id: string): StoredVersion | undefined {
    return this.prepare('SELECT * FROM resource WHERE type=? AND id=?').get(type, id) as
      | StoredVersion
      | undefined;
  }

  /** What a plain read sends, without a way through a string; undefined when deleted, too. */
  readBytes(type: number, id: string): StoredBytes | undefined {
    this.#bytes ??= arrays(
      this.#db.prepare(
        'SELECT version,updated,CAST(body AS BLOB) FROM resource WHERE type=? AND id=? AND body IS NOT NULL',
      ),
    );
    return this.#bytes.get(type, id) as StoredBytes | undefined;
  }

  readByNumber(rid: number): StoredVersion | undefined {
    return this.prepare('SELECT * FROM resource WHERE rid=?').get(rid) as StoredVersion | undefined;
  }

  readVersion(type: number, id: string, version: number): StoredVersion | undefined {
    const current = this.read(type, id);
    if (current === undefined || current.version === version) return current;
    const old = this.prepare('SELECT * FROM version WHERE rid=? AND version=?').get(
      current.rid,
      version,
    );
    return old === undefined ? undefined : ({ ...old, id } as unknown as StoredVersion);
  }

  /** Adds the first or the next version; the one before moves to the history. */
  write(next: NewVersion): void {
    this.#seq += 1;
    this.#changes += 1;
    const { type, id, version, updated, method, body } = next;
    if (version === 1) {
      const { lastInsertRowid } = this.prepare(
        'INSERT INTO resource(type,id,version,updated,seq,method,body) VALUES(?,?,?,?,?,?,?)',
      ).run(type, id, version, updated, this.#seq, method, body);
      this.#index.add(type, Number(lastInsertRowid), this.#seq, true);
      if (!this.#db.isTransaction) this.#follower.followUp();
    } else {
      this.transaction(() => this.#replace(next));
    }
  }

  // Two statements: cut apart, the resource could never be written again.
  #replace({ type, id, version, updated, method, body }: NewVersion): void {
    const rid = this.#number('SELECT rid AS n FROM resource WHERE type=? AND id=?', type, id);
    if (rid === undefined) throw new TypeError('a later version of a resource that is not there');
    this.prepare(
      'INSERT INTO version SELECT rid,version,type,updated,seq,method,body FROM resource WHERE rid=?',
    ).run(rid);
    this.prepare('UPDATE resource SET version=?,updated=?,seq=?,method=?,body=? WHERE rid=?').run(
      version,
      updated,
      this.#seq,
      method,
      body,
      rid,
    );
    this.#index.add(type, rid, this.#seq, false);
  }

  /** A number no resource of the type has as its id, in the order of changes as HAPI counts. */
  nextId(type: number): string {
    do this.#seq += 1;
    while (this.#has(type, String(this.#seq)));
    return String(this.#seq);
  }

  #has(type: number, id: string): boolean {
    this.#known ??= arrays(this.#db.prepare('SELECT 1 FROM resource WHERE type=? AND id=?'));
    return this.#known.get(type, id) !== undefined;
  }

  /** All or nothing; `work` must not wait for anything. */
  transaction<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    const result = this.#committed(work);
    this.#follower.followUp();
    return result;
  }

  #committed<T>(work: () => T): T {
    this.prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      this.prepare('COMMIT').run();
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    // SQLite itself rolls back on some failures, such as a full disk.
    if (this.#db.isTransaction) this.prepare('ROLLBACK').run();
    this.#index.reload();
  }

  /** Brings the index of a type, or of all, up to date; a search does so first. */
  flushIndex(type?: number): void {
    if (this.#index.isBehind(type)) this.transaction(() => this.#index.flush(type));
  }

  count(): number {
    return this.#number("SELECT count(*) AS n FROM resource WHERE method<>'DELETE'") ?? 0;
  }

  /** Forgets everything and counts from the start again. */
  clear(): void {
    this.transaction(() => {
      for (const table of this.#tables()) this.#db.exec(`DELETE FROM ${table}`);
    });
    this.#index.reload();
    this.#seq = 0;
    this.#changes += 1;
  }

  /** Every row of the tables that the index can be made from again. */
  export(): StoreImage {
    return {
      resource: this.prepare('SELECT * FROM resource').all(),
      version: this.prepare('SELECT * FROM version').all(),
      seq: this.#seq,
    };
  }

  import(image: StoreImage): void {
    this.clear();
    this.transaction(() => {
      for (const row of image.resource) this.#insertRow('resource', row);
      for (const row of image.version) this.#insertRow('version', row);
    });
    this.#seq = image.seq;
    this.#changes += 1;
    this.#index.reload();
    this.#follower.followSoon();
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.#follower.stop();
    this.#statements.clear();
    this.#db.close();
  }

  #insertRow(table: string, row: StoreImage['resource'][number]): void {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(',');
    this.prepare(`INSERT INTO ${table}(${names.join(',')}) VALUES(${marks})`).run(
      ...Object.values(row),
    );
  }

  #tables(): string[] {
    return this.prepare("SELECT name FROM sqlite_schema WHERE type='table'")
      .all()
      .map((row) => String(row['name']));
  }

  #number(sql: string, ...args: (string | number)[]): number | undefined {
    const value = this.prepare(sql).get(...args)?.['n'];
    return typeof value === 'number' ? value : undefined;
  }
}

export interface StoreImage {
  readonly resource: ReturnType<StatementSync['all']>;
  readonly version: ReturnType<StatementSync['all']>;
  readonly seq: number;
}

/** Rows as arrays cost half of what objects do. */
function arrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}
